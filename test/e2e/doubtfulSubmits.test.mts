/** A submit of which nobody knows whether TTAPI took it is looked for, never repeated. */
import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { readFileSync } from 'node:fs';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { OPERATIONS } from '../operations.mts';
import { eventually } from './support/eventually.mts';
import { jsonOf, paired, pairsOf, pausing, prompts, type Json } from './support/pausing.mts';
import { errorOf, polling, resultsOf, RETRY_ON_FAIL, startRetrying } from './support/retrying.mts';

const retrying = await startRetrying({ jobMs: 500 });
const elsewhere = await startRetrying({ jobMs: 500, history: false });
const { pauses, simulator } = retrying;

const ODD = 'an odd fish';
const GOOD = ['a red fox', 'a blue whale'];
const ITEMS = prompts(ODD, ...GOOD);
const ONCE = Object.fromEntries(ITEMS.map(({ prompt }) => [prompt, 1]));
const DOUBT = 'may or may not exist';

/** Each time for one prompt only. */
const TAKEN: Array<[string, Fault]> = [
	['breaks off', { kind: 'reset', when: 'after', endpoint: 'imagine', prompt: ODD }],
	[
		'is answered with HTTP 504',
		{ kind: 'status', status: 504, when: 'after', endpoint: 'imagine', prompt: ODD },
	],
	[
		'is answered by the page of a proxy',
		{ kind: 'html', status: 502, when: 'after', endpoint: 'imagine', prompt: ODD },
	],
];
const RESET = TAKEN[0][1];

const NOT_TAKEN: Fault = { kind: 'reset', endpoint: 'imagine', prompt: ODD };

const step = (parameters: Json = {}, settings = {}) => polling('TTAPI', parameters, settings);

describe.each(TAKEN)('a submit that %s after TTAPI took it', (_, fault) => {
	test('fails the execution: the error names the job that may be it, and those of the other items', async () => {
		pauses.addFaults(fault);
		const execution = await retrying.run(ITEMS, step());
		expect(execution.status).toBe('error');
		const { message, description } = errorOf(execution);
		expect(message).toContain(DOUBT);
		expect(description).toContain(`may be it: ${retrying.jobIdsOf(ODD)[0]}`);
		for (const id of retrying.jobIds) expect(description).toContain(id);
		expect(retrying.submits()).toEqual(ONCE);
		expect(retrying.jobIds).toHaveLength(ITEMS.length);
	});

	test('is found by its callback URL in a run that pauses, which goes on with it', async () => {
		pauses.addFaults(fault);
		const execution = await retrying.run(ITEMS, pausing('TTAPI'));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(ITEMS));
		expect(resultsOf(execution)).toEqual(
			ITEMS.map(({ prompt }) => [prompt, ...retrying.jobIdsOf(prompt), 'SUCCESS']),
		);
		expect(retrying.submits()).toEqual(ONCE);
		expect(pauses.counter.runs(execution.id)).toBe(1);
	});
});

