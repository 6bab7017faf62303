/**
 * Pins of n8n's behaviour in this file: the nodes of an execution, and the rounds of a loop, share one resume URL (39);
 * a node's context lives as long as the execution (6); what a parent gets of a child that paused differs by n8n's line.
 */
import { describe, expect, test } from '@jest/globals';
import type { Fault, JobRecord } from '../../simulator/startSimulator.mts';
import { eventually } from './support/eventually.mts';
import {
	executionOf,
	IN_OUR_HANDS,
	jsonOf,
	noOp,
	numbered,
	pairing,
	pairsOf,
	pausing,
	prompts,
	row,
	startPausing,
	target,
	type Json,
	type Step,
} from './support/pausing.mts';

const pauses = await startPausing({ jobMs: 800, callbackRetryMs: 1_000 });
const { isVersion1 } = pauses.world.client;
const TWO = prompts('a red fox', 'a blue whale');

/** Waits until the execution is paused for these many jobs in all. */
async function pausedWith(id: string, jobs: number): Promise<JobRecord[]> {
	await eventually(async () => pauses.jobs(id).length === jobs, 60);
	await pauses.paused(id);
	return pauses.jobs(id);
}

const STRAY: Array<[string, Fault[]]> = [
	['doubled', [{ kind: 'callbackDuplicate', times: 3 }]],
	['late', [{ kind: 'callbackReordered', nth: [1, 3], ms: 1_000 }]],
	['early', [{ kind: 'callbackEarly', nth: [2, 4] }]],
];

describe('two nodes that pause in one workflow', () => {
	const second = pausing('Second', { prompt: '={{ $json.prompt }} at night' });
	const inPairs = TWO.map(({ prompt }) => [`${prompt} at night`, prompt]);

	test('each wait for their own jobs: a callback for the first does not resume the second', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const id = await pauses.startPaused(TWO, pausing('First'), second);
		const first = pauses.jobs(id);
		pauses.finish(...first);
		expect((await pauses.callBack(first[1])).status).toBe(200);

		const own = (await pausedWith(id, 4)).slice(2);
		expect(own.map(({ hookUrl }) => hookUrl)).toEqual(first.map(({ hookUrl }) => hookUrl));
		for (const late of [first[0], first[1], first[0]]) {
			expect((await pauses.callBack(late)).status).toBe(200);
		}
		pauses.finish(own[0]);
		expect((await pauses.callBack(first[0])).status).toBe(200);
		expect(await pauses.status(id)).toBe('waiting');
		expect(pauses.counter.runs(id)).toBe(0);

		pauses.finish(own[1]);
		expect((await pauses.callBack(own[0])).status).toBe(200);
		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(pauses.counter.runs(id)).toBe(1);
		expect(pauses.jobs(id)).toHaveLength(4);
	});

	test('a late callback for the first makes the second look at its own jobs', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const id = await pauses.startPaused(TWO, pausing('First'), second);
		const first = pauses.jobs(id);
		pauses.finish(...first);
		await pauses.callBack(first[0]);
		pauses.finish(...(await pausedWith(id, 4)).slice(2));
		expect(await pauses.status(id)).toBe('waiting');

		// The callbacks of the second are lost; this one is of a job that ended long ago.
		expect((await pauses.callBack(first[1])).status).toBe(200);
		const execution = await pauses.ended(id);
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(pauses.counter.runs(id)).toBe(1);
	});

	test.each(STRAY)('end rightly with callbacks that are %s', async (_, faults) => {
		pauses.addFaults(...faults);
		const workflow = await pauses.create(TWO, [pausing('First'), second]);
		const execution = await pauses.ended(await pauses.start(workflow));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(pauses.counter.runs(execution.id)).toBe(1);
		expect(pauses.jobs(execution.id)).toHaveLength(4);
	});
});

