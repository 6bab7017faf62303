import { describe, expect, test } from '@jest/globals';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { openReceiver } from './support/receiver.mts';
import {
	clientOf,
	endOf,
	eventually,
	fetchJob,
	openSimulator,
	run,
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

	test('is not sent when no address was given', async () => {
		const simulator = await openSimulator();
		await endOf(simulator, await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl: '' }));
		expect(simulator.state().callbacks).toEqual([]);
	});
});

describe("the vendor's notifier", () => {
	/** The answers that callbacks got, once nothing more can come. */
	async function answers(simulator: Simulator, hookUrl: string) {
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => simulator.state().callbacks[0]);
		await endOf(simulator, jobId);
		await new Promise((resolve) => setTimeout(resolve, 100));
		return simulator.state().callbacks.map(({ status }) => status);
	}

	test.each([200, 302, 400, 404, 409, 429, 500, 503])(
		'sends it once if %i is the answer',
		async (status) => {
			const { hookUrl } = await openReceiver([status]);
			expect(await answers(await openSimulator(), hookUrl)).toEqual([status]);
		},
	);

	test('sends it once if no answer comes, or nobody is there', async () => {
		const { hookUrl } = await openReceiver([null]);
		expect(await answers(await openSimulator({ callbackPatienceMs: 50 }), hookUrl)).toEqual([null]);
		expect(await answers(await openSimulator(), 'http://127.0.0.1:9/nobody')).toEqual([null]);
	});

	test.each([
		[
			[202, 200],
			[202, 200],
		],
		[
			[204, 202, 201, 200],
			[204, 202, 201],
		],
	])(
		'sends it at once again if another success comes, three times at most: %j',
		async (given, got) => {
			const { hookUrl } = await openReceiver(given);
			// A pause would outlast the test.
			const simulator = await openSimulator({ callbackRetryMs: 600_000 });
			expect(await answers(simulator, hookUrl)).toEqual(got);
		},
	);

	test('sends none for the jobs of describe and seed', async () => {
		const { hookUrl, bodies } = await openReceiver();
		const simulator = await openSimulator();
		simulator.addFinishedJob({ jobId: 'grid' });
		await run(simulator, 'describe', { url: 'https://example.com/a.png', hookUrl });
		await run(simulator, 'seed', { jobId: 'grid', hookUrl });
		await run(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[0]);
		expect(bodies.map(({ data }) => data.action)).toEqual(['imagine']);
	});
});

describe('the patient notifier', () => {
	const openPatient = async (options = {}) =>
		await openSimulator({ notifier: 'patient', ...options });

	test('sends it for the jobs of describe, too', async () => {
		const { hookUrl, bodies } = await openReceiver();
		await submit(await openPatient(), 'describe', { url: 'https://example.com/a.png', hookUrl });
		expect(await eventually(() => bodies[0])).toMatchObject({ data: { action: 'describe' } });
	});

	test('sends it again until it gets a 200', async () => {
		const simulator = await openPatient();
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

	test('gives it up after three tries', async () => {
		const simulator = await openPatient();
		const { hookUrl, bodies } = await openReceiver([500, 500, 500, 500]);
		await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => (simulator.state().callbacks.length === 3 ? true : undefined));
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(bodies).toHaveLength(3);
	});

	test('sends it again if the answer takes too long', async () => {
		const simulator = await openPatient({ callbackPatienceMs: 1_000 });
		// The first two get none at all.
		const { hookUrl, bodies } = await openReceiver([null, null]);
		await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await eventually(() => bodies[2]);
		await eventually(() => (simulator.state().callbacks.length === 3 ? true : undefined));
		const statuses = simulator.state().callbacks.map(({ status }) => status);
		expect(statuses).toEqual([null, null, 200]);
	});

	test('records the error if nobody is there', async () => {
		const simulator = await openPatient();
		const hookUrl = 'http://127.0.0.1:9/nobody';
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat', hookUrl });
		await endOf(simulator, jobId);
		const first = await eventually(() => simulator.state().callbacks[0]);
		expect(first).toMatchObject({ jobId, attempt: 1, error: expect.any(String) });
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
