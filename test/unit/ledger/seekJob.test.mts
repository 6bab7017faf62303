import { describe, expect, test } from '@jest/globals';

import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { seekJob, type DoubtfulSubmit } from '../../../nodes/TtapiMidjourney/ledger/seekJob.ts';
import { SharedHistory } from '../../../nodes/TtapiMidjourney/ledger/sharedHistory.ts';
import type { ApiAnswer } from '../../../nodes/TtapiMidjourney/transport/client.ts';
import { refusal } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http, line } from '../support/fakeClient.mts';
import { VirtualClock } from '../support/virtualClock.mts';
import { HISTORY } from '../../operations.mts';

const FETCH_LIST = `GET ${HISTORY}`;
const MINUTE = 60_000;
const SUBMIT: DoubtfulSubmit = { family: 'image', action: 'imagine', prompt: 'a cat', sentAt: 0 };
const row = (job_id: string, more: object = {}) => ({
	job_id,
	action: 'imagine',
	prompt: 'a cat',
	...more,
});

interface Given {
	/** The rows at a moment, in ms; or an answer of its own. */
	history: (at: number) => object[] | (Partial<ApiAnswer> & { httpStatus: number });
	/** The callback URL that TTAPI says of a job. */
	hookUrls?: Record<string, unknown>;
	/** Another answer to the fetch of a job, at a moment in ms. */
	fetch?: (jobId: string, at: number) => ApiAnswer | undefined;
	submit?: Partial<DoubtfulSubmit>;
	known?: string[];
	timeoutMs?: number;
	/** How long after the submit it is sought. */
	after?: number;
	/** How far TTAPI's clock is ahead, as its answers say; null if they don't. */
	skewMs?: number | null;
}

async function seek({
	history,
	hookUrls = {},
	fetch,
	submit,
	known = [],
	timeoutMs = 0,
	after = 0,
	skewMs = 0,
}: Given) {
	const clock = new VirtualClock();
	await clock.advance(after);
	const { client, requests } = fakeClient((request) => {
		if (line(request) === FETCH_LIST) {
			const given = history(clock.now());
			return Array.isArray(given) ? http(200, { status: 'SUCCESS', data: given }) : given;
		}
		const jobId = String(request.query?.jobId ?? (request.body as { jobId: string }).jobId);
		const other = fetch?.(jobId, clock.now());
		if (other) return other;
		return http(200, { status: 'SUCCESS', jobId, data: { jobId, hookUrl: hookUrls[jobId] } });
	});
	client.skewMs = skewMs ?? undefined;
	const context = {
		clock,
		history: new SharedHistory(client, clock),
		isKnown: (jobId: string) => known.includes(jobId),
	};
	const found = await clock.run(seekJob(context, { ...SUBMIT, ...submit }, timeoutMs, 5_000));
	const asked = requests.filter((request) => line(request) === FETCH_LIST).length;
	return { found, asked, looks: requests.length - asked, took: clock.now() - after };
}

/** Without any time to look again, it may have ended before. */
const CANDIDATE = { kind: 'candidates', jobIds: ['j'], isLikely: false };
const NONE = { kind: 'none', isProof: false };

describe('the history is asked', () => {
	test('once if there is no time to wait, also without any interval', async () => {
		const clock = new VirtualClock();
		const { client, requests } = fakeClient([http(200, { status: 'SUCCESS', data: [] })]);
		const context = { clock, history: new SharedHistory(client, clock), isKnown: () => false };
		expect(await clock.run(seekJob(context, SUBMIT, 0, 0))).toEqual(NONE);
		expect(requests).toHaveLength(1);
	});

	test('until the time is up', async () => {
		const { asked, took, found } = await seek({ history: () => [], timeoutMs: 2 * MINUTE });
		expect(found).toEqual(NONE);
		expect(asked).toBeGreaterThan(5);
		expect(took).toBeLessThanOrEqual(2 * MINUTE);
		expect(took).toBeGreaterThan(MINUTE);
	});

	test('until a candidate turns up', async () => {
		const { found, took } = await seek({
			history: (at) => (at < 30_000 ? [] : [row('j')]),
			timeoutMs: 2 * MINUTE,
		});
		expect(found).toEqual({ kind: 'candidates', jobIds: ['j'], isLikely: true });
		expect(took).toBeLessThan(MINUTE);
	});

	test('not sooner than TTAPI says', async () => {
		const { asked, found } = await seek({
			history: (at) => (at < 1000 ? { httpStatus: 429, retryAfterMs: 100_000 } : []),
			timeoutMs: 2 * MINUTE,
		});
		expect(asked).toBeLessThan(5);
		expect(found).toEqual(NONE);
	});

	test('in vain where it is broken or refused: nothing is known', async () => {
		const broken = await seek({ history: () => ({ httpStatus: 502 }), timeoutMs: MINUTE });
		expect(broken.found).toEqual({ kind: 'unknown' });
		expect(broken.asked).toBeGreaterThan(2);
		const no = http(401, refusal('no'));
		const refused = await seek({ history: () => no, timeoutMs: MINUTE });
		expect(refused).toMatchObject({ found: { kind: 'unknown' }, asked: 1 });
	});

	test('no longer than until Stop', async () => {
		const clock = new VirtualClock();
		const { client } = fakeClient([http(200, { status: 'SUCCESS', data: [] })]);
		const context = { clock, history: new SharedHistory(client, clock), isKnown: () => false };
		const seeking = seekJob(context, SUBMIT, MINUTE, 5_000);
		const stopped = caught(seeking, StoppedError);
		await clock.advance(12_000);
		clock.stop();
		await stopped;
	});
});

