import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IHttpRequestOptions } from 'n8n-workflow';

import { n8nClock } from '../../../nodes/TtapiMidjourney/n8n/clock.ts';
import { claim } from '../../../nodes/TtapiMidjourney/pausing/memory.ts';
import { startWatch, watchOf } from '../../../nodes/TtapiMidjourney/pausing/watch.ts';
import { ttapi, type Look } from '../support/callbacks.mts';
import { API_KEY } from '../support/fakeHttp.mts';
import { askedFor, fakeWebhook, useFakeTime, type FakeCall } from '../support/fakeWebhook.mts';
import { unfinished, type JobChanges } from '../support/pauses.mts';
import { settle } from '../support/virtualClock.mts';

beforeEach(() => void useFakeTime());
afterEach(() => void jest.useRealTimers());

const SECRET = 'resume-token';
let pauses = 0;

/** A pause that this process watches, and what it sends, with the times in s after the pause. */
function watched(
	looks: Record<string, Look | Look[]>,
	given: {
		ids?: string[];
		jobs?: JobChanges;
		/** Until when, in s. */
		until?: number;
		isNew?: boolean;
		api?: FakeCall['api'];
		/** What n8n answers to the call of the resume URL, one after the other: a status or no answer. */
		n8n?: Array<number | Error | 'a page'>;
		origin?: string;
	} = {},
) {
	const { ids = ['a'], until = 390, isNew = true, n8n = [200], origin } = given;
	const began = Date.now();
	const seconds = () => Math.round((Date.now() - began) / 100) / 10;
	const asked: Array<[number, string]> = [];
	const called: Array<{ at: number; request: IHttpRequestOptions }> = [];
	const api = given.api ?? ttapi(looks);
	const { context, logger } = fakeWebhook({
		api: (request) => {
			asked.push([seconds(), askedFor([request])[0]]);
			return api(request);
		},
		download: async (request) => {
			const answer = n8n[Math.min(called.length, n8n.length - 1)];
			called.push({ at: seconds(), request });
			if (answer instanceof Error) throw answer;
			const isPage = answer === 'a page';
			const message = 'The execution "1" has finished already.';
			return isPage
				? { statusCode: 404, body: '404 page not found' }
				: { statusCode: answer, body: { message } };
		},
		evaluate: () => {
			throw new Error('No bridge acquired');
		},
	});
	const pauseId = `watched ${pauses++}`;
	const watch = startWatch(context, {
		pauseId,
		until: began + until * 1_000,
		jobs: ids.map((id, n) => unfinished(id, n, { age: 1 - n / 10, ...given.jobs })),
		credential: { apiKey: API_KEY, baseUrl: 'https://api.ttapi.io' },
		resumeUrl: `${origin ?? `https://n8n-${pauseId.replace(' ', '-')}.example.com`}/webhook-waiting/1/node?signature=${SECRET}`,
		isNew,
	});
	const pass = async (s: number) => {
		for (let step = 0; step < s * 10; step++) {
			await jest.advanceTimersByTimeAsync(100);
			await settle();
		}
	};
	const isOver = () => watchOf(n8nClock(), pauseId) === undefined;
	return { watch, pauseId, asked, called, pass, isOver, logger };
}

const times = (asked: Array<[number, string]>) => asked.map(([at]) => at);

