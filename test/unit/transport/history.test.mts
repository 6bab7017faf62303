import { describe, expect, test } from '@jest/globals';

import { ReadAgainError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { latestJobs, reachesBackTo } from '../../../nodes/TtapiMidjourney/transport/history.ts';
import { caught } from '../support/caught.mts';
import { fakeClient, http } from '../support/fakeClient.mts';

const ROW = { job_id: 'j', action: 'imagine', prompt: 'a cat', status: 2 };
const JOB = { jobId: 'j', action: 'imagine', prompt: 'a cat', submittedBy: undefined };
const ask = async (body: unknown, status = 200) =>
	await latestJobs(fakeClient([http(status, body)]).client);
const HOUR = 3_600_000;

test('the youngest jobs are asked for once, with all that TTAPI gives at a time', async () => {
	const { client, requests } = fakeClient([http(200, { status: 'SUCCESS', data: [ROW] })]);
	expect(await latestJobs(client)).toEqual({ jobs: [JOB], rows: 1 });
	expect(requests).toMatchObject([
		{
			method: 'GET',
			path: '/midjourney/v1/fetch-list',
			query: { page: '1', limit: '100', order: 'desc' },
		},
	]);
});

test.each([
	['a list', [ROW]],
	['{ list, total }', { list: [ROW], total: 1 }],
	['ids in the other spelling', [{ ...ROW, job_id: undefined, jobId: 'j' }]],
])('rows are read as %s', async (_title, data) => {
	expect((await ask({ data }))?.jobs).toEqual([JOB]);
});

test('what a row does not say is not known', async () => {
	const rows = [{ job_id: 'j' }, { job_id: 7, action: '', prompt: null, created_at: '' }];
	expect((await ask({ data: rows }))?.jobs).toEqual([
		{ jobId: 'j', action: null, prompt: null, submittedBy: undefined },
		{ jobId: '7', action: null, prompt: null, submittedBy: undefined },
	]);
});

test.each([
	[404, {}],
	[405, {}],
	[401, { message: 'Wrong TT-API-KEY' }],
	[200, { status: 'FAILED', message: 'no', data: null }],
	[200, { data: { list: null } }],
	// A refusal is none, even if it holds rows.
	[404, { data: [ROW] }],
])('there is none where TTAPI answers with HTTP %s %j', async (status, body) => {
	expect(await ask(body, status)).toBeUndefined();
});

test.each([
	[503, {}],
	[429, {}],
	[200, '<html>'],
])('HTTP %s %j may be better the next time', async (status, body) => {
	await caught(ask(body, status), ReadAgainError);
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
		const history = await ask({ data: [{ ...ROW, created_at }] });
		expect(history?.jobs[0].submittedBy).toBe(expected);
	});

	test.each(['created_at', 'createdAt', 'submit_time', 'submitTime'])('in %s', async (key) => {
		const history = await ask({ data: [{ ...ROW, [key]: at }] });
		expect(history?.jobs[0].submittedBy).toBe(at);
	});
});

describe('a page holds all jobs since a moment', () => {
	/** @param last and first: when these were submitted */
	const page = (count: number, last?: number, first: number | undefined = last) => ({
		jobs: Array.from({ length: count }, (_, n) => ({
			...JOB,
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
	])('%s: %#', (_title, history, expected) => {
		expect(reachesBackTo(history, 1000)).toBe(expected);
	});
});
