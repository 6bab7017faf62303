import { describe, expect, test } from '@jest/globals';

import { TransientError, TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { submittedJob } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import {
	history,
	manyJobs,
	reachesBackTo,
} from '../../../nodes/TtapiMidjourney/transport/history.ts';
import { refusal } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http } from '../support/fakeClient.mts';
import { VirtualClock } from '../support/virtualClock.mts';
import { HISTORY } from '../../operations.mts';

const ROW = { job_id: 'j', action: 'imagine', prompt: 'a cat', status: 2 };
const JOB = submittedJob('j', 'image', { action: 'imagine', prompt: 'a cat' });
const PAST = { job: { ...JOB, status: 'SUCCESS' as const }, submittedBy: undefined };
const ask = async (body: unknown, status = 200) =>
	await history(fakeClient([http(status, body)]).client);
const HOUR = 3_600_000;

test('the youngest jobs are asked for once, with all that TTAPI gives at a time', async () => {
	const { client, requests } = fakeClient([http(200, { status: 'SUCCESS', data: [ROW] })]);
	expect(await history(client)).toEqual({ jobs: [PAST], rows: 1 });
	expect(requests).toMatchObject([
		{
			method: 'GET',
			path: HISTORY,
			query: { page: '1', limit: '100', order: 'desc' },
		},
	]);
});

test.each([
	['a list', [ROW]],
	['{ list, total }', { list: [ROW], total: 1 }],
	['ids in the other spelling', [{ ...ROW, job_id: undefined, jobId: 'j' }]],
])('rows are read as %s', async (_title, data) => {
	expect((await ask({ status: 'SUCCESS', data })).jobs).toEqual([PAST]);
	// Without an envelope.
	expect((await ask(data)).jobs).toEqual([PAST]);
});

test('what a row does not say is not known', async () => {
	const rows = [{ job_id: 'j' }, { job_id: 7, action: '', prompt: null, created_at: '' }];
	expect((await ask({ status: 'SUCCESS', data: rows })).jobs).toMatchObject([
		{ job: { jobId: 'j', action: null, prompt: null }, submittedBy: undefined },
		{ job: { jobId: '7', action: null, prompt: null }, submittedBy: undefined },
	]);
});

test.each([
	[401, { status: 'FAILED', message: 'Wrong TT-API-KEY' }],
	[404, { status: 'FAILED', message: 'no', data: null }],
	[200, { status: 'FAILED', message: 'no', data: null }],
	[200, { status: 'SUCCESS', data: { list: null } }],
	// A refusal is none, even if it holds rows.
	[404, { status: 'SUCCESS', data: [ROW] }],
])('there is none where TTAPI answers with HTTP %s %j', async (status, body) => {
	expect(await caught(ask(body, status), TtapiError)).not.toBeInstanceOf(TransientError);
});

test.each([
	[503, {}],
	[429, {}],
	[200, '<html>'],
	[404, '<html>'],
	// It could be mistaken for the proof that the account has no jobs.
	[200, []],
	[200, { data: [] }],
	[200, { list: [], total: 0 }],
])('HTTP %s %j may be better the next time', async (status, body) => {
	await caught(ask(body, status), TransientError);
});

describe('the time of a submit', () => {
	const at = Date.UTC(2026, 0, 1, 10);
	test.each<[string, unknown, number | undefined]>([
		['seconds', at / 1000, at],
		['milliseconds', at, at],
		['a date in UTC', '2026-01-01T10:00:00Z', at],
		['a date in UTC, with milliseconds', '2026-01-01T10:00:00.250Z', at + 250],
		['a date with its zone', '2026-01-01T18:00:00+08:00', at],
		['a date with its zone in short', '2026-01-01T18:00:00+0800', at],
		// Nobody says which zone: at the latest it is the one that is the furthest behind.
		['a date without a zone', '2026-01-01 10:00:00', at + 12 * HOUR],
		['a date without a zone, with T', '2026-01-01T10:00:00', at + 12 * HOUR],
		['a day', '2026-01-01', undefined],
		['anything else', 'yesterday', undefined],
		['nothing', null, undefined],
	])('is read from %s', async (_title, created_at, expected) => {
		const page = await ask({ status: 'SUCCESS', data: [{ ...ROW, created_at }] });
		expect(page.jobs[0].submittedBy).toBe(expected);
	});

	test.each(['created_at', 'createdAt', 'submit_time', 'submitTime'])('in %s', async (key) => {
		const page = await ask({ status: 'SUCCESS', data: [{ ...ROW, [key]: at }] });
		expect(page.jobs[0].submittedBy).toBe(at);
	});
});

