import { describe, expect, test } from '@jest/globals';
import { clientOf, endOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;

describe('a job', () => {
	test('waits first, and fetch gives an empty list', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 1 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect(await fetchJob(simulator, jobId)).toEqual({
			status: 'PENDING_QUEUE',
			jobId,
			message: '',
			data: [],
		});
	});

	test('then runs, with progress and a preview', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 0 });
		const body = { prompt: 'a cat', hookUrl: 'http://127.0.0.1:9/hook?run=7' };
		const jobId = await submit(simulator, 'imagine', body);
		expect(await fetchJob(simulator, jobId)).toEqual({
			status: 'ON_QUEUE',
			jobId,
			message: '',
			data: {
				action: 'imagine',
				jobId,
				progress: expect.stringMatching(/^\d{1,3}$/),
				prompt: 'a cat',
				discordImage: expect.stringMatching(/^http/),
				cdnImage: expect.stringMatching(/^http/),
				width: null,
				height: null,
				hookUrl: 'http://127.0.0.1:9/hook?run=7',
				components: null,
				seed: null,
				images: null,
			},
		});
	});

	test('ends with a picture', async () => {
		const simulator = await openSimulator();
		const answer = await run(simulator, 'imagine', { prompt: 'a cat --ar 3:2' });
		expect(answer).toEqual({
			status: 'SUCCESS',
			jobId: answer.jobId,
			message: 'success',
			data: {
				action: 'imagine',
				jobId: answer.jobId,
				progress: '100',
				prompt: 'a cat --ar 3:2',
				discordImage: expect.stringMatching(/^http/),
				cdnImage: expect.stringMatching(/^http/),
				width: 64,
				height: expect.any(Number),
				hookUrl: null,
				components: expect.arrayContaining(['upsample1', 'variation4']),
				seed: null,
				images: [1, 2, 3, 4].map(() => expect.stringMatching(/^http/)),
				quota: '3',
			},
		});
	});

	test('fails with a reason', async () => {
		const simulator = await openSimulator({ jobMs: never });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'FAILED', '[Banned prompt detected]');
		expect(await fetchJob(simulator, jobId)).toEqual({
			status: 'FAILED',
			jobId,
			message: '[Banned prompt detected]',
			data: expect.objectContaining({ jobId: null, action: null, hookUrl: null, images: null }),
		});
	});

	test('can be ended by hand', async () => {
		const simulator = await openSimulator({ jobMs: never });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'SUCCESS');
		expect((await fetchJob(simulator, jobId)).status).toBe('SUCCESS');
		expect(() => simulator.finishJob('nobody', 'SUCCESS')).toThrow('nobody');
	});

	test('takes as long as its mode says', async () => {
		const simulator = await openSimulator({ jobMs: { turbo: 5, fast: never, relax: never } });
		const fast = await submit(simulator, 'imagine', { prompt: 'a cat', mode: 'fast' });
		const turbo = await submit(simulator, 'imagine', { prompt: 'a cat', mode: 'turbo' });
		await endOf(simulator, turbo);
		expect((await fetchJob(simulator, fast)).status).not.toBe('SUCCESS');
	});

	test('lasts differently long with a spread, and equally in every run with the same seed', async () => {
		const durations = async (seed: number) => {
			const simulator = await openSimulator({ jobMs: 1000, jobSpread: 0.5, seed });
			for (const prompt of ['a', 'b', 'c']) await submit(simulator, 'imagine', { prompt });
			return simulator.state().jobs.map((job) => job.durationMs);
		};
		const first = await durations(1);
		expect(new Set(first).size).toBe(3);
		for (const duration of first) {
			expect(duration).toBeGreaterThanOrEqual(500);
			expect(duration).toBeLessThanOrEqual(1500);
		}
		expect(await durations(1)).toEqual(first);
		expect(await durations(2)).not.toEqual(first);
	});

	test('takes its turn in a list of times, whatever its mode', async () => {
		const simulator = await openSimulator({ jobTimes: [50, 20] });
		for (const mode of ['relax', 'fast', 'turbo'])
			await submit(simulator, 'imagine', { prompt: 'a cat', mode });
		expect(simulator.state().jobs.map((job) => job.durationMs)).toEqual([50, 20, 50]);
	});
});

