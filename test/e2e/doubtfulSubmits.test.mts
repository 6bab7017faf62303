/** A submit of which nobody knows whether TTAPI took it is looked for, never repeated. */
import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Fault } from '../../simulator/startSimulator.mts';
import { eventually } from './support/eventually.mts';
import { paired, pairsOf, pausing, prompts, type Json } from './support/pausing.mts';
import { errorOf, polling, resultsOf, RETRY_ON_FAIL, startRetrying } from './support/retrying.mts';

const retrying = await startRetrying({ jobMs: 500 });
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
});