describe('a loop around a node that pauses', () => {
	const ITEMS = numbered(5);
	const inPairs = ITEMS.map(({ prompt }) => [prompt, prompt]);
	const loop: Step = {
		name: 'Loop',
		type: 'n8n-nodes-base.splitInBatches',
		typeVersion: 3,
		parameters: { batchSize: 2, options: {} },
	};
	const create = async () =>
		await pauses.store(
			row(ITEMS, [loop, pausing('TTAPI'), pairing(), pauses.counter.step], {
				Loop: [target('Behind'), target('TTAPI')],
				TTAPI: [target('Loop')],
			}),
		);

	test('pauses in each round for the jobs of that round', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const id = await pauses.start(await create());
		let before: JobRecord[] = [];
		for (const jobs of [2, 4, 5]) {
			const own = (await pausedWith(id, jobs)).slice(before.length);
			for (const late of before) expect((await pauses.callBack(late)).status).toBe(200);
			expect(await pauses.status(id)).toBe('waiting');
			expect(pauses.jobs(id)).toHaveLength(jobs);
			pauses.finish(...own);
			expect((await pauses.callBack(own[0])).status).toBe(200);
			before = pauses.jobs(id);
		}

		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(execution.data.resultData.runData.TTAPI).toHaveLength(3);
		expect(pauses.counter.runs(id)).toBe(1);
	});

	test.each(STRAY)('ends rightly with callbacks that are %s', async (_, faults) => {
		pauses.addFaults(...faults);
		const execution = await pauses.ended(await pauses.start(await create()));
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(pauses.counter.runs(execution.id)).toBe(1);
		expect(pauses.jobs(execution.id)).toHaveLength(5);
	});
});

describe('a workflow that calls another one, which pauses', () => {
	async function createFamily(onError?: Step['onError']) {
		const child = {
			...row([], [pausing('TTAPI', {}, { onError }), noOp('Last')]),
			name: 'e2e pausing child',
		};
		const trigger = {
			id: 'Called by Parent',
			name: 'Called by Parent',
			type: 'n8n-nodes-base.executeWorkflowTrigger',
			typeVersion: 1.1,
			position: [0, 0],
			parameters: { inputSource: 'passthrough' },
		};
		const connections = { ...child.connections, 'Called by Parent': { main: [target('Start')] } };
		const nodes = [...child.nodes, trigger];
		// 2.x calls only what is published.
		const stored = await pauses.store({ ...child, nodes, connections }, { active: true });
		const call: Step = {
			name: 'Call',
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1.2,
			parameters: {
				workflowId: { __rl: true, mode: 'id', value: stored.id },
				workflowInputs: { mappingMode: 'defineBelow', value: {} },
				options: { waitForSubWorkflow: true },
			},
		};
		const parent = await pauses.store(row(TWO, [call, noOp('Behind Call'), pauses.counter.step]));
		return { child: stored, parent };
	}

	/** Starts the parent, and waits until both wait for the two jobs. */
	async function startFamily(family: { parent: any }) {
		const parent = await pauses.start(family.parent);
		await eventually(async () => pauses.jobs().length === 2, 60);
		const jobs = pauses.jobs();
		const child = await pauses.paused(executionOf(jobs[0]));
		expect(child).not.toBe(parent);
		await pauses.paused(parent);
		return { parent, child, jobs };
	}

	test('goes on when the called one has ended', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const { parent, child, jobs } = await startFamily(await createFamily());
		pauses.finish(...jobs);
		await Promise.all(jobs.map(async (job) => await pauses.callBack(job)));

		const called = await pauses.ended(child);
		expect(called.status).toBe('success');
		const results = jsonOf(called, 'Last');
		expect(results.map(({ prompt, status }) => [prompt, status])).toEqual(
			TWO.map(({ prompt }) => [prompt, 'SUCCESS']),
		);
		const execution = await pauses.ended(parent);
		expect(execution.status).toBe('success');
		expect(pauses.counter.runs(parent)).toBe(1);
		const behind = jsonOf(execution, 'Behind Call');
		// 1.x hands the input of the call on, as it does for its own Wait node; 2.x what the child gave.
		expect(behind).toEqual(isVersion1 ? TWO : results);
	});

	test('is told of a job that failed, as the called one settles it', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const { parent, child, jobs } = await startFamily(await createFamily('continueRegularOutput'));
		pauses.simulator.finishJob(jobs[0].jobId, 'FAILED', '[Image denied]');
		pauses.finish(jobs[1]);
		await pauses.callBack(jobs[1]);

		const [failed, good] = jsonOf(await pauses.ended(child), 'Last');
		expect(failed.error).toMatchObject({ jobId: jobs[0].jobId, status: 'FAILED' });
		expect(good.status).toBe('SUCCESS');
		const execution = await pauses.ended(parent);
		const behind: Json[] = jsonOf(execution, 'Behind Call');
		expect(behind).toEqual(isVersion1 ? TWO : [failed, good]);
		expect(pauses.counter.runs(parent)).toBe(1);
	});
});
