/**
 * Pins of n8n's behaviour (docs/n8n.md) in this file: a resumed execution fails at the paused node when its `disabled` is
 * taken back and the run has an error, and the form of error items that both "continue" settings route rightly.
 */
import { describe, expect, test } from '@jest/globals';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { type Step } from '../workflow.mts';
import {
	IN_OUR_HANDS,
	jsonOf,
	paired,
	pairsOf,
	pausing,
	prompts,
	startPausing,
	type Json,
} from './support/pausing.mts';

const pauses = await startPausing({ jobMs: 1_500 });
const GOOD = ['a red fox', 'a blue whale'];
const BAD = 'a bad word';
const ITEMS = prompts(GOOD[0], BAD, GOOD[1]);
const REASON = '[Banned prompt detected]';

const idOf = (prompt: string) => pauses.job(prompt).jobId;

/** The job fails while the execution is paused, and all three callbacks come. */
async function failAfterPause(
	settings: Partial<Step>,
	{ items = ITEMS, reason = REASON } = {},
): Promise<Execution> {
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const id = await pauses.startPaused(items, pausing('TTAPI', {}, settings));
	pauses.simulator.finishJob(idOf(BAD), 'FAILED', reason);
	pauses.finish(...pauses.jobs(id).filter(({ prompt }) => prompt !== BAD));
	return await pauses.ended(id);
}

/** The job has failed when the others are still running, before anything is paused. */
async function failBeforePause(settings: Partial<Step>): Promise<Execution> {
	pauses.addFaults(
		{ kind: 'jobFails', message: REASON, prompt: BAD },
		{ kind: 'callbackEarly', prompt: BAD },
	);
	const workflow = await pauses.create(ITEMS, [pausing('TTAPI', {}, settings)]);
	return await pauses.ended(await pauses.start(workflow));
}

const failedItem = (): Json => ({
	error: {
		message: expect.stringContaining(idOf(BAD)),
		description: expect.stringMatching(/./),
		jobId: idOf(BAD),
		status: 'FAILED',
	},
});

function expectFailedAtNode(execution: Execution) {
	expect(execution.status).toBe('error');
	const { error, lastNodeExecuted, runData } = execution.data.resultData;
	expect(lastNodeExecuted).toBe('TTAPI');
	expect(error.node.name).toBe('TTAPI');
	expect(runData.TTAPI.at(-1)).toMatchObject({ executionStatus: 'error' });
	expect(runData).not.toHaveProperty('Behind');
	expect(runData).not.toHaveProperty('Count');
	expect(pauses.counter.runs(execution.id)).toBe(0);
	return error;
}

describe.each([
	['after the pause', failAfterPause],
	['before the pause', failBeforePause],
])('a job that fails %s', (_, fail) => {
	test('fails the execution at the node under "stop", and names every job that was paid', async () => {
		const execution = await fail({});
		const error = expectFailedAtNode(execution);
		expect(error.message).toBe(`Job ${idOf(BAD)} failed: "${REASON}"`);
		expect(error.description).toContain('Change the prompt');
		for (const { jobId } of pauses.jobs()) expect(error.description).toContain(jobId);
		expect(pauses.jobs()).toHaveLength(3);
		// The others were waited for, although their results are not handed on.
		for (const prompt of GOOD) expect(pauses.job(prompt).status).toBe('SUCCESS');
	});

	test('stays in its place under "continue"', async () => {
		const execution = await fail({ onError: 'continueRegularOutput' });
		expect(execution.status).toBe('success');
		const items = itemsOf(execution, 'TTAPI');
		expect(items.map(({ json }: any) => json)).toEqual([
			expect.objectContaining({ prompt: GOOD[0], status: 'SUCCESS' }),
			failedItem(),
			expect.objectContaining({ prompt: GOOD[1], status: 'SUCCESS' }),
		]);
		expect(items[1]).not.toHaveProperty('error');
		expect(jsonOf(execution, 'Behind').map(({ startedWith }) => startedWith)).toEqual(
			ITEMS.map(({ prompt }) => prompt),
		);
		expect(pauses.counter.runs(execution.id)).toBe(1);
	});

	test('goes to the error output under "continue, using error output", the others go on', async () => {
		const execution = await fail({ onError: 'continueErrorOutput' });
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(prompts(...GOOD)));
		const [failed, ...more] = itemsOf(execution, 'TTAPI', { output: 1 });
		expect(more).toEqual([]);
		// n8n puts the fields of the input item beside the error.
		expect(failed.json).toMatchObject(failedItem());
		expect([failed.pairedItem].flat()[0]).toMatchObject({ item: 1 });
		expect(itemsOf(execution, 'On Error')).toHaveLength(1);
		expect(pauses.counter.runs(execution.id)).toBe(1);
	});
});

