import { describe, expect, test } from '@jest/globals';
import { openReceiver } from './support/receiver.mts';
import {
	clientOf,
	endOf,
	eventually,
	fetchJob,
	openSimulator,
	submit,
} from './support/simulator.mts';

describe('a callback', () => {
	test('brings what fetch says, to the very address that was given', async () => {
		const simulator = await openSimulator();
		const receiver = await openReceiver();
		const hookUrl = `${receiver.hookUrl}?run=7`;
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		const body = await eventually(() => receiver.bodies[0]);
		expect(body).toEqual(await fetchJob(simulator, jobId));
		expect(body.data.hookUrl).toBe(hookUrl);
		expect(receiver.queries[0]).toEqual({ run: '7' });
	});

	test('comes for a failure too', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const { hookUrl, bodies } = await openReceiver();
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		simulator.finishJob(jobId, 'FAILED', 'Job Timeout');
		const body = await eventually(() => bodies[0]);
		expect(body).toMatchObject({ status: 'FAILED', jobId, message: 'Job Timeout' });
	});

	test('is sent again until it gets a 200', async () => {
		const simulator = await openSimulator();
		const { hookUrl, bodies } = await openReceiver([500, 204]);
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[2]);
		await eventually(() => (simulator.state().callbacks.length === 3 ? true : undefined));
		expect(simulator.state().callbacks).toMatchObject([
			{ jobId, hookUrl, attempt: 1, status: 500 },
			{ jobId, hookUrl, attempt: 2, status: 204 },
			{ jobId, hookUrl, attempt: 3, status: 200 },
		]);
	});

	test('is given up after three tries', async () => {
		const simulator = await openSimulator();
		const { hookUrl, bodies } = await openReceiver([500, 500, 500, 500]);
		await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => (simulator.state().callbacks.length === 3 ? true : undefined));
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(bodies).toHaveLength(3);
	});

	test('whose answer takes too long is sent again', async () => {
		const simulator = await openSimulator({ callbackPatienceMs: 50 });
		// The first two get none at all.
		const { hookUrl, bodies } = await openReceiver([null, null]);
		await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[2]);
		await eventually(() => (simulator.state().callbacks.length === 3 ? true : undefined));
		const statuses = simulator.state().callbacks.map(({ status }) => status);
		expect(statuses).toEqual([null, null, 200]);
	});

	test('to nobody is recorded with its error and harms nothing', async () => {
		const simulator = await openSimulator();
		const hookUrl = 'http://127.0.0.1:9/nobody';
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await endOf(simulator, jobId);
		const first = await eventually(() => simulator.state().callbacks[0]);
		expect(first).toMatchObject({ jobId, attempt: 1, error: expect.any(String) });
	});

	test('is not sent when no address was given', async () => {
		const simulator = await openSimulator();
		await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl: '' }));
		expect(simulator.state().callbacks).toEqual([]);
	});
});

describe('a callback gone wrong', () => {
	test('is lost', async () => {
		const simulator = await openSimulator();
		const { hookUrl, bodies } = await openReceiver();
		simulator.addFault({ kind: 'callbackLost', prompt: 'lost' });
		await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'the lost one', hookUrl }));
		const other = await submit(simulator, 'imagine', { prompt: 'the other', hookUrl });
		await eventually(() => bodies[0]);
		expect(bodies.map((body) => body.jobId)).toEqual([other]);
	});

	test('is early: it arrives before the answer to the submit', async () => {
		const simulator = await openSimulator({ jobMs: 200_000 });
		const order: string[] = [];
		const { hookUrl, bodies } = await openReceiver([], () => order.push('callback'));
		simulator.addFault({ kind: 'callbackEarly' });
		const { data } = await clientOf(simulator).post('/midjourney/v1/imagine', {
			prompt: 'a cat',
			hookUrl,
		});
		order.push('answer');
		expect(order).toEqual(['callback', 'answer']);
		expect(bodies[0]).toMatchObject({ status: 'SUCCESS', jobId: data.data.jobId });
	});

	test('is sent twice', async () => {
		const simulator = await openSimulator();
		const { hookUrl, bodies } = await openReceiver();
		simulator.addFault({ kind: 'callbackDuplicate' });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[1]);
		expect(bodies.map((body) => body.jobId)).toEqual([jobId, jobId]);
	});

	test('is overtaken by the next one', async () => {
		const simulator = await openSimulator({ jobMs: 600_000 });
		const { hookUrl, bodies } = await openReceiver();
		simulator.addFault({ kind: 'callbackReordered', count: 1, ms: 60_000 });
		const first = await submit(simulator, 'imagine', { prompt: 'first', hookUrl });
		const second = await submit(simulator, 'imagine', { prompt: 'second', hookUrl });
		simulator.finishJob(first, 'SUCCESS');
		simulator.finishJob(second, 'SUCCESS');
		await eventually(() => bodies[1]);
		expect(bodies.map((body) => body.jobId)).toEqual([second, first]);
	});

	test('that nobody overtakes is sent after a while', async () => {
		const simulator = await openSimulator();
		const { hookUrl, bodies } = await openReceiver();
		simulator.addFault({ kind: 'callbackReordered', ms: 20 });
		await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[0]);
	});
});
