import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { eventually } from './support/eventually.mts';
import {
	callbackAnswers,
	callbackOf,
	createTrigger,
	fetchBody,
	listen,
	submitJob,
	TRIGGER,
	type Listener,
} from './support/trigger.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

const seed = await startWorld({ dialect: 'seed' });
const newer = await startWorld({ dialect: 'new' });
const worlds = { seed, new: newer };
const { client, simulator } = seed;
beforeEach(() => {
	seed.simulator.reset();
	newer.simulator.reset();
});

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';

/** Runs the action node and gives its output items. */
async function run(
	{ client, credentials }: World,
	parameters: TtapiNode['parameters'],
	items: Array<Record<string, unknown>> = [{}],
) {
	const workflow = await client.createWorkflow(ttapiWorkflow(items, { parameters }), credentials);
	const execution = await client.runWorkflow(workflow);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return itemsOf(execution, 'TTAPI');
}

/** The same job as the action node gives it. */
const got = async (world: World, jobId: string) => {
	const [{ json }] = await run(world, { resource: 'job', operation: 'get', jobId });
	return json;
};

describe('a workflow submits jobs and another one takes them up', () => {
	const submits = (hookUrl: string): TtapiNode['parameters'] => ({
		waitForResult: 'none',
		options: { hookUrl },
	});

	describe.each(['seed', 'new'] as const)('in the %s dialect', (dialect) => {
		const world = worlds[dialect];

		/** Runs one operation with the trigger as its callback URL, and gives the item behind the trigger. */
		async function roundTrip(parameters: TtapiNode['parameters']) {
			const listener = await listen(world);
			const [submitted] = await run(world, { ...submits(listener.url), ...parameters });
			expect(submitted.json.status).toBe('SUBMITTED');

			const [items, ...more] = await listener.runs(1);
			expect(more).toEqual([]);
			expect(items).toHaveLength(1);
			const [{ json }] = items;
			expect(json.jobId).toBe(submitted.json.jobId);
			expect(json).toEqual(await got(world, json.jobId));
			expect(json).not.toHaveProperty('hookUrl');
			expect(callbackAnswers(world.simulator, json.jobId)).toEqual([200]);
			return json;
		}

		test('imagine', async () => {
			const json = await roundTrip({ prompt: 'a red fox' });
			expect(json).toMatchObject({
				status: 'SUCCESS',
				family: 'image',
				action: 'imagine',
				prompt: 'a red fox',
				progress: 100,
				quota: 3,
			});
		});

		test('a job that failed is an ordinary item, with the reason', async () => {
			world.simulator.addFault({ kind: 'jobFails', message: '[Banned prompt detected]' });
			const json = await roundTrip({ prompt: 'a red fox' });
			expect(json).toMatchObject({
				status: 'FAILED',
				message: '[Banned prompt detected]',
				images: [],
				cdnImage: null,
			});
		});
	});

	test('nine jobs of one run start it nine times, each with its own job', async () => {
		const prompts = Array.from({ length: 9 }, (_, number) => ({ prompt: `picture ${number}` }));
		const listener = await listen(seed);
		const submitted = await run(
			seed,
			{ ...submits(listener.url), prompt: '={{ $json.prompt }}' },
			prompts,
		);
		const runs = await listener.runs(9);
		const pairs = (items: any[]) => items.map(({ json }) => [json.jobId, json.prompt]).sort();
		expect(pairs(runs.flat())).toEqual(pairs(submitted));
	});

	test('what comes out is data for the next node: its jobId is upscaled', async () => {
		const listener = await listen(seed);
		await run(seed, { ...submits(listener.url), prompt: 'a red fox' });
		const [[{ json }]] = await listener.runs(1);
		const [upscaled] = await run(
			seed,
			{ operation: 'action', action: 'upsample1', options: { pollInterval: 1 } },
			[json],
		);
		expect(upscaled.json).toMatchObject({ status: 'SUCCESS', prompt: 'a red fox' });
	});
});

describe('Simplify off', () => {
	const withoutHookUrl = (body: unknown) =>
		JSON.parse(JSON.stringify(body, (key, value) => (key === 'hookUrl' ? undefined : value)));

	test.each(['seed', 'new'] as const)(
		'hands on the body of the API but for hookUrl (%s dialect)',
		async (dialect) => {
			const world = worlds[dialect];
			const listener = await listen(world, { options: { simplify: false } });
			const hookUrl = `${listener.url}?run=7`;
			const jobId = await submitJob(world.simulator, { prompt: 'a red fox', hookUrl });
			const [[{ json }]] = await listener.runs(1);

			const body = await fetchBody(world.simulator, jobId);
			expect(body.data.hookUrl).toBe(hookUrl);
			expect(json).toEqual(withoutHookUrl(body));
		},
	);

	test('without Verify, hookUrl is out of the body of the caller at every depth', async () => {
		const listener = await listen(seed, { verify: false, options: { simplify: false } });
		const secret = `${listener.url}?token=secret`;
		const body = {
			...callbackOf(GRID, 'SUCCESS', { hookUrl: secret, deep: [{ hookUrl: secret, kept: 1 }] }),
			hookUrl: secret,
		};
		await listener.post(body);
		const [[{ json }]] = await listener.runs(1);
		expect(json).toEqual(withoutHookUrl(body));
	});
});