describe('a paused execution is looked at by the process that paused it', () => {
	test('2, 5 and 10 s after the pause, then every 30 s', async () => {
		const { asked, called, pass } = watched({ a: 'ON_QUEUE' });
		await pass(105);
		expect(times(asked)).toEqual([2, 5, 10, 40, 70, 100]);
		expect(called).toEqual([]);
	});

	test('also if the timers are a little early', async () => {
		const began = Date.now();
		const slowly = () => began + (Date.now() - began) * 0.9995;
		jest.spyOn(performance, 'now').mockImplementation(slowly);
		const { asked, pass } = watched({ a: 'ON_QUEUE' });
		await pass(15);
		expect(times(asked)).toEqual([2, 5, 10]);
	});

	test('also if a look takes until after the next one is due', async () => {
		const answer = ttapi({ a: 'ON_QUEUE' });
		const { asked, pass } = watched(
			{},
			{
				api: async (request) => {
					await n8nClock().sleep(3_500);
					return await answer(request);
				},
			},
		);
		await pass(20);
		expect(times(asked)).toEqual([2, 10]);
	});

	test('and no further than to the first job that has not ended', async () => {
		const { asked, pass } = watched({ a: 'SUCCESS', b: 'ON_QUEUE' }, { ids: ['a', 'b'] });
		await pass(12);
		expect(asked.map(([, id]) => id)).toEqual(['b', 'b', 'b']);
	});

	test('and resumed as soon as a look finds that all jobs have ended', async () => {
		const { asked, called, pass, pauseId } = watched({ a: 'SUCCESS' });
		await pass(2.5);
		expect(times(asked)).toEqual([2]);
		expect(called).toMatchObject([
			{
				at: 2,
				request: {
					method: 'POST',
					url: expect.stringMatching(/\/webhook-waiting\/1\/node\?signature=resume-token$/),
					body: { pauseId },
					disableFollowRedirect: true,
				},
			},
		]);
	});

	test('without the API key in the call of n8n', async () => {
		const { called, pass } = watched({ a: 'SUCCESS' });
		await pass(3);
		expect(JSON.stringify(called)).not.toContain(API_KEY);
	});

	test('with at most 10 later looks a minute, however many executions are paused', async () => {
		const ids = Array.from({ length: 30 }, (_, n) => `job-${n}`);
		const looks = Object.fromEntries(ids.map((id) => [id, 'ON_QUEUE' as const]));
		const all = ids.map((id) => watched(looks, { ids: [id] }));
		await all[0].pass(200);
		const asked = all.flatMap((each) => each.asked).filter(([at]) => at > 12);
		const later = times(asked);
		for (let minute = 12; minute + 60 <= 200; minute++) {
			const within = later.filter((at) => at > minute && at <= minute + 59);
			expect(within.length).toBeLessThanOrEqual(10);
		}
		expect(later.length).toBeGreaterThan(25);
		const each = ids.map((id) => asked.filter(([, jobId]) => jobId === id).length);
		expect(Math.max(...each)).toBeLessThanOrEqual(5);
	});

	test('not early where it begins with a callback: n8n has stored the pause', async () => {
		const { asked, pass } = watched({ a: 'ON_QUEUE' }, { isNew: false });
		await pass(29);
		expect(asked).toEqual([]);
		await pass(2);
		expect(times(asked)).toEqual([30]);
	});

	test('with the token hidden in what TTAPI says', async () => {
		const message = `failed for https://x.example.com/?signature=${SECRET}`;
		const { watch, pass } = watched({ a: { status: 'FAILED', jobId: 'a', message, data: null } });
		await pass(3);
		const [outcome] = [...watch.looks.outcomes.values()];
		expect(outcome.answer?.job.status).toBe('FAILED');
		expect(JSON.stringify(outcome)).not.toContain(SECRET);
	});

	test('at the end of Max Wait, and goes on then: what has ended by then comes out', async () => {
		const { called, pass, watch } = watched(
			{ a: [...Array(9).fill('ON_QUEUE')], b: 'SUCCESS' },
			{ ids: ['a', 'b'], jobs: { settings: { maxWaitMs: 60_000 } }, until: 90 },
		);
		await pass(58);
		expect(called).toEqual([]);
		await pass(2);
		expect(called[0].at).toBeCloseTo(59.1, 0);
		expect(['a', 'b'].map((id) => watch.looks.outcomes.get(id)?.end)).toEqual([
			...['timedOut', 'finished'],
		]);
	});

	test.each<[string, Look]>([
		['cannot be asked', 502],
		['refuses the key', 401],
		['does not know the job', 404],
		['sends a page', { html: true } as never],
	])('until the pause is over where TTAPI %s, then goes on without the job', async (_, look) => {
		const { called, pass, watch, isOver } = watched(
			{ a: look },
			{ jobs: { settings: { maxWaitMs: 60_000 } }, until: 90 },
		);
		await pass(84);
		expect(called).toEqual([]);
		await pass(2);
		expect(called).not.toEqual([]);
		expect([...watch.looks.outcomes.values()]).toMatchObject([{ end: 'timedOut' }]);
		await pass(10);
		expect(isOver()).toBe(true);
	});
});