describe('a candidate', () => {
	test.each<[string, object, boolean]>([
		['with the same prompt', {}, true],
		['with other spaces', { prompt: '  a   cat\n' }, true],
		['with another prompt', { prompt: 'A cat' }, false],
		['without a prompt', { prompt: null }, false],
		['whose action is not said', { action: null }, true],
		['of another action', { action: 'reroll' }, false],
		['half a minute older, as clocks differ', { created_at: 1_000_000 - 30_000 }, true],
		['two minutes older', { created_at: 1_000_000 - 120_000 }, false],
	])('is a job %s: %#', async (_title, more, isCandidate) => {
		const times = 'created_at' in more ? { created_at: (more.created_at as number) / 1000 } : {};
		const { found } = await seek({
			history: () => [row('j', { ...more, ...times })],
			submit: { sentAt: 1_000_000 },
		});
		expect(found).toEqual(isCandidate ? CANDIDATE : NONE);
	});

	test('is any job of the action where the submit has no prompt', async () => {
		const history = () => [row('j', { action: 'seed', prompt: 'x' }), row('k')];
		const { found } = await seek({ history, submit: { action: 'seed', prompt: undefined } });
		expect(found).toEqual(CANDIDATE);
	});

	test('is no job that is known', async () => {
		expect((await seek({ history: () => [row('j')], known: ['j'] })).found).toEqual(NONE);
	});
});

