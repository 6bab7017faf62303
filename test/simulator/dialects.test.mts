import { describe, expect, test } from '@jest/globals';
import { clientOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;

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
