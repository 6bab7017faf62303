/**
 * Pins of n8n's behaviour (docs/n8n.md, What a retry finds) in this file: a node's context survives Retry On Fail and a
 * person's Retry, also with the current workflow; Retry gives the node the run index that the failed run had.
 */
import { describe, expect, test } from '@jest/globals';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { type Step } from '../workflow.mts';
import { eventually } from './support/eventually.mts';
import { jsonOf, paired, pairsOf, pausing, prompts } from './support/pausing.mts';
import {
	errorOf,
	FINAL,
	hintsOf,
	TRANSIENT,
	polling,
	resultsOf,
	RETRY_ON_FAIL,
	startRetrying,
} from './support/retrying.mts';

const retrying = await startRetrying({ jobMs: 500 });
const { pauses, simulator } = retrying;
const { client } = pauses.world;

const BAD = 'a bad word';
const GOOD = ['a red fox', 'a blue whale', 'a green frog'];
/** The failing one is the first: only then does n8n's Retry On Fail notice it under "Continue". */
const ITEMS = prompts(BAD, ...GOOD);
const ONCE = Object.fromEntries(ITEMS.map(({ prompt }) => [prompt, 1]));

const failing = (message: string, more: object = { count: 1 }): Fault => ({
	kind: 'jobFails',
	message,
	prompt: BAD,
	...more,
});

const ON_ERROR: Array<[string, Partial<Step>]> = [
	['"stop"', {}],
	['"continue"', { onError: 'continueRegularOutput' }],
	['"continue, using error output"', { onError: 'continueErrorOutput' }],
];

describe.each(ON_ERROR)('Retry On Fail under %s', (_, settings) => {
	const retried = { ...RETRY_ON_FAIL, ...settings };

	test('submits only the failed job again, where its reason is worth another try', async () => {
		pauses.addFaults(failing(TRANSIENT));
		const execution = await retrying.run(ITEMS, polling('TTAPI', {}, retried));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		expect(resultsOf(execution)).toEqual(
			ITEMS.map(({ prompt }) => [prompt, retrying.jobIdsOf(prompt).at(-1), 'SUCCESS']),
		);
		expect(hintsOf(execution).join()).toContain('3 jobs of an earlier attempt used again');
	});

	test('submits nothing again where the reason is final', async () => {
		pauses.addFaults(failing(FINAL, {}));
		const execution = await retrying.run(ITEMS, polling('TTAPI', {}, retried));
		expect(retrying.submits()).toEqual(ONCE);
		// Each of the three tries has seen that it failed.
		expect(retrying.looksAfterEnd(BAD)).toBe(3);
		const message = `Job ${retrying.jobIdsOf(BAD)[0]} failed: "${FINAL}"`;
		if (settings.onError) {
			expect(execution.status).toBe('success');
			const output = settings.onError === 'continueErrorOutput' ? 1 : 0;
			expect(itemsOf(execution, 'TTAPI', { output })[0].json.error.message).toBe(message);
		} else {
			expect(execution.status).toBe('error');
			expect(errorOf(execution).message).toBe(message);
		}
	});

	test('submits a prompt that TTAPI refuses only once', async () => {
		const items = prompts('a sexy word', ...GOOD);
		await retrying.run(items, polling('TTAPI', {}, retried));
		expect(retrying.submits()['a sexy word']).toBe(1);
		for (const count of Object.values(retrying.submits())) expect(count).toBe(1);
	});
});

describe('Retry On Fail of a node that pauses', () => {
	test('submits only the failed job again under "stop"', async () => {
		pauses.addFaults(failing(TRANSIENT), { kind: 'callbackEarly', prompt: BAD, count: 1 });
		const execution = await retrying.run(ITEMS, pausing('TTAPI', {}, RETRY_ON_FAIL));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		expect(pauses.counter.runs(execution.id)).toBe(1);
	});

	test.each(ON_ERROR.slice(1))('submits nothing again under %s', async (_, settings) => {
		pauses.addFaults({ kind: 'jobNeverEnds', prompt: 'a' }, { kind: 'callbackLost' });
		const step = pausing('TTAPI', {}, { ...RETRY_ON_FAIL, ...settings });
		const workflow = await pauses.create(ITEMS, [step]);
		const starting = await pauses.start(workflow);
		await eventually(async () => retrying.jobIds.length === ITEMS.length);
		simulator.finishJob(pauses.job(BAD).jobId, 'FAILED', TRANSIENT);
		const id = await pauses.paused(starting);
		const good = GOOD.map((prompt) => pauses.job(prompt));
		pauses.finish(...good);
		expect((await pauses.callBack(good[0])).status).toBe(200);
		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		const output = settings.onError === 'continueErrorOutput' ? 1 : 0;
		expect(jsonOf(execution, 'TTAPI', { output })[0].error.jobId).toBe(pauses.job(BAD).jobId);
		expect(retrying.submits()).toEqual(ONCE);
		expect(pauses.counter.runs(id)).toBe(1);
	});
});

