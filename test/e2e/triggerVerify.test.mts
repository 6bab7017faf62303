import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { FETCH } from '../operations.mts';
import { eventually } from './support/eventually.mts';
import {
	askedFor,
	BEHIND,
	callbackAnswers,
	callbackOf,
	listen,
	submitJob,
	type Item,
	type Listener,
} from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const world = await startWorld();
const { client, n8n, simulator } = world;
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const TOKEN = 'secret';
const guarded = { options: { callbackToken: TOKEN } };
const withToken = { query: `?token=${TOKEN}` };

/** Posts a callback, which is answered at once with 200, whatever TTAPI says. */
async function callOnce(listener: Listener, jobId: string, options = {}) {
	const began = Date.now();
	const answer = await listener.post(callbackOf(jobId), options);
	expect(answer).toMatchObject({ status: 200, data: { message: expect.any(String) } });
	return { answer, answeredMs: Date.now() - began };
}

describe('a caller who is not TTAPI', () => {
	test("gets a finished job started with the API's answer, not with its own words", async () => {
		simulator.addFinishedJob({ jobId: GRID, prompt: 'a red fox' });
		const listener = await listen(world);
		const forged = {
			...callbackOf(GRID, 'FAILED', {
				prompt: 'something else',
				cdnImage: 'http://127.0.0.1:9/evil.png',
				action: 'reroll',
				quota: 999,
			}),
			message: 'Send money',
			extra: 'a field of its own',
		};
		expect(await listener.post(forged)).toMatchObject({
			status: 200,
			data: { message: expect.any(String) },
		});
		const [[{ json }]] = await listener.runs(1);
		expect(json).toMatchObject({
			jobId: GRID,
			status: 'SUCCESS',
			action: 'imagine',
			prompt: 'a red fox',
			cdnImage: `${simulator.url}/pictures/${GRID}.png`,
			quota: 3,
		});
		expect(json).not.toHaveProperty('extra');
	});

	test('who names a job that nobody knows starts nothing, after every family was asked three times', async () => {
		const listener = await listen(world);
		const jobId = randomUUID();
		await callOnce(listener, jobId);
		const asked = (family: string) =>
			simulator.state().requests.filter(({ path, method }) => path === family && method === 'GET');
		await eventually(async () => asked(FETCH.video).length === 3);
		expect([asked(FETCH.image).length, asked(FETCH.edit).length]).toEqual([3, 3]);
		expect(new Set(askedFor(simulator))).toEqual(new Set([jobId]));
		await listener.runs(0);
	});
});

describe('a callback that is sent once starts the workflow', () => {
	test('if the fetch lags behind it', async () => {
		simulator.addFault({ kind: 'fetchLags', fetches: 3 });
		const listener = await listen(world);
		const jobId = await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.url });
		expect((await listener.runs(1)).flat()).toMatchObject([{ json: { jobId, status: 'SUCCESS' } }]);
		expect(callbackAnswers(simulator, jobId)).toEqual([200]);
	});

	const faults: Array<[string, Fault]> = [
		['is silent for 3 s', { kind: 'slow', ms: 3_000, count: 1 }],
		['answers 429', { kind: 'status', status: 429 }],
		['answers 500', { kind: 'status', status: 500 }],
		['breaks the connection', { kind: 'reset' }],
		['refuses the key', { kind: 'status', status: 401 }],
	];

	test.each(faults)('if TTAPI %s', async (_, fault) => {
		simulator.addFinishedJob({ jobId: GRID });
		const listener = await listen(world);
		simulator.addFault({ ...fault, endpoint: 'fetch' });
		const { answeredMs } = await callOnce(listener, GRID);
		expect(answeredMs).toBeLessThan(2_000);
		await delay(3_000);
		simulator.clearFaults();
		expect((await listener.runs(1)).flat()).toMatchObject([
			{ json: { jobId: GRID, status: 'SUCCESS' } },
		]);
	});
});

describe('when TTAPI refuses our key', () => {
	/** What n8n has logged since then. */
	const logSince = (start: number) => readFileSync(n8n.log).subarray(start).toString();

	test.each([401, 403])('(%i) the log says why, with the job ID', async (status) => {
		const listener = await listen(world);
		const start = statSync(n8n.log).size;
		simulator.addFinishedJob({ jobId: GRID });
		simulator.addFault({ kind: 'status', status, endpoint: 'fetch' });
		await callOnce(listener, GRID);
		await eventually(async () => new RegExp(`${GRID} cannot be verified`).test(logSince(start)));
		expect(logSince(start)).not.toContain(simulator.apiKey);
		simulator.clearFaults();
		await listener.runs(1);
	});

	test('the caller is told neither the key nor which part of us is broken', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		simulator.addFault({ kind: 'status', status: 401, endpoint: 'fetch' });
		const listener = await listen(world);
		const { answer } = await callOnce(listener, GRID);
		expect(JSON.stringify(answer.data)).not.toContain(simulator.apiKey);
		expect(JSON.stringify(answer.data)).not.toContain(simulator.url);
		simulator.clearFaults();
		await listener.runs(1);
	});
});

describe('many callbacks at once', () => {
	test('are each handed on exactly once: 200, each sent once, with a fetch that takes 300 ms', async () => {
		const ids = Array.from({ length: 200 }, () => randomUUID());
		for (const jobId of ids) simulator.addFinishedJob({ jobId });
		simulator.addFault({ kind: 'slow', ms: 300, endpoint: 'fetch' });
		const listener = await listen(world, guarded);
		await Promise.all(ids.map(async (id) => await callOnce(listener, id, withToken)));
		const { workflow } = listener;
		/** How many jobs the runs have started with. A busy n8n may say that its database is not ready. */
		const started = async () => {
			await delay(2_000);
			const runs = await client.listExecutions({ workflowId: workflow.id });
			const all = await Promise.all(runs.map(async ({ id }) => await client.waitForExecution(id)));
			return all.flatMap((run) => itemsOf(run, BEHIND).map(({ json }: Item) => json.jobId));
		};
		const isDone = async () => (await started().catch(() => [])).length >= ids.length;
		await eventually(isDone, 300);
		expect((await started()).sort()).toEqual([...ids].sort());
	}, 400_000);

	test('from callers that do not wait for the answer start one run each, also when they come again', async () => {
		const listener = await listen(world);
		const ids = Array.from({ length: 3 }, () => randomUUID());
		for (const jobId of ids) simulator.addFinishedJob({ jobId });
		simulator.addFault({ kind: 'slow', ms: 3_000, endpoint: 'fetch', count: ids.length });
		const impatience = new AbortController();
		const gone = ids.map((id) => listener.post(callbackOf(id), { signal: impatience.signal }));
		const ends = Promise.allSettled(gone);
		await eventually(async () => askedFor(simulator).length === ids.length);
		impatience.abort();
		await ends;

		for (const id of ids) await callOnce(listener, id);
		const runs = await listener.runs(ids.length);
		expect(new Set(runs.flat().map(({ json }) => json.jobId))).toEqual(new Set(ids));
	});

	test('for jobs that TTAPI cannot be asked for keep no other waiting', async () => {
		const listener = await listen(world);
		const ids = Array.from({ length: 10 }, () => randomUUID());
		simulator.addFinishedJob({ jobId: GRID });
		await Promise.all(ids.map(async (id) => await callOnce(listener, id)));
		await callOnce(listener, GRID);
		expect((await listener.runs(1)).flat()).toMatchObject([{ json: { jobId: GRID } }]);
	});
});
