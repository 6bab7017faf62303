import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INode } from 'n8n-workflow';

import { CHECK, HISTORY } from '../operations.mts';
import { connectionError, sent, type Answer, type Sent } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const DOWN: Answer = { status: 503, body: '<html>Service Unavailable</html>' };
const minutes = (n: number) => n * 60_000;
const CONTINUE: Partial<INode> = { onError: 'continueRegularOutput' };

/** A TTAPI that gives this answer to everything, as long as it is down. */
function outage(isDown: (request: Sent) => boolean = () => true, answer: Answer = DOWN) {
	const trouble = (request: Sent) => (isDown(request) ? answer : undefined);
	return playTtapi({ submit: trouble, fetch: trouble, history: trouble, check: trouble });
}

const imagine = async (items: number, node: Partial<INode> = CONTINUE, options: IDataObject = {}) =>
	await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}` })),
		node,
		parameters: { options },
	});
const submits = () => sent.filter(({ path }) => path === PAID.imagine);
const asked = (path: string) => sent.filter((request) => request.path === path);
const messages = (items: Array<{ json: IDataObject }>) =>
	items.map(({ json }) => (json.error as IDataObject | undefined)?.message);
const NEVER_SENT = 'TTAPI does not answer, so the job of this item was not submitted';

describe('TTAPI answers 503 to everything', () => {
	test.each([60, 1000])(
		'%i items end in minutes, with few requests, each with its own error',
		async (count) => {
			const startedAt = Date.now();
			outage();
			const { items } = await imagine(count);
			expect(Date.now() - startedAt).toBeLessThanOrEqual(minutes(3));
			expect(sent.length).toBeLessThanOrEqual(50);
			expect(submits()).toHaveLength(10);
			const said = messages(items);
			expect(said.filter((message) => message === NEVER_SENT)).toHaveLength(count - 10);
			expect(said.filter((message) => /may or may not exist/.test(String(message)))).toHaveLength(
				10,
			);
			expect(items.at(-1)!.json.error).toMatchObject({
				description: expect.stringContaining('Nothing was paid for it'),
			});
			expect(items.map(({ pairedItem }) => pairedItem)).toEqual(items.map((_, item) => ({ item })));
		},
	);

	test('under "Stop Workflow" the error says which items were never sent', async () => {
		const startedAt = Date.now();
		outage();
		const { error } = await imagine(60, {});
		expect(Date.now() - startedAt).toBeLessThanOrEqual(minutes(3));
		expect(sent.length).toBeLessThanOrEqual(50);
		expect(error?.message).toMatch(/may or may not exist/);
		expect(error?.description).toMatch(/not submitted, so nothing was paid for them: 10-59$/);
	});

	test.each([
		['Continue', CONTINUE, minutes(3)],
		['Stop Workflow', {}, 45_000],
	])('with Check Prompt First, and %s', async (_title, node, most) => {
		const startedAt = Date.now();
		outage();
		const { items, error } = await imagine(100, node, { checkPrompt: true });
		expect(Date.now() - startedAt).toBeLessThanOrEqual(most);
		expect(sent.length).toBeLessThanOrEqual(80);
		expect(submits()).toEqual([]);
		if (error) expect(error.message).toMatch(/^TTAPI could not be asked for a prompt check/);
		else expect(messages(items).filter((each) => each === NEVER_SENT).length).toBeGreaterThan(80);
	});

	test.each([
		['Continue', CONTINUE, minutes(3)],
		['Stop Workflow', {}, 45_000],
	])('1,000 jobs are asked for, with %s', async (_title, node, most) => {
		const startedAt = Date.now();
		outage();
		const { items, error } = await runWorkflow(workflowOf('job.get'), {
			items: Array.from({ length: 1000 }, (_, n) => ({ jobId: `job-${n}` })),
			node,
		});
		expect(Date.now() - startedAt).toBeLessThanOrEqual(most);
		expect(sent.length).toBeLessThanOrEqual(100);
		if (error)
			expect(error.message).toMatch(/^TTAPI could not be asked for the state of job job-0/);
		else
			expect(items.at(-1)!.json.error).toMatchObject({
				message: 'TTAPI does not answer, so it was not asked for the state of job job-999',
				jobId: 'job-999',
			});
	});
});

test('a host that is off: nothing was sent, and it ends in minutes', async () => {
	const startedAt = Date.now();
	outage(undefined, connectionError('EHOSTUNREACH', 'connect'));
	const { items } = await imagine(60);
	expect(Date.now() - startedAt).toBeLessThanOrEqual(minutes(3));
	// The first two to fail give up their slots before the third one fails.
	expect(submits()).toHaveLength(12 * 4);
	expect(sent.length).toBeLessThanOrEqual(70);
	expect(messages(items).filter((message) => message === NEVER_SENT)).toHaveLength(48);
	expect(messages(items)).not.toContainEqual(expect.stringMatching(/may or may not exist/));
});

describe('TTAPI that answers again', () => {
	test('lets the rest go on at once, in all slots', async () => {
		const back = 50_000;
		const jobs = outage(({ at }) => at < back, connectionError('ECONNREFUSED', 'connect'));
		const { items } = await imagine(60);
		expect(jobs).toHaveLength(48);
		expect(jobs.filter(({ acceptedAt }) => acceptedAt <= back + 10_000)).toHaveLength(10);
		expect(items.filter(({ json }) => json.status === 'SUCCESS')).toHaveLength(48);
	});

	test('has lost nothing but the submits before: the others are all made', async () => {
		const jobs = outage(({ at, path }) => at < 1_000 && path !== HISTORY);
		const { items } = await imagine(60);
		expect(jobs).toHaveLength(50);
		expect(messages(items)).not.toContain(NEVER_SENT);
	});

	test.each([1, 2, 3])('after 503 to %i submits only, stops nothing', async (count) => {
		const jobs = playTtapi({ submit: (_sent, tries) => (tries <= count ? DOWN : undefined) });
		const { items } = await imagine(20);
		expect(jobs).toHaveLength(20 - count);
		expect(messages(items)).not.toContain(NEVER_SENT);
	});

	test('goes on with the checks of prompts', async () => {
		const jobs = outage(({ at }) => at < 60_000);
		const { items } = await imagine(30, CONTINUE, { checkPrompt: true });
		expect(asked(CHECK).length).toBeLessThanOrEqual(80);
		expect(jobs.length).toBeGreaterThanOrEqual(18);
		expect(messages(items)).not.toContain(NEVER_SENT);
	});
});

test('Stop during an outage ends within a second', async () => {
	outage();
	let stopped = { at: 0, requests: 0 };
	const { saved } = await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: 60 }, (_, n) => ({ prompt: `prompt ${n}` })),
		node: CONTINUE,
		parameters: { options: { maxWait: 10 } },
		during: ({ cancel }) => {
			setTimeout(() => {
				stopped = { at: Date.now(), requests: sent.length };
				cancel();
			}, 45_000);
		},
	});
	expect(saved).toEqual(['canceled']);
	expect(Date.now() - stopped.at).toBeLessThanOrEqual(1000);
	expect(sent.slice(stopped.requests)).toEqual([]);
});