describe('a doubtful submit', () => {
	test.each<['continueRegularOutput' | 'continueErrorOutput', number]>([
		['continueRegularOutput', 0],
		['continueErrorOutput', 1],
	])('is an error item under %s, and the others go on', async (onError, output) => {
		pauses.addFaults(RESET);
		const execution = await retrying.run(ITEMS, step({}, { onError, ...RETRY_ON_FAIL }));
		expect(execution.status).toBe('success');
		const failed = itemsOf(execution, 'TTAPI', { output }).filter(({ json }: any) => json.error);
		expect(failed).toHaveLength(1);
		expect(failed[0].json.error.message).toContain(DOUBT);
		expect(failed[0].json.error.description).toContain(retrying.jobIdsOf(ODD)[0]);
		const good = jsonOf(execution, 'TTAPI').filter(({ error }) => !error);
		expect(good.map(({ prompt, status }) => [prompt, status])).toEqual(
			GOOD.map((prompt) => [prompt, 'SUCCESS']),
		);
		expect(retrying.submits()).toEqual(ONCE);
	});

	test("is submitted again neither by Retry On Fail nor by a person's Retry", async () => {
		pauses.addFaults(RESET);
		const failed = await retrying.run(ITEMS, step({}, RETRY_ON_FAIL));
		expect(failed.status).toBe('error');
		expect(retrying.submits()).toEqual(ONCE);

		simulator.clearFaults();
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toContain(DOUBT);
		for (const id of retrying.jobIds) expect(errorOf(retry).description).toContain(id);
		expect(retrying.submits()).toEqual(ONCE);
	});

	test("in a run that pauses is found by a person's Retry, if its job ends only then", async () => {
		pauses.addFaults(RESET, { kind: 'jobNeverEnds', prompt: ODD });
		const failed = await retrying.run(ITEMS, pausing('TTAPI', { options: { maxWait: 5 } }));
		expect(failed.status).toBe('error');
		expect(errorOf(failed).message).toContain(DOUBT);
		pauses.finish(pauses.job(ODD));

		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		expect(resultsOf(retry)).toEqual(
			ITEMS.map(({ prompt }) => [prompt, ...retrying.jobIdsOf(prompt), 'SUCCESS']),
		);
		expect(retrying.submits()).toEqual(ONCE);
	});

	test('that TTAPI did not take is not submitted again either, and the error says that it may exist', async () => {
		pauses.addFaults(NOT_TAKEN);
		const options = { maxInFlight: 1, maxWait: 5 };
		const failed = await retrying.run(ITEMS, step({ options }, RETRY_ON_FAIL));
		expect(failed.status).toBe('error');
		expect(errorOf(failed).message).toContain(DOUBT);
		expect(errorOf(failed).description).toContain('does not have it');
		expect(retrying.submits()).toEqual({ [ODD]: 1 });

		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('error');
		expect(errorOf(retry).message).toContain(DOUBT);
		expect(retrying.submits()).toEqual({ [ODD]: 1 });
		expect(retrying.jobIds).toEqual([]);
	});

	test('with an edited prompt is another one', async () => {
		pauses.addFaults(RESET);
		const workflow = await pauses.create(ITEMS, [step()]);
		const failed = await retrying.end(workflow);
		const ours = workflow.nodes.find(({ name }: any) => name === 'TTAPI');
		ours.parameters.prompt = "={{ $json.prompt.replace('odd', 'even') }}";
		await pauses.world.client.updateWorkflow(workflow);
		const retry = await retrying.retry(failed, { withCurrentWorkflow: true });
		expect(retry.status).toBe('success');
		expect(retrying.submits()).toEqual({ ...ONCE, 'an even fish': 1 });
	});

	test('is named even where an earlier execution has a job of the same prompt', async () => {
		await retrying.run(prompts(ODD), step());
		pauses.addFaults(RESET);
		const { description } = errorOf(await retrying.run(prompts(ODD), step()));
		expect(description).toContain(retrying.jobIds[1]);
	});

	test('that is being looked for when the execution is stopped is named in the log', async () => {
		pauses.addFaults(RESET, { kind: 'jobNeverEnds' });
		const { client, n8n } = pauses.world;
		const logged = readFileSync(n8n.log, 'utf8').length;
		const id = await pauses.start(await pauses.create(ITEMS, [step()]));
		const asked = () => simulator.state().requests.some(({ endpoint }) => endpoint === 'fetchList');
		await eventually(async () => retrying.jobIds.length === ITEMS.length && asked());
		await client.stopExecution(id);
		expect((await pauses.ended(id)).status).toBe('canceled');
		const said = await eventually(async () => {
			const log = readFileSync(n8n.log, 'utf8').slice(logged);
			return log.split('\n').find((line) => line.includes('TTAPI Midjourney was stopped'));
		});
		for (const good of GOOD) expect(said).toContain(retrying.jobIdsOf(good)[0]);
		// The first item's.
		expect(said).toMatch(/items?\W.*\b0\b/i);
	});

	test('is not looked for where the host has no history', async () => {
		elsewhere.pauses.addFaults(RESET);
		const failed = await elsewhere.run(ITEMS, pausing('TTAPI'));
		expect(failed.status).toBe('error');
		expect(errorOf(failed).message).toContain(DOUBT);
		expect(errorOf(failed).description).toContain('dashboard');
		for (const good of GOOD) {
			expect(errorOf(failed).description).toContain(elsewhere.jobIdsOf(good)[0]);
		}
		const retry = await elsewhere.retry(failed);
		expect(errorOf(retry).message).toContain(DOUBT);
		expect(elsewhere.submits()).toEqual(ONCE);
	});
});