test('Retry On Fail goes on where the first error has ended the submits', async () => {
	pauses.addFaults(failing(TRANSIENT));
	const one = polling('TTAPI', { options: { maxInFlight: 1 } }, RETRY_ON_FAIL);
	const execution = await retrying.run(ITEMS, one);
	expect(execution.status).toBe('success');
	expect(pairsOf(execution)).toEqual(paired(ITEMS));
	expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
});

describe("a person's Retry", () => {
	const HOW: Array<[string, boolean]> = [
		['as it was', false],
		['with the current workflow', true],
	];

	async function failOnce(message: string, step = polling('TTAPI')): Promise<[any, Execution]> {
		pauses.addFaults(failing(message));
		const workflow = await pauses.create(ITEMS, [step]);
		const failed = await retrying.end(workflow);
		expect(failed.status).toBe('error');
		expect(retrying.submits()).toEqual(ONCE);
		return [workflow, failed];
	}

	test.each(HOW)('%s submits only the failed job again', async (_, withCurrentWorkflow) => {
		const [, failed] = await failOnce(TRANSIENT);
		const ids = retrying.jobIds;
		const retry = await retrying.retry(failed, { withCurrentWorkflow });
		expect(retry.id).not.toBe(failed.id);
		expect(retry.status).toBe('success');
		expect(pairsOf(retry)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		expect(resultsOf(retry).map(([prompt, jobId]) => [prompt, ids.includes(jobId)])).toEqual([
			[BAD, false],
			...GOOD.map((prompt) => [prompt, true]),
		]);
	});

	test('with another node edited submits only the failed job again', async () => {
		const [workflow, failed] = await failOnce(TRANSIENT);
		const behind = workflow.nodes.find(({ name }: Step) => name === 'Behind');
		behind.parameters.jsonOutput = "={{ { edited: $('Start').item.json.prompt } }}";
		await client.updateWorkflow(workflow);
		const retry = await retrying.retry(failed, { withCurrentWorkflow: true });
		expect(retry.status).toBe('success');
		expect(jsonOf(retry, 'Behind').map(({ prompt, edited }) => [prompt, edited])).toEqual(
			paired(ITEMS),
		);
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
	});

	test('with the prompt of one item edited submits only that one, which then gets through', async () => {
		const [workflow, failed] = await failOnce(FINAL);
		const ours = workflow.nodes.find(({ name }: Step) => name === 'TTAPI');
		ours.parameters.prompt = "={{ $json.prompt.replace('bad', 'kind') }}";
		await client.updateWorkflow(workflow);
		const retry = await retrying.retry(failed, { withCurrentWorkflow: true });
		expect(retry.status).toBe('success');
		expect(retrying.submits()).toEqual({ ...ONCE, 'a kind word': 1 });
		expect(resultsOf(retry)).toEqual(
			['a kind word', ...GOOD].map((prompt) => [prompt, ...retrying.jobIdsOf(prompt), 'SUCCESS']),
		);
	});

	test('raises a final error again, at no cost, with the ids of the first attempt', async () => {
		const [, failed] = await failOnce(FINAL);
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toBe(errorOf(failed).message);
		for (const id of retrying.jobIds) expect(errorOf(retry).description).toContain(id);
		expect(retrying.submits()).toEqual(ONCE);
	});

	test('after a final error submits nothing, not even what was never submitted', async () => {
		pauses.addFaults(failing(FINAL, {}));
		const one = polling('TTAPI', { options: { maxInFlight: 1 } });
		const failed = await retrying.run(ITEMS, one);
		expect(retrying.submits()).toEqual({ [BAD]: 1 });
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toBe(errorOf(failed).message);
		expect(retrying.submits()).toEqual({ [BAD]: 1 });
	});

	test('with a setting that cannot be used loses no id', async () => {
		const [workflow, failed] = await failOnce(TRANSIENT);
		const ours = workflow.nodes.find(({ name }: Step) => name === 'TTAPI');
		ours.parameters.options.timeout = 5;
		const edited = await client.updateWorkflow(workflow);
		const bad = await retrying.retry(failed, { withCurrentWorkflow: true });
		expect(bad.status).toBe('error');
		expect(errorOf(bad).message).toContain('Job Timeout');
		for (const id of retrying.jobIds) expect(errorOf(bad).description).toContain(id);
		expect(retrying.submits()).toEqual(ONCE);

		delete ours.parameters.options.timeout;
		await client.updateWorkflow({ ...workflow, versionId: edited.versionId });
		const retry = await retrying.retry(bad, { withCurrentWorkflow: true });
		expect(retry.status).toBe('success');
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
	});

	test('that finds a job unknown to TTAPI says so, and submits nothing', async () => {
		const [, failed] = await failOnce(TRANSIENT);
		const ids = retrying.jobIds;
		simulator.reset();
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toContain('does not know the job');
		for (const id of ids) expect(errorOf(retry).description).toContain(id);
		expect(retrying.submits()).toEqual({});
	});

	test('can be done again and again', async () => {
		pauses.addFaults(failing(TRANSIENT, { count: 3 }));
		let execution = await retrying.run(ITEMS, polling('TTAPI'));
		for (const submits of [2, 3, 4]) {
			execution = await retrying.retry(execution);
			expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: submits });
		}
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(ITEMS));
	});

	test('of one execution twice submits the failed job each time, the others never', async () => {
		// Both begin with what the failed execution knew.
		const [, failed] = await failOnce(TRANSIENT);
		for (const submits of [2, 3]) {
			expect((await retrying.retry(failed)).status).toBe('success');
			expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: submits });
		}
	});

	test('of the second of two nodes submits nothing for the first', async () => {
		pauses.addFaults({ kind: 'jobFails', message: TRANSIENT, prompt: `${BAD} at night`, count: 1 });
		const second = polling('Second', { prompt: '={{ $json.prompt }} at night' });
		const failed = await retrying.run(ITEMS, polling('First'), second);
		expect(failed.data.resultData.lastNodeExecuted).toBe('Second');
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		const atNight = Object.fromEntries(ITEMS.map(({ prompt }) => [`${prompt} at night`, 1]));
		expect(retrying.submits()).toEqual({ ...ONCE, ...atNight, [`${BAD} at night`]: 2 });
		expect(pairsOf(retry)).toEqual(ITEMS.map(({ prompt }) => [`${prompt} at night`, prompt]));
	});

	test('after another run of the same workflow knows nothing of that one', async () => {
		const [workflow] = await failOnce(FINAL);
		simulator.clearFaults();
		const second = await retrying.end(workflow);
		expect(second.status).toBe('success');
		for (const count of Object.values(retrying.submits())) expect(count).toBe(2);
	});
});

