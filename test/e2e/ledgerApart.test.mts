/**
 * What the ledger must tell apart: the rounds of a loop, items with the same prompt, executions.
 *
 * Pin of n8n's behaviour (docs/n8n.md, What a retry finds) in this file: each round of a loop has a run index of its own,
 * and a Retry goes on in the round that failed.
 */
import { describe, expect, test } from '@jest/globals';
import { target, type Step } from '../workflow.mts';
import {
	jsonOf,
	numbered,
	paired,
	pairing,
	pairsOf,
	pausing,
	prompts,
	row,
	type Json,
} from './support/pausing.mts';
import {
	TRANSIENT,
	polling,
	resultsOf,
	RETRY_ON_FAIL,
	startRetrying,
} from './support/retrying.mts';

const retrying = await startRetrying({ jobMs: 500 });
const { pauses } = retrying;

describe.each([
	['polls', polling],
	['pauses', pausing],
])('a loop around a node that %s', (_, ours) => {
	const loop: Step = {
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 2, options: {} },
	};
	const create = async (items: Json[], settings: Partial<Step> = {}) =>
		await pauses.store(
			row(items, [loop, ours('TTAPI', {}, settings), pairing(), pauses.counter.step], {
				Loop: [target('Behind'), target('TTAPI')],
				TTAPI: [target('Loop')],
			}),
		);

	test('pays no round again when a later one fails and is retried', async () => {
		const items = numbered(6);
		pauses.addFaults({ kind: 'jobFails', message: TRANSIENT, prompt: 'number 2', count: 1 });
		const failed = await retrying.end(await create(items));
		expect(failed.status).toBe('error');
		const first = Object.fromEntries(items.slice(0, 4).map(({ prompt }) => [prompt, 1]));
		expect(retrying.submits()).toEqual(first);

		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		expect(pairsOf(retry)).toEqual(paired(items));
		const all = Object.fromEntries(items.map(({ prompt }) => [prompt, 1]));
		expect(retrying.submits()).toEqual({ ...all, [items[2].prompt]: 2 });
		expect(retry.data.resultData.runData.TTAPI).toHaveLength(3);
	});

	test('submits the same prompts anew in each round, but no round twice', async () => {
		const same = prompts(...Array.from({ length: 6 }, () => 'a red fox'));
		pauses.addFaults({ kind: 'jobFails', message: TRANSIENT, nth: 3 });
		const failed = await retrying.end(await create(same));
		expect(failed.status).toBe('error');
		expect(retrying.jobIds).toHaveLength(4);

		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		expect(retrying.submits()).toEqual({ 'a red fox': 7 });
		const used = jsonOf(retry, 'Behind').map(({ jobId }) => jobId);
		const [bad] = pauses.jobs().filter(({ status }) => status === 'FAILED');
		expect(used.sort()).toEqual(retrying.jobIds.filter((id) => id !== bad.jobId).sort());
	});

	test('is not confused by Retry On Fail in one of its rounds', async () => {
		const items = numbered(6);
		pauses.addFaults(
			{ kind: 'jobFails', message: TRANSIENT, prompt: 'number 2', count: 1 },
			{ kind: 'callbackEarly', prompt: 'number 2' },
		);
		const execution = await retrying.end(await create(items, RETRY_ON_FAIL));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(items));
		const all = Object.fromEntries(items.map(({ prompt }) => [prompt, 1]));
		expect(retrying.submits()).toEqual({ ...all, [items[2].prompt]: 2 });
	});
});

describe('items with the same prompt', () => {
	const SAME = 'a red fox';
	const items = prompts(...Array.from({ length: 5 }, () => SAME));

	test.each([
		['Retry On Fail', RETRY_ON_FAIL],
		["a person's Retry", {}],
	])('have a job each after %s, and none twice', async (_, settings) => {
		pauses.addFaults({ kind: 'jobFails', message: TRANSIENT, nth: 2 });
		const first = await retrying.run(items, polling('TTAPI', {}, settings));
		const execution = first.status === 'error' ? await retrying.retry(first) : first;
		expect(execution.status).toBe('success');
		expect(retrying.submits()).toEqual({ [SAME]: 6 });
		const used = resultsOf(execution).map(([, jobId]) => jobId);
		const [bad] = pauses.jobs().filter(({ status }) => status === 'FAILED');
		expect([...used].sort()).toEqual(retrying.jobIds.filter((id) => id !== bad.jobId).sort());
	});

	test('are told apart by their settings, too', async () => {
		pauses.addFaults({ kind: 'jobFails', message: TRANSIENT, nth: 1 });
		const mode = "={{ $itemIndex % 2 ? 'turbo' : 'fast' }}";
		const failed = await retrying.run(items, polling('TTAPI', { mode }));
		const retry = await retrying.retry(failed);
		expect(retry.status).toBe('success');
		expect(retrying.submits()).toEqual({ [SAME]: 6 });
		const modeOf = (id: string) => pauses.jobs().find(({ jobId }) => jobId === id)!.mode;
		expect(resultsOf(retry).map(([, jobId]) => modeOf(jobId))).toEqual(
			items.map((__, at) => (at % 2 ? 'turbo' : 'fast')),
		);
	});
});