describe('the four small pictures', () => {
	test('come with every grid', async () => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
		expect(data.images).toHaveLength(4);
		expect(new Set(data.images).size).toBe(4);
	});

	test('do not come with a single image', async () => {
		const simulator = await openSimulator();
		const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const body = { jobId, action: 'upsample1', getUImages: true };
		expect((await run(simulator, 'action', body)).data.images).toBeNull();
	});

	test('are missing on a hold account although they were asked for', async () => {
		const simulator = await openSimulator({ account: 'hold' });
		const { data } = await run(simulator, 'imagine', { prompt: 'a cat', getUImages: true });
		expect(data.images).toBeNull();
	});
});

describe('the slots', () => {
	test('are taken by unfinished jobs, then a submit gets 499', async () => {
		const simulator = await openSimulator({ jobMs: never, slots: 2 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'one' });
		await submit(simulator, 'imagine', { prompt: 'two' });
		const full = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'three' });
		expect(full.status).toBe(499);
		expect(full.data).toEqual({ status: 'FAILED', message: expect.any(String), data: null });
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		await submit(simulator, 'imagine', { prompt: 'three' });
		expect(simulator.state().mostUnfinished).toBe(2);
	});

	test('are ten by default', async () => {
		const simulator = await openSimulator({ jobMs: never });
		for (let count = 0; count < 10; count++) await submit(simulator, 'imagine', { prompt: 'a' });
		const full = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'a' });
		expect(full.status).toBe(499);
	});

	test('may be reported with 400', async () => {
		const simulator = await openSimulator({ jobMs: never, slots: 0, fullQueue: 400 });
		const full = await clientOf(simulator).post('/midjourney/v1/imagine', { prompt: 'a' });
		expect(full.status).toBe(400);
		expect(full.data.message).toBe('Queue full');
	});
});

describe('the quota', () => {
	const info = async (simulator: Parameters<typeof clientOf>[0]) =>
		(await clientOf(simulator).get('/midjourney/v1/info')).data;

	test('is shown with the account', async () => {
		const simulator = await openSimulator({ balance: 50, slots: 5 });
		expect(await info(simulator)).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: {
				email: expect.stringContaining('@'),
				balance: '50',
				freeze_balance: '0',
				max_queue: 5,
				created_at: expect.any(String),
			},
		});
	});

	test('is frozen at the submit and charged at success', async () => {
		const simulator = await openSimulator({ balance: 50, jobMs: never, prices: { fast: 3 } });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect((await info(simulator)).data).toMatchObject({ balance: '47', freeze_balance: '3' });
		simulator.finishJob(jobId, 'SUCCESS');
		expect((await info(simulator)).data).toMatchObject({ balance: '47', freeze_balance: '0' });
		expect((await fetchJob(simulator, jobId)).data.quota).toBe('3');
	});

	test('is returned when the job fails', async () => {
		const simulator = await openSimulator({ balance: 50, jobMs: never });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		expect((await info(simulator)).data).toMatchObject({ balance: '50', freeze_balance: '0' });
	});

	test('runs out with 402', async () => {
		const simulator = await openSimulator({ balance: 5, jobMs: never, prices: { fast: 3 } });
		await submit(simulator, 'imagine', { prompt: 'a cat' });
		const { status, data } = await clientOf(simulator).post('/midjourney/v1/imagine', {
			prompt: 'b',
		});
		expect(status).toBe(402);
		expect(data).toEqual({ status: 'FAILED', message: expect.any(String), data: null });
	});

	test('is not touched by free calls', async () => {
		const simulator = await openSimulator({ balance: 50 });
		await clientOf(simulator).post('/midjourney/v1/promptCheck', { prompt: 'a cat' });
		await clientOf(simulator).get('/midjourney/status');
		expect((await info(simulator)).data.balance).toBe('50');
	});
});