describe('pictures on a Retry', () => {
	const step = polling('TTAPI', { download: 'grid' });
	const missing: Fault = { kind: 'status', status: 404, endpoint: 'picture' };
	const pictures = () =>
		simulator.state().requests.filter(({ endpoint }) => endpoint === 'picture').length;

	async function failAndRetry(...onRetry: Fault[]): Promise<Execution> {
		pauses.addFaults(failing(TRANSIENT));
		const failed = await retrying.run(ITEMS, step);
		expect(failed.status).toBe('error');
		const before = pictures();
		pauses.addFaults(...onRetry);
		const retry = await retrying.retry(failed);
		expect(pictures() - before).toBeGreaterThanOrEqual(ITEMS.length);
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		return retry;
	}

	test('are downloaded again', async () => {
		const retry = await failAndRetry();
		expect(retry.status).toBe('success');
		for (const { binary } of itemsOf(retry, 'TTAPI')) {
			const picture = await client.downloadBinary(binary.data);
			expect(picture.subarray(1, 4).toString()).toBe('PNG');
		}
	});

	test('that are gone do not lose the job: its item says so', async () => {
		const gone = { ...missing, prompt: GOOD[0] };
		const retry = await failAndRetry(gone);
		expect(retry.status).toBe('success');
		expect(pairsOf(retry)).toEqual(paired(ITEMS));
		const [, item, ...others] = itemsOf(retry, 'TTAPI');
		expect(item.json).toMatchObject({
			prompt: GOOD[0],
			jobId: retrying.jobIdsOf(GOOD[0])[0],
			status: 'SUCCESS',
			downloadError: expect.stringContaining('404'),
		});
		expect(item).not.toHaveProperty('binary');
		for (const { json, binary } of others) {
			expect(json).not.toHaveProperty('downloadError');
			expect(Object.keys(binary)).toEqual(['data']);
		}
	});

	test('that failed the execution are downloaded by its Retry, nothing is submitted', async () => {
		pauses.addFaults({ ...missing, prompt: GOOD[1] });
		const failed = await retrying.run(ITEMS, step);
		expect(errorOf(failed).message).toContain(retrying.jobIdsOf(GOOD[1])[0]);
		simulator.clearFaults();
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		for (const { binary } of itemsOf(retry, 'TTAPI')) expect(Object.keys(binary)).toEqual(['data']);
		expect(retrying.submits()).toEqual(ONCE);
	});
});