describe('in a run that pauses', () => {
	test('several doubtful submits of the same prompt are each found for their own item', async () => {
		const same = prompts(ODD, ODD, ODD);
		pauses.addFaults(RESET);
		const execution = await retrying.run(same, pausing('TTAPI'));
		expect(execution.status).toBe('success');
		expect(retrying.submits()).toEqual({ [ODD]: 3 });
		const used = resultsOf(execution).map(([, jobId]) => jobId);
		expect([...used].sort()).toEqual([...retrying.jobIds].sort());
		expect(new Set(pauses.jobs().map(({ hookUrl }) => hookUrl)).size).toBe(3);
	});

	test('only the own job is taken, whatever else has the same prompt', async () => {
		pauses.addFaults({ ...RESET, count: 1 });
		const body = { prompt: ODD, mode: 'fast' };
		const headers = { 'TT-API-KEY': simulator.apiKey };
		const submit = async (more: object = {}) => {
			const url = `${simulator.url}${OPERATIONS.imagine.path}`;
			return (await axios.post(url, { ...body, ...more }, { headers, proxy: false })).data.data
				.jobId;
		};
		const id = await pauses.start(await pauses.create(prompts(ODD), [pausing('TTAPI')]));
		await eventually(async () => retrying.jobIds.length === 1);
		const [{ jobId, hookUrl }] = pauses.jobs();
		const others = [await submit(), await submit({ hookUrl: hookUrl.replace(/job=.*/, 'job=1') })];

		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(resultsOf(execution)).toEqual([[ODD, jobId, 'SUCCESS']]);
		expect(others).not.toContain(jobId);
	});

	test('a found job does not keep the others from being paused for', async () => {
		const unfinished = { kind: 'jobNeverEnds', prompt: GOOD[0] } as const;
		pauses.addFaults(RESET, unfinished);
		const id = await pauses.startPaused(ITEMS, pausing('TTAPI'));
		pauses.finish(pauses.job(GOOD[0]));
		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(ITEMS));
		expect(retrying.submits()).toEqual(ONCE);
		expect(pauses.counter.runs(id)).toBe(1);
	});
});

describe("a user's own Callback URL", () => {
	const HOOK = 'http://127.0.0.1:9/hook/ä?a=b%20c&d=%C3%A4+%2B&job=mine&&x#end';

	test.each(['poll', 'none'])('arrives byte for byte (%s)', async (waitForResult) => {
		await retrying.run(ITEMS, step({ waitForResult, options: { hookUrl: HOOK } }));
		expect(pauses.jobs().map(({ hookUrl }) => hookUrl)).toEqual([HOOK, HOOK, HOOK]);
	});

	test('stays as it is in a doubtful submit, whose job is named but not taken', async () => {
		pauses.addFaults(RESET);
		const execution = await retrying.run(ITEMS, step({ options: { hookUrl: HOOK } }));
		expect(execution.status).toBe('error');
		expect(errorOf(execution).description).toContain(`may be it: ${retrying.jobIdsOf(ODD)[0]}`);
		for (const { hookUrl } of pauses.jobs()) expect(hookUrl).toBe(HOOK);
	});
});