test('Retry of an execution that failed after its pause begins with the items that the node got', async () => {
	const failed = await failAfterPause({}, { reason: 'Job Timeout' });
	pauses.simulator.clearFaults();
	const retry = await pauses.ended(await pauses.world.client.retryExecution(failed.id));
	expect(retry.status).toBe('success');
	expect(jsonOf(retry, 'TTAPI').map(({ prompt, status }) => [prompt, status])).toEqual(
		ITEMS.map(({ prompt }) => [prompt, 'SUCCESS']),
	);
	expect(pauses.counter.runs(retry.id)).toBe(1);
	// Only the job that failed is submitted again (test/e2e/ledger).
	expect(pauses.jobs()).toHaveLength(ITEMS.length + 1);
});

test('Retry of an execution that failed by a violation fails again, and submits nothing', async () => {
	const failed = await failAfterPause({});
	pauses.simulator.clearFaults();
	const submitted = pauses.simulator.state().jobs.length;
	const retry = await pauses.ended(await pauses.world.client.retryExecution(failed.id));
	expect(expectFailedAtNode(retry).message).toBe(`Job ${idOf(BAD)} failed: "${REASON}"`);
	expect(pauses.simulator.state().jobs).toHaveLength(submitted);
});

describe('an execution of which the only job fails after the pause', () => {
	const only = prompts(BAD);

	test('runs nothing behind the node under "stop"', async () => {
		const error = expectFailedAtNode(await failAfterPause({}, { items: only }));
		expect(error.message).toContain(idOf(BAD));
	});

	test('runs only the error branch under "continue, using error output"', async () => {
		const execution = await failAfterPause({ onError: 'continueErrorOutput' }, { items: only });
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'On Error')).toEqual([expect.objectContaining(failedItem())]);
		expect(itemsOf(execution, 'Behind')).toEqual([]);
		expect(pauses.counter.runs(execution.id)).toBe(0);
	});

	test.each<[string, Partial<Step>]>([
		['"stop"', {}],
		['"continue"', { onError: 'continueRegularOutput' }],
		['"continue, using error output"', { onError: 'continueErrorOutput' }],
	])('is not submitted again by Retry On Fail under %s', async (_, settings) => {
		const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100, ...settings };
		const execution = await failAfterPause(retry, { items: only });
		expect(execution.status).toBe(settings.onError ? 'success' : 'error');
		expect(pauses.jobs()).toHaveLength(1);
	});
});

describe('an image that cannot be downloaded after the pause', () => {
	const missing: Fault = { kind: 'status', status: 404, endpoint: 'picture', prompt: BAD };

	async function run(settings: Partial<Step>): Promise<Execution> {
		pauses.addFaults(...IN_OUR_HANDS, missing);
		const id = await pauses.startPaused(ITEMS, pausing('TTAPI', { download: 'grid' }, settings));
		pauses.finish(...pauses.jobs(id));
		expect((await pauses.callBack(pauses.job(BAD))).status).toBe(200);
		return await pauses.ended(id);
	}

	test('fails the execution under "stop": the error names the job', async () => {
		const error = expectFailedAtNode(await run({}));
		expect(error.message).toContain(idOf(BAD));
		for (const { jobId } of pauses.jobs()) expect(error.description).toContain(jobId);
	});

	test.each<['continueRegularOutput' | 'continueErrorOutput', number]>([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	])(
		'is an error item under %s: it keeps the job, the others keep their files',
		async (onError, output) => {
			const execution = await run({ onError });
			expect(execution.status).toBe('success');
			const failed = itemsOf(execution, 'TTAPI', { output }).filter(({ json }: any) => json.error);
			expect(failed.map(({ json }: any) => json.error)).toEqual([
				{
					message: expect.stringContaining(idOf(BAD)),
					description: expect.any(String),
					jobId: idOf(BAD),
					status: 'SUCCESS',
				},
			]);
			const good = itemsOf(execution, 'TTAPI').filter(({ json }: any) => !json.error);
			expect(good.map(({ json, binary }: any) => [json.prompt, Object.keys(binary)])).toEqual(
				GOOD.map((prompt) => [prompt, ['data']]),
			);
			expect(pauses.counter.runs(execution.id)).toBe(1);
		},
	);
});
