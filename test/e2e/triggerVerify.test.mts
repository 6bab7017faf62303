import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { FETCH } from '../operations.mts';
import { eventually } from './support/eventually.mts';
import { askedFor, callbackAnswers, callbackOf, listen, submitJob } from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const SLOTS = 30;
/** Time enough for a test to mend what is broken before TTAPI sends again. */
const RETRY_MS = 4_000;

const world = await startWorld({ notifier: 'patient', callbackRetryMs: RETRY_MS, slots: SLOTS });
const { client, n8n, simulator } = world;
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const ABOUT_SECONDS = expect.stringMatching(/^[1-9]\d*$/);
const later = {
	status: 503,
	data: { message: expect.any(String) },
	headers: expect.objectContaining({ 'retry-after': ABOUT_SECONDS }),
};

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

	test('who names a job that nobody knows gets 404, after every family was asked', async () => {
		const listener = await listen(world);
		const jobId = randomUUID();
		expect(await listener.post(callbackOf(jobId))).toMatchObject({
			status: 404,
			data: { message: expect.any(String) },
		});
		const paths = simulator.state().requests.map(({ path }) => path);
		expect(new Set(paths)).toEqual(new Set([FETCH.image, FETCH.edit, FETCH.video]));
		expect(new Set(askedFor(simulator))).toEqual(new Set([jobId]));
		await listener.runs(0);
	});
});

describe('a fetch that lags behind the callback', () => {
	test('for longer makes TTAPI send again, and then starts the workflow', async () => {
		simulator.addFault({ kind: 'fetchLags', fetches: 4 });
		const listener = await listen(world);
		const jobId = await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.url });
		expect((await listener.runs(1)).flat()).toMatchObject([{ json: { jobId, status: 'SUCCESS' } }]);
		expect(callbackAnswers(simulator, jobId)).toEqual([503, 200]);
	});
});

describe('when TTAPI cannot be asked', () => {
	const faults: Array<[string, Fault]> = [
		['status 500', { kind: 'status', status: 500 }],
		['a reset connection', { kind: 'reset' }],
	];

	test.each(faults)(
		'(%s) the caller is told to come back, and no job is lost',
		async (_, fault) => {
			const listener = await listen(world);
			simulator.addFault({ ...fault, endpoint: 'fetch' });
			simulator.addFinishedJob({ jobId: GRID });
			const jobId = await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.url });
			expect(await listener.post(callbackOf(GRID))).toMatchObject(later);
			await eventually(async () => callbackAnswers(simulator, jobId).length === 1);
			simulator.clearFaults();
			expect((await listener.runs(1)).flat()).toMatchObject([
				{ json: { jobId, status: 'SUCCESS' } },
			]);
			await eventually(async () => callbackAnswers(simulator, jobId).length === 2);
			expect(callbackAnswers(simulator, jobId)).toEqual([503, 200]);
		},
	);

	test('(nobody is there) the caller is told to come back', async () => {
		const data = { apiKey: 'key', baseUrl: 'custom', customBaseUrl: 'http://127.0.0.1:9' };
		const type = 'ttapiApi';
		const nobody = await client.createCredential({ name: 'Nobody there', type, data });
		const listener = await listen({ client, credentials: { [type]: nobody } });
		expect(await listener.post(callbackOf(GRID))).toMatchObject(later);
		await listener.runs(0);
	});
});

describe('when TTAPI refuses our key', () => {
	/** What n8n has logged since then. */
	const logSince = (start: number) => readFileSync(n8n.log).subarray(start).toString();

	test.each([401, 403])(
		'(%i) the caller is told to come back, and the log says why',
		async (status) => {
			const listener = await listen(world);
			const start = statSync(n8n.log).size;
			simulator.addFinishedJob({ jobId: GRID });
			simulator.addFault({ kind: 'status', status, endpoint: 'fetch' });
			expect(await listener.post(callbackOf(GRID))).toMatchObject(later);
			await eventually(async () => /TTAPI.*(refus|block|key)/i.test(logSince(start)));
			expect(logSince(start)).not.toContain(simulator.apiKey);

			simulator.clearFaults();
			expect((await listener.post(callbackOf(GRID))).status).toBe(200);
			await listener.runs(1);
		},
	);

	test('the caller is told neither the key nor which part of us is broken', async () => {
		const type = 'ttapiApi';
		const data = { ...world.credential.data, apiKey: 'a-wrong-key' };
		const wrong = await client.createCredential({ name: 'Wrong key', type, data });
		const listener = await listen({ client, credentials: { [type]: wrong } });
		simulator.addFinishedJob({ jobId: GRID });
		const answer = await listener.post(callbackOf(GRID));
		expect(answer).toMatchObject(later);
		expect(JSON.stringify(answer.data)).not.toContain('a-wrong-key');
		expect(JSON.stringify(answer.data)).not.toContain(simulator.url);
		await listener.runs(0);
	});
});

describe('many callbacks at once', () => {
	test('are verified ten at a time; the others come back, none is lost and none starts twice', async () => {
		const count = 16;
		simulator.addFault({ kind: 'jobNeverEnds' });
		const listener = await listen(world);
		const ids: string[] = [];
		for (let number = 0; number < count; number++) {
			const prompt = `picture ${number}`;
			ids.push(await submitJob(simulator, { prompt, hookUrl: listener.url }));
		}
		// So slow that the eleventh finds ten at work, and so quick that TTAPI's next try does not.
		simulator.addFault({ kind: 'slow', ms: RETRY_MS / 2, endpoint: 'fetch' });
		for (const id of ids) simulator.finishJob(id, 'SUCCESS');

		const runs = await listener.runs(count);
		expect(
			runs
				.flat()
				.map(({ json }) => json.jobId)
				.sort(),
		).toEqual([...ids].sort());
		const first = ids.map((id) => callbackAnswers(simulator, id)[0]);
		const verified = first.filter((status) => status === 200).length;
		// On a busy machine one may be done before the last call comes, and leave its place to that.
		expect(verified).toBeGreaterThanOrEqual(10);
		expect(verified).toBeLessThan(count);
		expect(first.filter((status) => status === 503)).toHaveLength(count - verified);
		await eventually(async () => ids.every((id) => callbackAnswers(simulator, id).at(-1) === 200));
	});

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
		for (const { status } of await ends) expect(status).toBe('rejected');

		for (const id of ids) expect((await listener.post(callbackOf(id))).status).toBe(200);
		const runs = await listener.runs(ids.length);
		expect(new Set(runs.flat().map(({ json }) => json.jobId))).toEqual(new Set(ids));
	});

	test('make no room that stays taken: after thirty failed verifications the next one works', async () => {
		const listener = await listen(world);
		simulator.addFault({ kind: 'status', status: 500, endpoint: 'fetch' });
		const answers = await Promise.all(
			Array.from({ length: 30 }, () => listener.post(callbackOf(randomUUID()))),
		);
		expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));

		simulator.clearFaults();
		simulator.addFinishedJob({ jobId: GRID });
		expect((await listener.post(callbackOf(GRID))).status).toBe(200);
		await listener.runs(1);
	});
});
