import { describe, expect, test } from '@jest/globals';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { clientOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;
const path = '/midjourney/v1/fetch-list';

const ask = async (simulator: Simulator, params: object = {}) =>
	await clientOf(simulator).get(path, { params });

/** The rows of the history, spelled as a list. */
const rows = async (simulator: Simulator, params: object = {}): Promise<any[]> =>
	(await ask(simulator, params)).data.data;

/** So many jobs that have succeeded, one after another. */
async function withSuccesses(count: number, options = {}): Promise<Simulator> {
	const simulator = await openSimulator({ jobMs: never, slots: count, ...options });
	for (let number = 1; number <= count; number++) {
		const jobId = await submit(simulator, 'imagine', { prompt: `picture ${number}` });
		simulator.finishJob(jobId, 'SUCCESS');
	}
	return simulator;
}

const numbersOf = (list: any[]) => list.map(({ prompt }) => Number(prompt.split(' ')[1]));
const row = (from: number, to: number) =>
	Array.from(
		{ length: Math.abs(to - from) + 1 },
		(_, index) => from + Math.sign(to - from) * index,
	);

test('a job of the history is spelled in snake_case, with its mode as model', async () => {
	const simulator = await openSimulator();
	const { jobId, data } = await run(simulator, 'imagine', { prompt: 'a cat', mode: 'turbo' });
	const answer = await ask(simulator);

	expect(answer.status).toBe(200);
	expect(answer.data).toEqual({ status: 'SUCCESS', message: 'success', data: [expect.anything()] });
	expect(answer.data.data[0]).toEqual({
		job_id: jobId,
		model: 'turbo',
		action: 'imagine',
		quota: '6',
		status: 2,
		progress: '100',
		prompt: 'a cat',
		discord_image: data.discordImage,
		cdn_image: data.cdnImage,
		created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
	});
});

test('created_at is the time of the submit, in UTC', async () => {
	const simulator = await withSuccesses(1);
	const [{ created_at: createdAt }] = await rows(simulator);
	const { submittedAt } = simulator.state().jobs[0];
	expect(Date.parse(createdAt)).toBe(Math.floor(submittedAt / 1000) * 1000);
});

describe('without a query', () => {
	test('it holds the newest ten, the newest first', async () => {
		expect(numbersOf(await rows(await withSuccesses(12)))).toEqual(row(12, 3));
	});

	test('it holds successful jobs only', async () => {
		const simulator = await openSimulator({ jobMs: never });
		const [good, bad] = [
			await submit(simulator, 'imagine', { prompt: 'good' }),
			await submit(simulator, 'imagine', { prompt: 'bad' }),
			await submit(simulator, 'imagine', { prompt: 'running' }),
		];
		expect(await rows(simulator)).toEqual([]);
		simulator.finishJob(good, 'SUCCESS');
		simulator.finishJob(bad, 'FAILED', 'Job Timeout');
		expect((await rows(simulator)).map(({ job_id: id }) => id)).toEqual([good]);
	});
});

describe('the query', () => {
	test('says how many and which page of them', async () => {
		const simulator = await withSuccesses(7);
		expect(numbersOf(await rows(simulator, { limit: 3 }))).toEqual([7, 6, 5]);
		expect(numbersOf(await rows(simulator, { limit: 3, page: 3 }))).toEqual([1]);
		expect(await rows(simulator, { limit: 3, page: 4 })).toEqual([]);
	});

	test('says in which order', async () => {
		const simulator = await withSuccesses(3);
		expect(numbersOf(await rows(simulator, { order: 'asc' }))).toEqual([1, 2, 3]);
		expect(numbersOf(await rows(simulator, { order: 'asc', page: 2, limit: 2 }))).toEqual([3]);
		expect(numbersOf(await rows(simulator, { order: 'desc' }))).toEqual([3, 2, 1]);
	});

	test('asks for another status, by the name that fetch has for it', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 0 });
		const bad = await submit(simulator, 'imagine', { prompt: 'bad' });
		const running = await submit(simulator, 'imagine', { prompt: 'running' });
		simulator.finishJob(bad, 'FAILED', 'Job Timeout');

		const [failedRow, ...moreFailed] = await rows(simulator, { status: 'failed' });
		expect(failedRow).toMatchObject({ job_id: bad, status: 3, cdn_image: null });
		expect(moreFailed).toEqual([]);
		const [runningRow] = await rows(simulator, { status: 'on_queue' });
		expect(runningRow).toMatchObject({ job_id: running, status: 1, progress: '0' });
	});

	test('asks for jobs that still wait', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 1 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const [waiting] = await rows(simulator, { status: 'pending_queue' });
		expect(waiting).toMatchObject({ job_id: jobId, status: 0 });
	});

	test.each(['success', 'SUCCESS', 'Success'])(
		'takes its status in any case: %s',
		async (status) => {
			const simulator = await withSuccesses(1);
			expect(await rows(simulator, { status })).toHaveLength(1);
		},
	);

	test('may have to write its status in upper case', async () => {
		const simulator = await withSuccesses(1, { historyStatus: 'upper' });
		expect(await rows(simulator, { status: 'SUCCESS' })).toHaveLength(1);
		expect(await rows(simulator)).toHaveLength(1);
		const refused = await ask(simulator, { status: 'success' });
		expect(refused.status).toBe(400);
		expect(refused.data.message).toContain("'status' parameter error!");
	});

	test('finds only jobs that have ended on a host that lists no others', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 0, historyJobs: 'ended' });
		const bad = await submit(simulator, 'imagine', { prompt: 'bad' });
		await submit(simulator, 'imagine', { prompt: 'running' });
		simulator.finishJob(bad, 'FAILED', 'Job Timeout');
		expect(await rows(simulator, { status: 'on_queue' })).toEqual([]);
		expect(await rows(simulator, { status: 'failed' })).toMatchObject([{ job_id: bad, status: 3 }]);
	});

	test('reaches a hundred jobs at most', async () => {
		const simulator = await withSuccesses(101);
		expect(numbersOf(await rows(simulator, { limit: 100 }))).toEqual(row(101, 2));
		expect((await ask(simulator, { limit: 101 })).status).toBe(400);
	});

	test.each([{ page: 0 }, { page: 'two' }, { limit: 0 }, { order: 'up' }, { status: 'good' }])(
		'is refused when it makes no sense: %j',
		async (params) => {
			const { status, data } = await ask(await withSuccesses(1), params);
			expect(status).toBe(400);
			expect(data.message).toContain(`'${Object.keys(params)[0]}' parameter error!`);
		},
	);

	test('is taken as the body of a POST, too: one page says so', async () => {
		const simulator = await withSuccesses(3);
		const { data } = await clientOf(simulator).post(path, { limit: 1, order: 'asc' });
		expect(numbersOf(data.data)).toEqual([1]);
	});
});

