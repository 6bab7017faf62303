import { beforeEach, describe, expect, test } from '@jest/globals';

import {
	InputError,
	TransientError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { ConnectionError } from '../../../nodes/TtapiMidjourney/transport/connection.ts';
import { withRetries, read } from '../../../nodes/TtapiMidjourney/transport/read.ts';
import { refusal } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http } from '../support/fakeClient.mts';
import { VirtualClock } from '../support/virtualClock.mts';
import { STATUS } from '../../operations.mts';

const REQUEST = { method: 'GET', path: STATUS } as const;
const WHAT = 'the status of its service';

/** What a proxy or another service answers. */
const OF_ANYBODY = [
	'<html>maintenance</html>',
	'',
	null,
	{},
	[],
	[1, 2],
	{ status: 404, message: 'Not Found' },
	{ status: 'FAILED' },
	{ message: 'no', data: null },
	{ data: [] },
];

const readOnce = async (answer: Parameters<typeof fakeClient>[0], jobId?: string) =>
	await read(fakeClient(answer).client, REQUEST, WHAT, jobId);

describe('a read', () => {
	test('gives the envelope of an answer', async () => {
		const body = { status: 'SUCCESS', data: {} };
		expect(await readOnce([http(200, body)])).toMatchObject({ httpStatus: 200, body });
	});

	test('gives a body with status FAILED, too: what it means is up to others', async () => {
		expect(await readOnce([http(200, refusal('no'))])).toMatchObject({ body: { message: 'no' } });
	});

	test.each([400, 401, 402, 403, 404])('takes %i as final', async (httpStatus) => {
		expect(await readOnce([http(httpStatus, refusal('no'))])).toMatchObject({ httpStatus });
	});

	test('may be tried again after a redirect, which is not followed', async () => {
		const error = await caught(readOnce([http(302, '')]), TransientError);
		expect(error.message).toMatch(/redirect.*HTTP 302.*not followed/);
	});

	test.each([429, 499, 500, 502, 503, 504])('may be tried again after %i', async (httpStatus) => {
		const error = await caught(readOnce([http(httpStatus, {})]), TransientError);
		expect(error.message).toMatch(new RegExp(`${WHAT}.*HTTP ${httpStatus}`));
		expect(error.httpStatus).toBe(httpStatus);
	});

	test.each(
		[200, 400, 401, 403, 404, 405].flatMap((status) => OF_ANYBODY.map((body) => [status, body])),
	)("may be tried again after %s with %j, which is not TTAPI's", async (status, body) => {
		const error = await caught(readOnce([http(status as number, body)]), TransientError);
		expect(error.message).toMatch(/something else answered.*Base URL/);
		expect(error.httpStatus).toBe(status);
	});

	test('may be tried again after trouble with the network', async () => {
		const error = await caught(
			readOnce([new ConnectionError('ECONNRESET', 'the connection broke off')]),
			TransientError,
		);
		expect(error.message).toMatch(/could not be asked.*the connection broke off/);
		expect(error.description).toMatch(/Nothing was paid/);
	});

	test('hands on how long TTAPI asked to wait', async () => {
		const busy = http(429, {}, { retryAfterMs: 7_000 });
		expect(await caught(readOnce([busy]), TransientError)).toMatchObject({ retryAfterMs: 7_000 });
	});

	test('that is about a job names it, and says that the job goes on', async () => {
		expect(await caught(readOnce([http(500)], 'abc'), TransientError)).toMatchObject({
			jobId: 'abc',
			description: expect.stringMatching(/continues/),
		});
	});

	test.each([
		['a Stop', new StoppedError()],
		['an address that cannot be used', new InputError('no', '')],
	])('does not take %s for trouble with the network', async (_, error) => {
		await expect(readOnce([error])).rejects.toBe(error);
	});
});

describe('patience', () => {
	let clock: VirtualClock;
	let tries: number;

	beforeEach(() => {
		clock = new VirtualClock();
		tries = 0;
	});

	const again = (retryAfterMs?: number) =>
		new TransientError('busy', { description: '', retryAfterMs });

	const ask = async (answer: (nth: number) => Error | string) =>
		await clock.run(
			withRetries(clock, async () => {
				const said = answer(++tries);
				if (said instanceof Error) throw said;
				return said;
			}),
		);

	test('tries 5 times within 60 s, with growing waits', async () => {
		await expect(ask(() => again())).rejects.toThrow('busy');
		expect(tries).toBe(5);
		expect(clock.slept).toEqual([...new Set(clock.slept)].sort((a, b) => a - b));
		expect(clock.now()).toBeLessThanOrEqual(60_000);
	});

	test('gives back the first answer that works', async () => {
		await expect(ask((nth) => (nth < 3 ? again() : 'good'))).resolves.toBe('good');
		expect(tries).toBe(3);
	});

	test('respects Retry-After', async () => {
		await ask((nth) => (nth === 1 ? again(20_000) : 'good'));
		expect(clock.now()).toBe(20_000);
	});

	test('does not wait where Retry-After is longer than the time left', async () => {
		await expect(ask(() => again(61_000))).rejects.toThrow('busy');
		expect(clock.now()).toBe(0);
		expect(tries).toBe(1);
	});

	test('ends at once with what cannot get better', async () => {
		await expect(ask(() => new TtapiError('no', { description: '' }))).rejects.toThrow('no');
		expect(tries).toBe(1);
	});

	test('ends at once on Stop', async () => {
		const asking = withRetries(clock, async () => {
			throw again();
		});
		const expectation = expect(asking).rejects.toBeInstanceOf(StoppedError);
		await clock.advance(500);
		clock.stop();
		await expectation;
	});
});