describe('with a mark', () => {
	const submit = { mark: 'my-mark' };
	test.each<[string, unknown, object]>([
		['repeats it', 'https://n8n.example.com/?a=b&job=my-mark', { kind: 'job', jobId: 'j' }],
		['says another URL', 'https://n8n.example.com/?job=other', NONE],
		['says nothing', undefined, CANDIDATE],
		['says null', null, CANDIDATE],
	])('TTAPI %s', async (_title, hookUrl, expected) => {
		const { found } = await seek({ history: () => [row('j')], hookUrls: { j: hookUrl }, submit });
		expect(found).toEqual(expected);
	});

	test('the right one of several is taken', async () => {
		const hookUrls = { i: undefined, j: 'x?job=my-mark', k: 'x?job=other' };
		const { found } = await seek({
			history: () => [row('i'), row('k'), row('j')],
			hookUrls,
			submit,
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
	});

	test('the right one ends the search at once', async () => {
		const { asked } = await seek({
			history: () => [row('j')],
			hookUrls: { j: 'x?job=my-mark' },
			submit,
			timeoutMs: MINUTE,
		});
		expect(asked).toBe(1);
	});

	test('the right one is still looked for when another job may be it', async () => {
		const { found } = await seek({
			history: (at) => [[], [row('i')], [row('j'), row('i')]][Math.min(2, Math.floor(at / 30_000))],
			hookUrls: { j: 'x?job=my-mark' },
			submit,
			timeoutMs: 2 * MINUTE,
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
	});

	test('a job is looked at again if TTAPI could not be asked for it', async () => {
		const { found } = await seek({
			history: () => [row('j')],
			fetch: (_jobId, at) => (at < 20_000 ? http(502, '<html>') : undefined),
			hookUrls: { j: 'x?job=my-mark' },
			submit,
			timeoutMs: MINUTE,
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
	});

	test('a job that only the history knows is a candidate', async () => {
		const history = () => [row('j')];
		const { found } = await seek({
			history,
			fetch: () => http(404, refusal('job not found')),
			submit,
		});
		expect(found).toEqual(CANDIDATE);
	});

	test('a job that a fetch does not know yet is looked at again, and keeps no other one waiting', async () => {
		const news = Array.from({ length: 12 }, (_, n) => row(`new-${n}`));
		const { found, took } = await seek({
			history: () => [...news, row('j', { prompt: 'translated' })],
			fetch: (jobId, at) =>
				at < 20_000 && jobId.startsWith('new') ? http(404, refusal('job not found')) : undefined,
			hookUrls: { j: 'x?job=my-mark' },
			submit,
			timeoutMs: MINUTE,
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
		expect(took).toBeLessThan(20_000);
		const late = await seek({
			history: () => [row('j')],
			fetch: (_jobId, at) => (at < 20_000 ? http(404, refusal('job not found')) : undefined),
			hookUrls: { j: 'x?job=my-mark' },
			submit,
			timeoutMs: MINUTE,
		});
		expect(late.found).toEqual({ kind: 'job', jobId: 'j' });
	});

	test('each job is compared, once, ten at a time; with no time left all at once', async () => {
		const rows = Array.from({ length: 30 }, (_, n) => row(`j${n}`, { prompt: 'translated' }));
		const hookUrls = Object.fromEntries(rows.map(({ job_id }) => [job_id, 'x?job=other']));
		const { looks, asked } = await seek({
			history: () => rows,
			hookUrls,
			submit,
			timeoutMs: MINUTE,
		});
		expect(asked).toBeGreaterThan(3);
		expect(looks).toBe(30);
		expect(await seek({ history: () => rows, hookUrls, submit })).toMatchObject({
			looks: 30,
			asked: 1,
		});
	});

	test('the search ends with its time, however many jobs could not be asked for', async () => {
		const rows = Array.from({ length: 25 }, (_, n) => row(`job-${n}`));
		for (const timeoutMs of [0, 2 * MINUTE]) {
			const { found, looks } = await seek({
				history: () => rows,
				submit: { mark: 'a mark' },
				fetch: () => http(503),
				timeoutMs,
			});
			expect(found).toEqual({ kind: 'unknown' });
			expect(looks).toBeLessThan(100);
		}
	});

	test('the likely ones are compared first: with the prompt, and not older than the submit', async () => {
		const old = { created_at: 1 };
		const others = Array.from({ length: 9 }, (_, n) => row(`other-${n}`, { prompt: 'translated' }));
		const rows = [...others, row('old', old), row('older', { ...old, prompt: 'x' }), row('j')];
		const hookUrls = { old: 'x?job=my-mark', j: 'x?job=my-mark' };
		const { found, looks } = await seek({
			history: () => rows,
			hookUrls,
			submit: { ...submit, sentAt: 1_000_000 },
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
		expect(looks).toBe(1);
	});

	test.each([
		['90 s fast', -90_000],
		['an hour fast', -60 * MINUTE],
		['an hour slow', 60 * MINUTE],
		['unknown', null],
	])("its own job is found, however n8n's clock is: %s", async (_title, skewMs) => {
		const sentAt = 100_000_000_000;
		const { found } = await seek({
			history: () => [row('j', { created_at: (sentAt + (skewMs ?? -90_000)) / 1000 })],
			hookUrls: { j: 'x?job=my-mark' },
			submit: { ...submit, sentAt },
			skewMs,
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
	});

	test('its own job is found by its callback URL even if the times are nonsense', async () => {
		const { found } = await seek({
			history: () => [row('j', { created_at: 1 })],
			hookUrls: { j: 'x?job=my-mark' },
			submit: { ...submit, sentAt: 100_000_000_000 },
		});
		expect(found).toEqual({ kind: 'job', jobId: 'j' });
	});
});

describe("TTAPI's clock", () => {
	const HOUR = 60 * MINUTE;
	const sentAt = 100_000_000_000;

	/** A search for a job that was submitted at this moment by TTAPI's clock. */
	const seekOf = async (createdAt: number, given: Partial<Given>) =>
		(
			await seek({
				history: () => [row('j', { created_at: createdAt / 1000 })],
				...given,
				submit: { sentAt, ...given.submit },
			})
		).found;

	test.each([-90_000, -HOUR, HOUR])('says which jobs are older: %i ms ahead', async (skewMs) => {
		const given = { skewMs };
		expect(await seekOf(sentAt + skewMs, given)).toEqual(CANDIDATE);
		expect(await seekOf(sentAt + skewMs - 2 * MINUTE, given)).toEqual(NONE);
	});

	test('is that of the submit, if that is known: a clock may be set', async () => {
		const given = { skewMs: 0, submit: { skewMs: -HOUR } };
		expect(await seekOf(sentAt - HOUR, given)).toEqual(CANDIDATE);
	});

	test('may be a day off if it is not known', async () => {
		expect(await seekOf(sentAt - 23 * HOUR, { skewMs: null })).toEqual(CANDIDATE);
		expect(await seekOf(sentAt - 25 * HOUR, { skewMs: null })).toEqual(NONE);
	});

	test.each([
		['was set an hour forward since', { after: 61 * MINUTE, skewMs: -HOUR }, false],
		['was set an hour back since', { after: 2 * MINUTE, skewMs: HOUR }, true],
	])("says how long ago the submit was, if n8n's %s", async (_title, given, isProof) => {
		const { found } = await seek({ history: () => [], submit: { skewMs: 0 }, ...given });
		expect(found).toEqual({ kind: 'none', isProof });
	});
});

describe('the searches of a run', () => {
	test('share their looks, also those that fail, and the callback URLs', async () => {
		const clock = new VirtualClock();
		const { client, requests } = fakeClient((request) => {
			if (line(request) !== FETCH_LIST)
				return http(200, { status: 'SUCCESS', jobId: 'j', data: { hookUrl: 'x?job=other' } });
			return clock.now() < MINUTE ? http(503) : http(200, { data: [row('j')] });
		});
		const context = { clock, history: new SharedHistory(client, clock), isKnown: () => false };
		const searches = Array.from({ length: 100 }, async (_, n) => {
			const submit = { ...SUBMIT, mark: `mark-${n}` };
			return await seekJob(context, submit, 2 * MINUTE, 5_000);
		});
		await clock.run(Promise.all(searches));
		const looks = requests.filter((request) => line(request) === FETCH_LIST);
		expect(looks.length).toBeLessThanOrEqual(30);
		expect(requests.length - looks.length).toBe(1);
	});
});

describe('the proof that there is no such job', () => {
	const after = 60 * MINUTE + 1;
	test.each<[string, Partial<Given>, boolean]>([
		['needs an hour', { after: 60 * MINUTE }, false],
		['is there then', {}, true],
		[
			'is none with an unknown job of the action',
			{ history: () => [row('j', { prompt: 'x' })] },
			false,
		],
		['is one with a known job', { history: () => [row('j')], known: ['j'] }, true],
		["is none while TTAPI's clock is unknown", { skewMs: null }, false],
		[
			'is none with a full page',
			{ history: () => Array.from({ length: 100 }, () => row('j', { action: 'blend' })) },
			false,
		],
		[
			'is none with a job that comes from elsewhere',
			{ history: () => [row('j')], submit: { mark: 'm' }, hookUrls: { j: 'x' } },
			false,
		],
	])('%s', async (_title, given, isProof) => {
		const { found } = await seek({ history: () => [], after, ...given });
		expect(found).toEqual({ kind: 'none', isProof });
	});

	// Whether the history lists edits and videos is not known.
	test.each([
		['image', 'imagine', { kind: 'none', isProof: true }],
		['edit', 'edit', { kind: 'unknown' }],
		['edit', 'retexture', { kind: 'unknown' }],
		['video', 'video', { kind: 'unknown' }],
		['video', 'video_extend', { kind: 'unknown' }],
	] as const)(
		'is there for images alone, however long ago: %s (%s)',
		async (family, action, expected) => {
			for (const history of [[], [row('j')]]) {
				const { found } = await seek({
					history: () => history,
					known: ['j'],
					submit: { family, action },
					after: 100 * after,
				});
				expect(found).toEqual(expected);
			}
		},
	);

	test('is none for an edit that is not found within the time', async () => {
		const { found, asked } = await seek({
			history: () => [],
			submit: { family: 'edit', action: 'edit' },
			timeoutMs: MINUTE,
		});
		expect(found).toEqual({ kind: 'unknown' });
		expect(asked).toBeGreaterThan(2);
	});
});
