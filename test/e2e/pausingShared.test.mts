/**
 * Pins of n8n's behaviour (docs/n8n.md) in this file: each node of an execution has a resume URL of its own, which the rounds
 * of a loop share; a node's context lives as long as the execution; what a parent gets of a child that paused: on 2.x the child's
 * result, on 1.x the input of the call, so that the node does not pause there.
 */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '../../scripts/n8n/client.mjs';
import type { Fault, JobRecord } from '../../simulator/startSimulator.mts';
import { noOp, target, type Step } from '../workflow.mts';
import { eventually } from './support/eventually.mts';
import {
	executionOf,
	IN_OUR_HANDS,
	jsonOf,
	numbered,
	pairing,
	pairsOf,
	pausing,
	post,
	prompts,
	row,
	startPausing,
} from './support/pausing.mts';

const pauses = await startPausing({ jobMs: 800 });
const { isVersion1 } = pauses.world.client;
const TWO = prompts('a red fox', 'a blue whale');

/** Its callback URL without the mark that tells it from the others. */
const resumeUrlOf = ({ hookUrl }: JobRecord): string => hookUrl.replace(/[?&]job=[\w-]+$/, '');

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

	test('each wait for their own jobs: a callback for the first does not reach the second', async () => {
		pauses.addFaults(...IN_OUR_HANDS);
		const id = await pauses.startPaused(TWO, pausing('First'), second);
		const first = pauses.jobs(id);
		pauses.finish(...first);
		await pauses.callBack(first[1]);

		const own = (await pausedWith(id, 4)).slice(2);
		expect(new Set([...own, ...first].map(resumeUrlOf)).size).toBe(2);
		const fetches = own.map(({ fetches }) => fetches);
		for (const late of [first[0], first[1], first[0]])
			expect((await pauses.callBack(late)).status).toBe(404);
		expect(
			pauses
				.jobs(id)
				.slice(2)
				.map(({ fetches }) => fetches),
		).toEqual(fetches);
		expect(await pauses.status(id)).toBe('waiting');
		expect(pauses.counter.runs(id)).toBe(0);

		pauses.finish(...own);
		await pauses.callBack(own[0]);
		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(inPairs);
		expect(pauses.counter.runs(id)).toBe(1);
		expect(pauses.jobs(id)).toHaveLength(4);
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

test("a late callback does not resume n8n's Wait node behind", async () => {
	pauses.addFaults(...IN_OUR_HANDS);
	const wait: Step = {
		name: 'Approval',
		type: 'n8n-nodes-base.wait',
		typeVersion: 1.1,
		webhookId: 'approval',
		parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
	};
	const id = await pauses.startPaused(TWO, pausing('TTAPI'), wait);
	const jobs = pauses.jobs(id);
	pauses.finish(...jobs);
	await pauses.callBack(jobs[0]);
	await eventually(async () => {
		const { status, data } = await pauses.world.client.getExecution(id);
		return status === 'waiting' && data.resultData.lastNodeExecuted === 'Approval';
	});
	for (const late of [...jobs, jobs[0]]) expect((await pauses.callBack(late)).status).toBe(404);
	expect(await pauses.status(id)).toBe('waiting');
	expect(pauses.counter.runs(id)).toBe(0);

	// The approval itself goes to the URL of the execution, without the path of our node.
	const [address, query] = resumeUrlOf(jobs[0]).split('?');
	const resumeUrl = `${address.slice(0, address.lastIndexOf('/'))}${query ? `?${query}` : ''}`;
	expect((await post(resumeUrl, { approved: true })).status).toBe(200);
	expect((await pauses.ended(id)).status).toBe('success');
	expect(pauses.counter.runs(id)).toBe(1);
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

	/** Starts the parent, and lets `finish` end the two jobs when the child waits for them. */
	async function runFamily(
		onError: Step['onError'],
		finish: (jobs: JobRecord[]) => void,
	): Promise<{ execution: Execution; jobs: JobRecord[] }> {
		pauses.addFaults(...IN_OUR_HANDS);
		const parent = await pauses.start((await createFamily(onError)).parent);
		await eventually(async () => pauses.jobs().length === 2, 60);
		if (!isVersion1) {
			const child = await pauses.paused(executionOf(pauses.jobs()[0]));
			expect(child).not.toBe(parent);
			await pauses.paused(parent);
		}
		finish(pauses.jobs());
		const jobs = pauses.jobs();
		// On 1.x, where a parent would get the input of the call instead of the result, the node polls.
		expect(jobs.map(({ hookUrl }) => hookUrl !== '')).toEqual([!isVersion1, !isVersion1]);
		const told = jobs.filter(({ hookUrl }) => hookUrl !== '');
		await Promise.all(told.map(async (job) => await pauses.callBack(job)));

		const execution = await pauses.ended(parent);
		expect(execution.status).toBe('success');
		expect(pauses.counter.runs(parent)).toBe(1);
		return { execution, jobs };
	}

	test('goes on with the result of the called one', async () => {
		const { execution, jobs } = await runFamily(undefined, (own) => pauses.finish(...own));
		expect(
			jsonOf(execution, 'Behind Call').map(({ jobId, prompt, status }) => [jobId, prompt, status]),
		).toEqual(TWO.map(({ prompt }) => [pauses.job(prompt).jobId, prompt, 'SUCCESS']));
		expect(jobs).toHaveLength(2);
	});

	test('is told of a job that failed, as the called one settles it', async () => {
		const { execution, jobs } = await runFamily('continueRegularOutput', ([bad, good]) => {
			pauses.simulator.finishJob(bad.jobId, 'FAILED', '[Image denied]');
			pauses.finish(good);
		});
		const [bad, good] = jobs;
		const behind = jsonOf(execution, 'Behind Call');
		expect(behind).toHaveLength(2);
		expect(behind).toContainEqual({
			error: expect.objectContaining({ jobId: bad.jobId, status: 'FAILED' }),
		});
		expect(behind).toContainEqual(
			expect.objectContaining({ jobId: good.jobId, status: 'SUCCESS' }),
		);
	});
});