describe('a page holds all jobs since a moment', () => {
	/** @param last and first: when these were submitted */
	const page = (count: number, last?: number, first: number | undefined = last) => ({
		jobs: Array.from({ length: count }, (_, n) => ({
			job: JOB,
			submittedBy: n === count - 1 ? last : first,
		})),
		rows: count,
	});
	test.each<[string, Parameters<typeof reachesBackTo>[0], boolean]>([
		['that is empty', page(0), true],
		['that is shorter than any that TTAPI gives', page(9), true],
		['that is as long as if TTAPI had not read how many are wanted', page(10), false],
		['that has as many jobs as the account', { ...page(50), total: 50 }, true],
		['that has fewer jobs than the account', { ...page(5), total: 50 }, false],
		['that is full, without times', page(100), false],
		['that is full, and whose last job is younger', page(100, 1001), false],
		['that is full, and whose last job is as old', page(100, 1000), false],
		['that is full, and whose last job is older', page(100, 999, 2000), true],
		['that begins with the oldest', page(100, 999, 100), false],
		['with a row that says no job ID', { ...page(3), rows: 4 }, false],
		['that is full, with such a row', { ...page(99, 1), rows: 100 }, false],
	])('%s: %#', (_title, rows, expected) => {
		expect(reachesBackTo(rows, 1000)).toBe(expected);
	});
});

test('an account without jobs has an empty history', async () => {
	expect(await ask({ status: 'SUCCESS', data: { list: null, total: 0 } })).toEqual({
		jobs: [],
		rows: 0,
		total: 0,
	});
});

test('a host that takes only POST is asked by POST', async () => {
	const answers = [http(405), http(200, { status: 'SUCCESS', data: [ROW] })];
	const { client, requests } = fakeClient(answers);
	expect((await history(client, { status: 'failed', order: 'asc', page: 2, limit: 5 })).rows).toBe(
		1,
	);
	expect(requests[1]).toMatchObject({
		method: 'POST',
		body: { page: '2', limit: '5', order: 'asc', status: 'failed' },
	});
});

describe('the filter', () => {
	/** A host that takes the names of states in capitals only. */
	const strict = () =>
		fakeClient(({ query }) =>
			/[a-z]/.test(query!.status ?? '')
				? http(400, refusal("'status' parameter error!"))
				: http(200, { status: 'SUCCESS', data: [ROW] }),
		);
	const asked = ({ requests }: ReturnType<typeof strict>) =>
		requests.map(({ query }) => query!.status);

	test('that is refused is sent once more in capitals, as the host then always gets it', async () => {
		const ttapi = strict();
		expect((await history(ttapi.client, { status: 'success' })).rows).toBe(1);
		expect((await history(ttapi.client, { status: 'failed' })).rows).toBe(1);
		expect(asked(ttapi)).toEqual(['success', 'SUCCESS', 'FAILED']);
	});

	test('goes to another host as it was', async () => {
		await history(strict().client, { status: 'success' });
		const other = fakeClient([http(200, { status: 'SUCCESS', data: [ROW] })]);
		await history(other.client, { status: 'success' });
		expect(asked(other)).toEqual(['success']);
	});

	test('that is refused both ways is refused', async () => {
		const ttapi = fakeClient([http(400, refusal('no'))]);
		await expect(history(ttapi.client, { status: 'success' })).rejects.toThrow(/refused.*no/);
		expect(asked(ttapi)).toEqual(['success', 'SUCCESS']);
	});

	test('is not what is wrong if there is none', async () => {
		const ttapi = fakeClient([http(400, refusal('no'))]);
		await expect(history(ttapi.client)).rejects.toThrow(/refused.*no/);
		expect(ttapi.requests).toHaveLength(1);
	});
});

test('a host without a history is asked a few times, because a proxy may say so', async () => {
	const { client, requests } = fakeClient([http(404, '<html>')]);
	const error = await caught(
		(client.clock as VirtualClock).run(manyJobs(client, {}, 50)),
		TtapiError,
	);
	expect(error).not.toBeInstanceOf(TransientError);
	expect(error.message).toBe('This TTAPI host has no job history');
	expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(5);
});

