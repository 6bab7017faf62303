import { describe, expect, test } from '@jest/globals';
import type { SimulatorOptions } from '../../simulator/startSimulator.mts';
import { clientOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;

describe('the wire', () => {
	const fetchUnknown = async (options: SimulatorOptions) => {
		const { status, data } = await clientOf(await openSimulator(options)).get(
			'/midjourney/v1/fetch?jobId=nobody',
		);
		return [status, data];
	};
	const refused = (message: string) => ({ status: 'FAILED', message, data: null });

	test('is what the simulator speaks if nothing else is said', async () => {
		const simulator = await openSimulator();
		const { data } = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'a cat' });
		expect(data).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: { jobId: expect.any(String) },
		});
	});

	test('writes a success with action, bare numbers as text, and null for what is missing', async () => {
		const { message, data } = await run(await openSimulator(), 'imagine', { prompt: 'a cat' });
		expect(message).toBe('success');
		expect(data).toMatchObject({
			...{ action: 'imagine', progress: '100', quota: '3', seed: null, hookUrl: null },
			images: [1, 2, 3, 4].map(() => expect.any(String)),
		});
	});

	test.each([
		['imagine', { prompt: 'a cat' }],
		['/midjourney/image-edits/submit', { prompt: 'a hat', image: 'https://example.com/a.png' }],
		['/midjourney/video/submit', { prompt: 'a cat', imageUrl: 'https://example.com/a.png' }],
	])('writes only nulls about a failed job of %s: its id stands above', async (path, body) => {
		const simulator = await openSimulator({ jobMs: never });
		const jobId = await submit(simulator, path, body);
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		const answer = await fetchJob(simulator, jobId, path);
		expect(answer).toMatchObject({ status: 'FAILED', jobId, message: 'Job Timeout' });
		expect(answer.data).toHaveProperty('jobId');
		expect(new Set(Object.values(answer.data))).toEqual(new Set([null]));
	});

	test.each([
		[{}, 400, 'The associated task does not exist or has expired.'],
		[{ refusals: 200 }, 200, 'The associated task does not exist or has expired.'],
		[{ language: 'zh' }, 400, '关联任务不存在'],
		[{ language: 'zh', refusals: 200 }, 200, '关联任务不存在'],
	] as const)('does not know a job, with %j: %i %s', async (options, status, message) => {
		expect(await fetchUnknown(options)).toEqual([status, refused(message)]);
	});

	test.each([
		{ status: 400, language: 'en', full: 'Queue full', empty: '"prompt" cannot be empty.' },
		{ status: 200, language: 'zh', full: '队列已满，请稍后尝试', empty: '"prompt" 不能为空' },
	] as const)('refuses a submit in the words of the vendor: %j', async (each) => {
		const { status, language, full, empty } = each;
		const options = { slots: 0, fullQueue: 400, language, refusals: status } as const;
		const client = clientOf(await openSimulator(options));
		for (const [body, message] of [
			[{ prompt: 'a cat' }, full],
			[{}, empty],
		] as const) {
			const answer = await client.post('/midjourney/v1/imagine', body);
			expect([answer.status, answer.data]).toEqual([status, refused(message)]);
		}
	});

	test('keeps the statuses that say more than "no"', async () => {
		const simulator = await openSimulator({ slots: 0, refusals: 200 });
		const { status } = await clientOf(simulator).post('/midjourney/v1/imagine', {
			prompt: 'a cat',
		});
		expect(status).toBe(499);
	});

	test('takes a timeout as text, and model in place of mode', async () => {
		const simulator = await openSimulator({ jobMs: never });
		await submit(simulator, 'imagine', { prompt: 'a cat', model: 'relax', timeout: '600' });
		await submit(simulator, 'imagine', { prompt: 'a cat', model: 'relax', mode: 'turbo' });
		await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect(simulator.state().jobs.map(({ mode }) => mode)).toEqual(['relax', 'turbo', 'fast']);
	});
});

test.each(['seed', 'new'] as const)('%s knows neither text timeouts nor model', async (dialect) => {
	const simulator = await openSimulator({ dialect });
	const client = clientOf(simulator);
	const timeout = await client.post('/midjourney/v1/imagine', { prompt: 'a', timeout: '300' });
	expect(timeout.data.message).toContain("'timeout' parameter error!");
	await submit(simulator, 'imagine', { prompt: 'a', model: 'relax' });
	expect(simulator.state().jobs).toMatchObject([{ mode: 'fast' }]);
});