describe('a job that had not ended', () => {
	const SLOW = GOOD[0];
	const steps = {
		poll: polling('TTAPI', { options: { maxWait: 4 } }),
		callback: pausing('TTAPI', { options: { maxWait: 4 } }),
	};

	/** One job fails, another one does not end in time: then the Retry has it. */
	async function failAndRetry(step: Step): Promise<Execution> {
		pauses.addFaults(failing(TRANSIENT), { kind: 'jobNeverEnds', prompt: SLOW });
		pauses.addFaults({ kind: 'callbackEarly', prompt: BAD });
		const failed = await retrying.run(ITEMS, step);
		expect(failed.status).toBe('error');
		expect(pauses.job(SLOW).status).not.toBe('SUCCESS');
		expect(retrying.submits()).toEqual(ONCE);

		const { fetches } = pauses.job(SLOW);
		const ending = retrying.retry(failed);
		// Only when the other one has ended, so that there is nothing to pause for.
		await eventually(async () => pauses.job(SLOW).fetches > fetches + 1);
		await eventually(async () => simulator.state().jobs.at(-1)!.status === 'SUCCESS');
		pauses.finish(pauses.job(SLOW));
		const retry = await ending;
		expect(retry.status).toBe('success');
		expect(pairsOf(retry)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		expect(resultsOf(retry)[1]).toEqual([SLOW, ...retrying.jobIdsOf(SLOW), 'SUCCESS']);
		return retry;
	}

	test('is waited for by polling', async () => {
		const retry = await failAndRetry(steps.poll);
		expect(hintsOf(retry).join()).not.toContain('paused');
	});

	test('and whose callback goes to the old execution is polled, and a hint says so', async () => {
		const retry = await failAndRetry(steps.callback);
		expect(hintsOf(retry).join()).toContain('polled instead of paused');
		expect(pauses.job(SLOW).hookUrl).not.toContain(`/${retry.id}`);
		expect(retrying.pauses.counter.runs(retry.id)).toBe(1);
	});

	test('is polled beside a new job, for which the Retry pauses', async () => {
		pauses.addFaults(failing(TRANSIENT), { kind: 'jobNeverEnds', prompt: SLOW });
		pauses.addFaults({ kind: 'callbackEarly', prompt: BAD });
		const failed = await retrying.run(ITEMS, steps.callback);
		expect(failed.status).toBe('error');
		pauses.addFaults({ kind: 'jobNeverEnds', prompt: BAD });

		const starting = client.retryExecution(failed.id);
		await eventually(async () => retrying.jobIds.length === ITEMS.length + 1);
		pauses.finish(pauses.job(SLOW));
		const id = await pauses.paused(await starting);
		const fresh = simulator.state().jobs.at(-1)!;
		expect(fresh.hookUrl).toContain(`/${id}`);
		pauses.finish(fresh);
		const retry = await pauses.ended(id);
		expect(retry.status).toBe('success');
		expect(pairsOf(retry)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
		expect(pauses.counter.runs(id)).toBe(1);
	});
});

describe('a paused execution whose job fails', () => {
	async function failAfterPause(message: string): Promise<Execution> {
		pauses.addFaults({ kind: 'jobNeverEnds' });
		const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
		simulator.finishJob(pauses.job(BAD).jobId, 'FAILED', message);
		pauses.finish(...pauses.jobs(id).filter(({ prompt }) => prompt !== BAD));
		const failed = await pauses.ended(id);
		expect(failed.status).toBe('error');
		simulator.clearFaults();
		return failed;
	}

	test.each([false, true])(
		'is retried with the others reused (with the current workflow: %s)',
		async (withCurrentWorkflow) => {
			const failed = await failAfterPause(TRANSIENT);
			const retry = await retrying.retry(failed, { withCurrentWorkflow });
			expect(retry.status).toBe('success');
			expect(pairsOf(retry)).toEqual(paired(ITEMS));
			expect(retrying.submits()).toEqual({ ...ONCE, [BAD]: 2 });
			expect(pauses.counter.runs(retry.id)).toBe(1);
		},
	);

	test('fails again where the reason is final, at no cost', async () => {
		const failed = await failAfterPause(FINAL);
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toBe(errorOf(failed).message);
		for (const id of retrying.jobIds) expect(errorOf(retry).description).toContain(id);
		expect(retrying.submits()).toEqual(ONCE);
	});
});

test('a paused execution that was stopped hands on its unfinished jobs when it is retried', async () => {
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
	await client.stopExecution(id);
	const stopped = await pauses.ended(id);
	expect(stopped.status).toBe('canceled');
	const retry = await retrying.retry(stopped);
	expect(retry.status).toBe('success');
	expect(
		jsonOf(retry, 'TTAPI').map(({ prompt, jobId, timedOut }) => [prompt, jobId, timedOut]),
	).toEqual(ITEMS.map(({ prompt }) => [prompt, ...retrying.jobIdsOf(prompt), true]));
	expect(retrying.submits()).toEqual(ONCE);
});