describe('a row is read as the same job as a fetch', () => {
	const jobOf = async (row: object, status?: string) => {
		const { client } = fakeClient([http(200, { status: 'SUCCESS', data: [{ ...ROW, ...row }] })]);
		return (await history(client, { status })).jobs[0].job;
	};

	test('its snake_case becomes the keys of every job', async () => {
		const row = {
			...{ model: 'fast', quota: '3', progress: '100%', width: 10, height: 20, seed: '7' },
			...{ cdn_image: 'https://c/1.png', discord_image: 'https://d/1.png' },
			...{ components: ['upsample1'], images: ['https://c/2.png'] },
		};
		expect(await jobOf(row)).toMatchObject({
			...{ jobId: 'j', status: 'SUCCESS', family: 'image', action: 'imagine', prompt: 'a cat' },
			...{ quota: 3, progress: 100, width: 10, height: 20, seed: '7', components: ['upsample1'] },
			...{ cdnImage: 'https://c/1.png', discordImage: 'https://d/1.png', message: '' },
			images: ['https://c/2.png'],
		});
	});

	test.each<[object, string]>([
		[{ cdn_images: ['https://c/1.png'] }, 'edit'],
		[{ action: 'retexture' }, 'edit'],
		[{ video_url: 'https://c/1.mp4' }, 'video'],
		[{ action: 'video_extend' }, 'video'],
		[{ video_url: null }, 'image'],
	])('%j: its family is %s', async (row, family) => {
		expect((await jobOf(row)).family).toBe(family);
	});

	test.each<[unknown, string | undefined, string]>([
		[0, undefined, 'PENDING_QUEUE'],
		[1, undefined, 'ON_QUEUE'],
		[2, undefined, 'SUCCESS'],
		[2, 'failed', 'SUCCESS'],
		[3, undefined, 'FAILED'],
		['3', undefined, 'FAILED'],
		['failed', undefined, 'FAILED'],
		['2', undefined, 'SUCCESS'],
		['2', 'failed', 'SUCCESS'],
		// A number that nobody has seen is not the end, whatever was asked for.
		[7, undefined, 'ON_QUEUE'],
		[7, 'failed', 'ON_QUEUE'],
		['7', 'failed', 'ON_QUEUE'],
		[null, 'pending_queue', 'PENDING_QUEUE'],
		['', undefined, 'SUCCESS'],
		['', 'failed', 'FAILED'],
		// Whether the job has ended is not known.
		[7, 'anything', 'ON_QUEUE'],
		['odd', 'anything', 'ON_QUEUE'],
		['finished', undefined, 'ON_QUEUE'],
		['finished', 'failed', 'ON_QUEUE'],
	])('status %j of the jobs that are %s is %s', async (status, asked, expected) => {
		expect((await jobOf({ status }, asked)).status).toBe(expected);
	});
});

describe('many jobs', () => {
	const rowsOf = (from: number, to: number) =>
		Array.from({ length: to - from + 1 }, (_, n) => ({ ...ROW, job_id: `j${from + n}` }));
	/** A host with so many jobs that gives so many at once. */
	const host = (jobs: number, { most = 100, total = false } = {}) =>
		fakeClient(({ query }) => {
			const size = Math.min(Number(query!.limit), most);
			const first = (Number(query!.page) - 1) * size + 1;
			const list = rowsOf(first, Math.min(first + size - 1, jobs));
			return http(200, { status: 'SUCCESS', data: total ? { list, total: jobs } : list });
		});
	const idsOf = async ({ client }: ReturnType<typeof host>, most: number) => {
		const jobs = await (client.clock as VirtualClock).run(manyJobs(client, {}, most));
		return jobs.map(({ jobId }) => jobId);
	};
	const ids = (count: number) => rowsOf(1, count).map(({ job_id }) => job_id);

	test.each<[string, ReturnType<typeof host>, number, number, number]>([
		['one page is enough for a few', host(300), 5, 5, 1],
		['several pages for more than TTAPI gives at once', host(300), 250, 250, 3],
		['all of them, to a page that is not full', host(250), Infinity, 250, 3],
		['all of them, to an empty page', host(200), Infinity, 200, 3],
		[
			'all of them, as the history says how many there are',
			host(200, { total: true }),
			Infinity,
			200,
			2,
		],
		['few that are all', host(7), Infinity, 7, 1],
		['none', host(0), 50, 0, 1],
		['of a host that gives fewer than it was asked for', host(35, { most: 10 }), Infinity, 35, 4],
	])('%s', async (_title, ttapi, most, expected, requests) => {
		expect(await idsOf(ttapi, most)).toEqual(ids(expected));
		expect(ttapi.requests).toHaveLength(requests);
	});

	test('a row that says no job ID is made up for by the next page', async () => {
		const pages = [[{ status: 2 }, ...rowsOf(1, 4)], rowsOf(5, 9)];
		const ttapi = fakeClient(pages.map((data) => http(200, { status: 'SUCCESS', data })));
		expect(await idsOf(ttapi, 5)).toEqual(ids(5));
		expect(ttapi.requests.map(({ query }) => [query!.page, query!.limit])).toEqual([
			['1', '5'],
			['2', '5'],
		]);
	});

	test('a host that gives the same page again and again is asked twice', async () => {
		const ttapi = fakeClient([http(200, { status: 'SUCCESS', data: rowsOf(1, 100) })]);
		expect(await idsOf(ttapi, Infinity)).toEqual(ids(100));
		expect(ttapi.requests).toHaveLength(2);
	});

	test('a job that moves to the next page meanwhile comes once', async () => {
		const pages = [rowsOf(1, 100), rowsOf(100, 120)];
		const ttapi = fakeClient(pages.map((data) => http(200, { status: 'SUCCESS', data })));
		expect(await idsOf(ttapi, Infinity)).toEqual(ids(120));
	});

	test('trouble with a page is overcome', async () => {
		const ttapi = fakeClient([http(503), http(200, { status: 'SUCCESS', data: rowsOf(1, 3) })]);
		expect(await idsOf(ttapi, 50)).toEqual(ids(3));
	});
});