test.each(['seed', 'new'] as const)('%s gives separate images if asked', async (dialect) => {
	const simulator = await openSimulator({ dialect });
	const none = dialect === 'seed' ? [] : null;
	expect((await run(simulator, 'imagine', { prompt: 'a' })).data.images).toEqual(none);
	const asked = await run(simulator, 'imagine', { prompt: 'a', getUImages: true });
	expect(asked.data.images).toHaveLength(4);
});

test.each(['seed', 'new'] as const)(
	'%s answers 404 for a job that nobody knows',
	async (dialect) => {
		const client = clientOf(await openSimulator({ dialect }));
		const { status, data } = await client.get('/midjourney/v1/fetch?jobId=nobody');
		expect([status, data.message]).toEqual([404, 'Job not found.']);
	},
);

test("TTAPI's clock may be ahead: the Date header and the times of jobs", async () => {
	const ahead = 3_600_000;
	const simulator = await openSimulator({ clockOffsetMs: ahead });
	const path = '/midjourney/image-edits/submit';
	const body = { prompt: 'a hat', image: 'https://example.com/a.png' };
	const { data } = await run(simulator, path, body);
	const [{ submittedAt, endedAt }] = simulator.state().jobs;
	const history = await clientOf(simulator).get('/midjourney/v1/fetch-list');
	const off = (time: string, ms: number) => Math.abs(Date.parse(time) - ms - ahead);
	expect(off(data.submitTime, submittedAt)).toBeLessThan(1000);
	expect(off(data.finishTime, endedAt!)).toBeLessThan(1000);
	expect(off(history.data.data[0].created_at, submittedAt)).toBeLessThan(1000);
	expect(off(history.headers.date, Date.now())).toBeLessThan(5000);
});

describe('the new dialect', () => {
	test('writes its receipt with job_id', async () => {
		const simulator = await openSimulator({ dialect: 'new' });
		const { data } = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'a cat' });
		expect(data).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: { job_id: expect.any(String) },
		});
	});

	test('writes a success with action, a percent sign and the quota as text', async () => {
		const simulator = await openSimulator({ dialect: 'new' });
		const { message, data } = await run(simulator, 'imagine', { prompt: 'a cat' });
		expect(message).toBe('');
		expect(data).toMatchObject({ action: 'imagine', progress: '100%', quota: '3', images: null });
		expect(data).not.toHaveProperty('actions');
	});

	test('writes a failure with an object full of nulls', async () => {
		const simulator = await openSimulator({ dialect: 'new', jobMs: never });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		const { status, message, data } = await fetchJob(simulator, jobId);
		expect({ status, message }).toEqual({ status: 'FAILED', message: 'Job Timeout' });
		expect(data).toMatchObject({ cdnImage: null, components: null, width: null, quota: null });
	});

	test('fetches by GET only when it is strict', async () => {
		const simulator = await openSimulator({ dialect: 'new', strictFetch: true });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const client = clientOf(simulator);
		expect((await client.post('/midjourney/v1/fetch', { jobId })).status).toBe(405);
		expect((await client.get('/midjourney/v1/fetch', { params: { jobId } })).status).toBe(200);
	});
});

describe('the seed dialect', () => {
	test('fetches by POST only when it is strict', async () => {
		const simulator = await openSimulator({ dialect: 'seed', strictFetch: true });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const client = clientOf(simulator);
		expect((await client.post('/midjourney/v1/fetch', { jobId })).status).toBe(200);
		expect((await client.get('/midjourney/v1/fetch', { params: { jobId } })).status).toBe(405);
	});
});

describe('a single spelling', () => {
	test('can be changed: the job id at the top of the receipt', async () => {
		const simulator = await openSimulator({ spelling: { receiptId: 'top' } });
		const { data } = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'a cat' });
		expect(data).toEqual({
			status: 'SUCCESS',
			message: 'success',
			jobId: expect.any(String),
			data: null,
		});
	});

	test('can be changed: no progress at all', async () => {
		const simulator = await openSimulator({ spelling: { progress: 'none' } });
		expect((await run(simulator, 'imagine', { prompt: 'a cat' })).data.progress).toBeNull();
	});
});
