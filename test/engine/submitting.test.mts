import { describe, expect, test } from '@jest/globals';

import { connectionError, sent, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const run = async (items = 1, parameters = {}) =>
	await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}` })),
		parameters,
	});
const submits = () => sent.filter(({ path }) => path === PAID.imagine);
const says = (status: number, message: string): Answer => ({
	status,
	body: { status: 'FAILED', message, data: null },
});

describe('a submit is sent again where nothing can have been accepted', () => {
	test.each([
		['ECONNREFUSED', 'connect'],
		['EHOSTUNREACH', 'connect'],
		['ENETUNREACH', 'connect'],
		['ENETDOWN', 'connect'],
		['ETIMEDOUT', 'connect'],
		['ENOTFOUND', 'getaddrinfo'],
		['EAI_AGAIN', 'getaddrinfo'],
	])('after %s at %s', async (code, syscall) => {
		const trouble = connectionError(code, syscall);
		playTtapi({ submit: (_sent, tries) => (tries <= 2 ? trouble : undefined) });
		expect((await run()).items).toHaveLength(1);
		expect(submits()).toHaveLength(3);
	});

	test('at most three times: a host that is off has surely taken nothing', async () => {
		playTtapi({ submit: () => connectionError('EHOSTUNREACH', 'connect') });
		const { error } = await run();
		expect(submits()).toHaveLength(4);
		expect(submits().at(-1)!.at).toBeLessThan(10_000);
		expect(error?.message).toBe('TTAPI cannot be reached: no way leads to the host');
		expect(error?.description).toContain('Nothing was paid');
	});

	test.each([
		['in seconds', () => '17'],
		['as a date', () => new Date(Date.now() + 17_000).toUTCString()],
	])('after 429, when Retry-After says so: %s', async (_title, retryAfter) => {
		playTtapi({
			submit: (_sent, tries) =>
				tries === 1 ? { status: 429, headers: { 'retry-after': retryAfter() } } : undefined,
		});
		await run();
		const [first, second] = submits();
		expect(Math.round((second.at - first.at) / 1000)).toBe(17);
	});

	test('after 429 without Retry-After, after a wait', async () => {
		playTtapi({ submit: (_sent, tries) => (tries === 1 ? { status: 429 } : undefined) });
		await run();
		const [first, second] = submits();
		expect(second.at).toBeGreaterThan(first.at);
		expect(submits()).toHaveLength(2);
	});

	test.each([
		['499', says(499, 'queue exhausted')],
		['400 "queue is full"', says(400, 'The fast queue is full, please wait')],
		['HTTP 200, FAILED, "queue is full"', says(200, 'queue is full')],
	])('when a slot is free, after %s', async (_title, full) => {
		const jobs = playTtapi({
			seconds: 40,
			// The account has two slots.
			submit: ({ at }) =>
				jobs.filter(({ acceptedAt }) => at < acceptedAt + 40_000).length >= 2 ? full : undefined,
		});
		const { items } = await run(6);
		expect(items.map(({ json }) => json.prompt)).toEqual(
			Array.from({ length: 6 }, (_, n) => `prompt ${n}`),
		);
		expect(jobs).toHaveLength(6);
	});

	test('while the queue is full, only the first in line asks again', async () => {
		playTtapi({ submit: ({ at }) => (at < 60_000 ? says(499, 'full') : undefined) });
		await run(10);
		const again = submits().filter(({ at }) => at > 0 && at < 60_000);
		expect(again.length).toBeLessThan(30);
		expect(new Set(again.map(({ at }) => at)).size).toBe(again.length);
	});

	test('a queue that stays full is an error: nothing was paid', async () => {
		playTtapi({ submit: () => says(499, 'full') });
		const { error } = await run(1, { options: { maxWait: 90 } });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('full for 90 s'),
		});
		expect(error?.description).toContain('Nothing was paid');
		expect(submits().at(-1)!.at).toBeLessThanOrEqual(90_000);
	});

	test('a full queue is waited for where the result is not', async () => {
		playTtapi({ submit: (_sent, tries) => (tries <= 2 ? says(499, 'full') : undefined) });
		const { items } = await run(1, { waitForResult: 'none' });
		expect(items[0].json.status).toBe('SUBMITTED');
	});
});
