import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { clientOf, endOf, fetchJob, openSimulator, submit } from './support/simulator.mts';

const never = 600_000;

async function imagine(simulator: Simulator, prompt = 'a cat') {
	return await clientOf(simulator).post('/midjourney/v1/imagine', { prompt });
}

/** The statuses of so many imagines, one after another. */
async function statuses(simulator: Simulator, count: number): Promise<number[]> {
	const seen: number[] = [];
	for (let number = 0; number < count; number++) seen.push((await imagine(simulator)).status);
	return seen;
}

describe('an answer gone wrong', () => {
	test.each([429, 499, 500, 502, 503, 504])('has the status %i in the envelope', async (status) => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status });
		const answer = await imagine(simulator);
		expect(answer.status).toBe(status);
		expect(answer.data).toEqual({ status: 'FAILED', message: expect.any(String), data: null });
		expect(answer.headers).not.toHaveProperty('retry-after');
		expect(simulator.state().jobs).toEqual([]);
	});

	test('says when to come back', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 429, retryAfter: 7 });
		expect((await imagine(simulator)).headers['retry-after']).toBe('7');
	});

	test('carries the message that was asked for', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 400, message: 'The queue is full' });
		expect((await imagine(simulator)).data.message).toBe('The queue is full');
	});

	test('refuses with HTTP 200', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 200, message: 'no' });
		const answer = await imagine(simulator);
		expect(answer.status).toBe(200);
		expect(answer.data).toEqual({ status: 'FAILED', message: 'no', data: null });
	});

	test('is a page of HTML', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'html', status: 502 });
		const answer = await imagine(simulator);
		expect(answer.status).toBe(502);
		expect(answer.headers['content-type']).toContain('text/html');
		expect(answer.data).toContain('<html');
	});

	test.each([400, 403, 404])('is a page of HTML that a proxy sends with %i', async (status) => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'html', status, endpoint: 'fetch', count: 1 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const answer = await clientOf(simulator).get(`/midjourney/v1/fetch?jobId=${jobId}`);
		expect([answer.status, String(answer.data)]).toEqual([
			status,
			expect.stringContaining('<html'),
		]);
		expect((await endOf(simulator, jobId)).status).toBe('SUCCESS');
	});

	test('refuses the key once', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 401, count: 1 });
		expect(await statuses(simulator, 2)).toEqual([401, 200]);
	});

	test('is cut off in the middle, although the submit was accepted', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'cut', count: 1 });
		await expect(imagine(simulator)).rejects.toThrow(/aborted/);
		const { jobs, requests } = simulator.state();
		expect(jobs).toHaveLength(1);
		expect(requests).toMatchObject([{ endpoint: 'imagine', status: 200 }]);
		expect((await imagine(simulator)).data.status).toBe('SUCCESS');
	});

	test('never comes: reset before the submit was accepted', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'reset', count: 1 });
		await expect(imagine(simulator)).rejects.toMatchObject({ code: 'ECONNRESET' });
		expect(simulator.state().jobs).toEqual([]);
	});

	test.each([
		{ kind: 'reset', when: 'after' },
		{ kind: 'status', status: 504, when: 'after' },
	] as const)('hides that the submit was accepted: %j', async (fault) => {
		const simulator = await openSimulator();
		simulator.addFault(fault);
		await imagine(simulator).catch(() => {});
		expect(simulator.state().jobs).toHaveLength(1);
	});

	test('comes late', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'slow', ms: 200 });
		const before = performance.now();
		expect((await imagine(simulator)).status).toBe(200);
		expect(performance.now() - before).toBeGreaterThan(190);
	});

	test.each([301, 302])('leads elsewhere with %i', async (status) => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'redirect', status, location: 'http://127.0.0.1:9/elsewhere' });
		const answer = await imagine(simulator);
		expect(answer.status).toBe(status);
		expect(answer.headers.location).toBe('http://127.0.0.1:9/elsewhere');
	});
});