describe('a callback that could not be settled', () => {
	test('makes the watch look with growing waits, up to 30 s', async () => {
		const { watch, asked, pass } = watched({ a: 'ON_QUEUE' }, { isNew: false });
		void watch.callback('a');
		await pass(190);
		const gaps = times(asked).map((at, n, all) => (n === 0 ? at : at - all[n - 1]));
		expect(gaps[0]).toBe(0);
		expect(gaps[1]).toBeLessThan(1.5);
		expect(gaps.slice(2).every((gap, n) => gap > gaps[n + 1] * 0.95)).toBe(true);
		expect(Math.max(...gaps)).toBeLessThanOrEqual(32);
		expect(asked.length).toBeGreaterThan(12);
	});

	test('resumes the execution soon after TTAPI answers again, also with a lost request', async () => {
		const began = Date.now();
		const answers = ttapi({ a: 'SUCCESS' });
		const { watch, called, pass } = watched(
			{},
			{
				isNew: false,
				api: async (request) => {
					if (Date.now() < began + 20_000) await new Promise(() => {});
					return answers(request);
				},
			},
		);
		const found = watch.callback('a');
		await pass(32);
		await expect(found).resolves.toBe('allOver');
		// The callback's own call resumes, if it is still there; else the watch.
		await pass(5);
		expect(called.length).toBeGreaterThan(0);
		expect(called[0].at).toBeLessThan(35);
	});

	test('is settled by a clear answer, and then costs no further looks', async () => {
		const { watch, asked, pass } = watched(
			{ a: [502, 502, 'SUCCESS'], b: 'ON_QUEUE' },
			{ ids: ['a', 'b'], isNew: false },
		);
		await pass(1);
		const found = watch.callback('a');
		await pass(5);
		await expect(found).resolves.toBe('unfinished');
		const before = asked.length;
		await pass(20);
		expect(asked).toHaveLength(before);
	});

	test('that was settled at once costs one look', async () => {
		const { watch, asked, pass } = watched(
			{ a: 'SUCCESS', b: 'ON_QUEUE' },
			{ ids: ['a', 'b'], isNew: false },
		);
		const found = watch.callback('a');
		await pass(20);
		await expect(found).resolves.toBe('unfinished');
		expect(asked.map(([, id]) => id)).toEqual(['a', 'b']);
	});
});

describe('the call of the own resume URL', () => {
	test.each([409, 404])(
		'is made again where n8n has not stored the pause yet: %i',
		async (status) => {
			const { called, pass } = watched({ a: 'SUCCESS' }, { n8n: [500, status, 200] });
			await pass(8);
			expect(called.length).toBeGreaterThanOrEqual(3);
			expect(called[2].at).toBeLessThan(6);
		},
	);

	test.each([409, 404])('ends the watch a minute after the pause: %i', async (status) => {
		const looks: Look[] = ['ON_QUEUE', 'ON_QUEUE', 'ON_QUEUE', 'ON_QUEUE', 'SUCCESS'];
		const { called, pass, isOver } = watched({ a: looks }, { n8n: [status] });
		await pass(75);
		expect(called).toHaveLength(1);
		expect(isOver()).toBe(true);
	});

	const UNREACHED: Array<[string, number | Error | 'a page']> = [
		["a proxy's 404", 'a page'],
		['no route', Object.assign(new Error(`POST ?signature=${SECRET}`), { code: 'ECONNREFUSED' })],
		['a proxy that is down', 502],
		['a password', 401],
	];
	test.each(UNREACHED)(
		'that meets %s is logged once, without the token, and made again with growing waits',
		async (_, answer) => {
			const { called, pass, logger } = watched({ a: 'SUCCESS' }, { n8n: [answer] });
			await pass(200);
			expect(called.length).toBeGreaterThan(8);
			expect(called.at(-1)!.at - called.at(-2)!.at).toBeGreaterThan(10);
			expect(logger.warn).toHaveBeenCalledTimes(1);
			const [message] = logger.warn.mock.calls[0] as [string];
			expect(message).toMatch(
				/could not reach n8n.*N8N_WEBHOOK_URL \(before n8n 2\.35: WEBHOOK_URL\)/,
			);
			expect(message).not.toMatch(/signature|resume-token|webhook-waiting/);
		},
	);

	test('is not made while a callback resumes the execution, and not after it', async () => {
		const { watch, called, pass, pauseId, isOver } = watched({ a: 'SUCCESS' });
		claim(n8nClock(), pauseId);
		await pass(20);
		expect(called).toEqual([]);
		watch.end();
		await pass(60);
		expect(called).toEqual([]);
		expect(isOver()).toBe(true);
	});

	test('is made again soon after a resume that failed', async () => {
		const { watch, called, pass } = watched({ a: 'SUCCESS' }, { isNew: false });
		watch.tryAgain();
		await pass(2);
		expect(called).toHaveLength(1);
	});
});

test('the watch ends with the pause, whatever happens', async () => {
	const { pass, isOver, called, asked } = watched({ a: 'SUCCESS' }, { n8n: [200], until: 60 });
	await pass(61);
	expect(isOver()).toBe(true);
	const counts = [called.length, asked.length];
	await pass(100);
	expect([called.length, asked.length]).toEqual(counts);
});

test('the requests of all pauses go through the newest execution: older ones are not kept in memory', async () => {
	const older = watched({ a: 'ON_QUEUE' });
	const newer = watched({ a: 'ON_QUEUE' });
	await older.pass(3);
	expect([older.asked.length, newer.asked.length]).toEqual([0, 2]);
});

test('an early look that came to nothing is soon made again, as the only callback may be lost already', async () => {
	const { called, pass } = watched({ a: [502, 502, 502, 502, 'SUCCESS'] as Look[] });
	await pass(25);
	expect(called[0]?.at).toBeLessThan(20);
});