describe('which ends start the workflow', () => {
	test('Events keeps to the ends that are chosen', async () => {
		simulator.addFault({ kind: 'jobFails', message: 'Job Timeout', prompt: 'bad' });
		const onFailure = await listen(seed, { events: ['FAILED'] });
		const onSuccess = await listen(seed, { events: ['SUCCESS'] });
		const ended: string[] = [];
		for (const { url: hookUrl } of [onFailure, onSuccess]) {
			for (const prompt of ['a good one', 'a bad one']) {
				ended.push(await submitJob(simulator, { prompt, hookUrl }));
			}
		}
		expect((await onFailure.runs(1)).flat()).toMatchObject([{ json: { jobId: ended[1] } }]);
		expect((await onSuccess.runs(1)).flat()).toMatchObject([{ json: { jobId: ended[2] } }]);
		// TTAPI need not send again what is not wanted.
		await eventually(async () => simulator.state().callbacks.length === 4);
		expect(simulator.state().callbacks.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
	});

	test('a job that still runs starts nothing and asks nobody', async () => {
		const listener = await listen(seed);
		for (const status of ['PENDING_QUEUE', 'ON_QUEUE']) {
			expect(await listener.post(callbackOf(randomUUID(), status))).toMatchObject({ status: 200 });
		}
		await listener.runs(0);
		expect(simulator.state().requests).toEqual([]);
	});
});

describe('without Verify', () => {
	const unverified = { verify: false };

	test.each(['seed', 'new'] as const)(
		"the caller's own body is handed on, and nobody is asked (%s dialect)",
		async (dialect) => {
			const world = worlds[dialect];
			world.simulator.addFinishedJob({ jobId: GRID, prompt: 'a red fox' });
			const json = await got(world, GRID);
			const body = await fetchBody(world.simulator, GRID);
			const asked = world.simulator.state().requests.length;

			const listener = await listen(world, unverified);
			await listener.post({ ...body, message: "the caller's own" });
			expect((await listener.runs(1)).flat()).toMatchObject([
				{ json: { ...json, message: "the caller's own" } },
			]);
			expect(world.simulator.state().requests).toHaveLength(asked);
		},
	);

	test('no credential is needed, and only then: else the workflow cannot be published', async () => {
		const verifying = await createTrigger({ client, credentials: {} });
		const refused = await client.activateWorkflow(verifying.workflow).catch((error) => error);
		expect(refused).toBeInstanceOf(Error);
		expect(String(refused.message)).toMatch(/credential/i);

		const listener = await listen({ client, credentials: {} }, unverified);
		expect((await listener.post(callbackOf(GRID))).status).toBe(200);
		expect((await listener.runs(1)).flat()).toMatchObject([{ json: { jobId: GRID } }]);
	});
});

describe('while the editor listens for a test event', () => {
	/** Presses "Listen for test event". */
	const listenOnce = async ({ workflow }: Listener) => {
		const body = { workflowData: workflow, triggerToStartFrom: { name: TRIGGER } };
		const { data } = await client.http.post(`/workflows/${workflow.id}/run`, body);
		expect(data.data).toMatchObject({ waitingForWebhook: true });
	};

	test('the test URL takes the next end of a job', async () => {
		const listener = await createTrigger(seed);
		await listenOnce(listener);
		const jobId = await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.testUrl });
		const [[{ json }]] = await listener.runs(1);
		expect(json).toEqual(await got(seed, jobId));
		expect(callbackAnswers(simulator, jobId)).toEqual([200]);
	});

	test('the same job may be sent again and again', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await createTrigger(seed);
		for (const time of [1, 2, 3]) {
			await listenOnce(listener);
			const { status } = await listener.post(callbackOf(GRID), { to: listener.testUrl });
			expect([time, status]).toEqual([time, 200]);
			await listener.runs(time);
		}
	});

	test('a call that starts nothing does not end the listening', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await createTrigger(seed);
		await listenOnce(listener);
		const statuses: number[] = [];
		for (const body of [callbackOf(randomUUID()), [], callbackOf(GRID)]) {
			statuses.push((await listener.post(body, { to: listener.testUrl })).status);
		}
		expect(statuses).toEqual([200, 400, 200]);
		expect((await listener.runs(1)).flat()).toMatchObject([{ json: { jobId: GRID } }]);
	});

	test('what the test URL took may start the active workflow, too', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await createTrigger(seed);
		await listenOnce(listener);
		await listener.post(callbackOf(GRID), { to: listener.testUrl });
		await listener.runs(1);

		await client.activateWorkflow(listener.workflow);
		await eventually(async () => (await listener.post({})).status !== 404);
		await listener.post(callbackOf(GRID));
		expect((await listener.runs(2)).flat()).toMatchObject([
			{ json: { jobId: GRID } },
			{ json: { jobId: GRID } },
		]);
	});
});

test('the workflow gets no key and no address of a callback', async () => {
	const listener = await listen(seed);
	await submitJob(simulator, { prompt: 'a red fox', hookUrl: `${listener.url}?private=1` });
	const { runs, workflow } = listener;
	await runs(1);
	const [{ id }] = await client.listExecutions({ workflowId: workflow.id });
	const { data } = await client.getExecution(id);
	const seen = JSON.stringify(data.resultData.runData);
	expect(seen).not.toContain('private=1');
	expect(seen).not.toContain(simulator.apiKey);
});