describe('a fault', () => {
	test('hits the endpoint it names', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 503, endpoint: 'fetch' });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect((await clientOf(simulator).get(`/midjourney/v1/fetch?jobId=${jobId}`)).status).toBe(503);
	});

	test('hits one of several endpoints', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 503, endpoint: ['info', 'status'] });
		expect((await clientOf(simulator).get('/midjourney/v1/info')).status).toBe(503);
		expect((await clientOf(simulator).get('/midjourney/status')).status).toBe(503);
		expect((await imagine(simulator)).status).toBe(200);
	});

	test('hits the nth request', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 503, nth: 2 });
		expect(await statuses(simulator, 3)).toEqual([200, 503, 200]);
	});

	test('hits several nth requests', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 503, nth: [1, 3] });
		expect(await statuses(simulator, 4)).toEqual([503, 200, 503, 200]);
	});

	test('hits so many requests and no more, then lets the next fault have its turn', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 429, count: 2 });
		simulator.addFault({ kind: 'status', status: 503, count: 1 });
		expect(await statuses(simulator, 4)).toEqual([429, 429, 503, 200]);
	});

	test('hits at random, but the same requests in every run with the same seed', async () => {
		const pattern = async (seed: number) => {
			const simulator = await openSimulator({ seed, slots: 100 });
			simulator.addFault({ kind: 'status', status: 503, probability: 0.5 });
			return await statuses(simulator, 24);
		};
		const first = await pattern(1);
		expect(new Set(first)).toEqual(new Set([200, 503]));
		expect(await pattern(1)).toEqual(first);
		expect(await pattern(2)).not.toEqual(first);
	});

	test('hits by a text in the prompt, also when the job is fetched', async () => {
		const simulator = await openSimulator({ slots: 100 });
		simulator.addFault({ kind: 'status', status: 503, endpoint: 'fetch', prompt: 'dog' });
		const dog = await submit(simulator, 'imagine', { prompt: 'a dog' });
		const cat = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const client = clientOf(simulator);
		expect((await client.get(`/midjourney/v1/fetch?jobId=${dog}`)).status).toBe(503);
		expect((await client.post('/midjourney/v1/fetch', { jobId: dog })).status).toBe(503);
		expect((await client.get(`/midjourney/v1/fetch?jobId=${cat}`)).status).toBe(200);
	});

	test('is gone after clearFaults', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'status', status: 503 });
		simulator.clearFaults();
		expect((await imagine(simulator)).status).toBe(200);
	});

	test('can be set and cleared over HTTP', async () => {
		const simulator = await openSimulator();
		const client = clientOf(simulator);
		const added = await client.post('/_simulator/faults', [
			{ kind: 'status', status: 503, count: 1 },
			{ kind: 'status', status: 429 },
		]);
		expect(added.status).toBe(200);
		expect((await imagine(simulator)).status).toBe(503);
		expect((await imagine(simulator)).status).toBe(429);
		expect((await client.delete('/_simulator/faults')).status).toBe(200);
		expect((await imagine(simulator)).status).toBe(200);
	});

	test.each([
		{ kind: 'earthquake' },
		{ kind: 'status' },
		{ kind: 'status', status: 'bad' },
		{ kind: 'status', status: 500, endpoint: 'imagin' },
		{ kind: 'status', status: 500, nht: 1 },
		{ kind: 'jobFails' },
		{ kind: 'jobNeverEnds', endpoint: 'fetch' },
		{ kind: 'pictureCut', endpoint: 'imagine' },
		{ kind: 'unknownJob', endpoint: 'imagine' },
		{ kind: 'unknownState', state: 1 },
		'text',
	])('that is none is refused: %j', async (fault) => {
		const simulator = await openSimulator();
		expect(() => simulator.addFault(fault as never)).toThrow();
		const { status, data } = await clientOf(simulator).post(
			'/_simulator/faults',
			JSON.stringify(fault),
			{ headers: { 'Content-Type': 'application/json' } },
		);
		expect(status).toBe(400);
		expect(data.message).toEqual(expect.any(String));
		expect((await imagine(simulator)).status).toBe(200);
	});
});