test('a host may put the list beside the number of all', async () => {
	const simulator = await withSuccesses(3, { spelling: { history: 'page' } });
	const { list, total, ...more } = (await ask(simulator, { limit: 2 })).data.data;
	expect(numbersOf(list)).toEqual([3, 2]);
	expect({ total, more }).toEqual({ total: 3, more: {} });
});

test('a host may have no history', async () => {
	const simulator = await withSuccesses(1, { history: false });
	expect((await ask(simulator)).status).toBe(404);
	expect((await clientOf(simulator).post(path, {})).status).toBe(404);
});

test('takes the key and no other one', async () => {
	const simulator = await withSuccesses(1);
	const headers = { 'TT-API-KEY': 'another' };
	expect((await clientOf(simulator).get(path, { headers })).status).toBe(401);
});

test('goes wrong on demand, and is in the requests, as fetchList', async () => {
	const simulator = await withSuccesses(1);
	simulator.addFault({ kind: 'status', status: 503, endpoint: 'fetchList', count: 1 });
	expect((await ask(simulator, { page: 1 })).status).toBe(503);
	expect((await ask(simulator)).status).toBe(200);
	expect(simulator.state().requests.at(-2)).toMatchObject({
		method: 'GET',
		endpoint: 'fetchList',
		query: { page: '1' },
		status: 503,
	});
});

test('costs no fetch, and tells a job to be over while fetch still hides it', async () => {
	const simulator = await openSimulator({ jobMs: never });
	simulator.addFault({ kind: 'fetchLags', fetches: 1 });
	const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
	simulator.finishJob(jobId, 'SUCCESS');
	expect(await rows(simulator)).toMatchObject([{ job_id: jobId, status: 2 }]);
	expect(simulator.state().jobs[0].fetches).toBe(0);
	expect((await fetchJob(simulator, jobId)).status).toBe('ON_QUEUE');
});