describe('a job gone wrong', () => {
	test.each(['Job Timeout', '[Internal error]', '[Banned prompt detected]', 'Unknown Message'])(
		'fails with %s',
		async (message) => {
			const simulator = await openSimulator();
			simulator.addFault({ kind: 'jobFails', message, prompt: 'dog' });
			const dog = await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a dog' }));
			const cat = await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a cat' }));
			expect(dog).toMatchObject({ status: 'FAILED', message });
			expect(cat).toMatchObject({ status: 'SUCCESS' });
		},
	);

	test('never ends', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'jobNeverEnds', count: 1 });
		const stuck = await submit(simulator, 'imagine', { prompt: 'a cat' });
		await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a cat' }));
		expect((await fetchJob(simulator, stuck)).status).toMatch(/_QUEUE$/);
	});

	test('still runs for so many fetches after its end', async () => {
		const simulator = await openSimulator({ jobMs: never });
		simulator.addFault({ kind: 'fetchLags', fetches: 2 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'SUCCESS');
		const seen = [];
		for (let count = 0; count < 3; count++) seen.push((await fetchJob(simulator, jobId)).status);
		expect(seen).toEqual(['ON_QUEUE', 'ON_QUEUE', 'SUCCESS']);
	});

	test('still runs for a while after its end', async () => {
		const simulator = await openSimulator({ jobMs: never });
		simulator.addFault({ kind: 'fetchLags', ms: 300 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		simulator.finishJob(jobId, 'SUCCESS');
		expect((await fetchJob(simulator, jobId)).status).toBe('ON_QUEUE');
		expect((await endOf(simulator, jobId)).status).toBe('SUCCESS');
	});

	test('is not known, although it exists', async () => {
		const simulator = await openSimulator();
		simulator.addFault({ kind: 'unknownJob', prompt: 'cat', nth: [1, 2] });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const words = 'The associated task does not exist or has expired.';
		const refused = { status: 'FAILED', message: words, data: null };
		expect(await fetchJob(simulator, jobId)).toEqual(refused);
		expect(await fetchJob(simulator, jobId)).toEqual(refused);
		expect((await endOf(simulator, jobId)).jobId).toBe(jobId);
	});

	test.each([undefined, 'QUEUED'])('runs in a state that nobody knows: %s', async (state) => {
		const simulator = await openSimulator({ jobMs: never });
		simulator.addFault({ kind: 'unknownState', endpoint: 'fetch', state });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		expect((await fetchJob(simulator, jobId)).status).toBe(state ?? 'RUNNING');
		simulator.finishJob(jobId, 'SUCCESS');
		expect((await fetchJob(simulator, jobId)).status).toBe('SUCCESS');
	});

	test('cannot be fetched for a while after its end', async () => {
		const simulator = await openSimulator({ jobMs: never });
		simulator.addFault({ kind: 'fetchFails', ms: 300 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const fetched = async () =>
			(await clientOf(simulator).get(`/midjourney/v1/fetch?jobId=${jobId}`)).status;
		expect(await fetched()).toBe(200);
		simulator.finishJob(jobId, 'SUCCESS');
		expect(await fetched()).toBe(503);
		while ((await fetched()) === 503) await delay(20);
		expect((await endOf(simulator, jobId)).status).toBe('SUCCESS');
	});

	test('exceeds its timeout', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 0 });
		const { data } = await clientOf(simulator).post('/midjourney/v1/imagine', {
			prompt: 'a cat',
			timeout: 300,
		});
		expect(simulator.state().jobs[0]).toMatchObject({
			jobId: data.data.jobId,
			durationMs: 300_000,
		});
	});
});
