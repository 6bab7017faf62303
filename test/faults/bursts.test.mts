/**
 * What many callbacks at once come to in a real n8n: each is sent once, as TTAPI sends it, so whatever n8n does not take is
 * lost. With FAULT_JOBS below 1000 a tenth of them comes.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomFrom } from '../../simulator/random.mts';
import { eventually } from '../e2e/support/eventually.mts';
import { heapEnvironment, heapOf } from '../e2e/support/heap.mts';
import { startOwnN8n } from '../e2e/support/ownN8n.mts';
import { pausing } from '../e2e/support/pausing.mts';
import { answers, callbackOf } from '../e2e/support/trigger.mts';
import { startWorld } from '../e2e/support/world.mts';
import { CREDENTIALS, OUR_NODE, target, workflow, type Step } from '../workflow.mts';
import { startWitness, type Note } from './support/witness.mts';

const IS_FULL = Number(process.env.FAULT_JOBS ?? '1000') >= 1000;
const sized = (full: number) => (IS_FULL ? full : full / 10);

/** For a test of its own; only there to end one that hangs. */
const BOUND_MS = 25 * 60_000;
/** Two callbacks a second of those that may be invented are looked into, and real ones are to come through in this time. */
const HANDED_ON_SECONDS = 600;
/** Runs that should not be would show themselves within this time. */
const SETTLING_MS = 5_000;
const MOST_MEGABYTES = 1024;

const heapFile = path.join(tmpdir(), `n8n-nodes-ttapi-bursts-${process.pid}.json`);
// Jobs take 1 to 3 s.
const world = await startWorld({ slots: 1_000, jobMs: 2_000, jobSpread: 0.5, balance: 1e6 });
const { simulator } = world;
const own = await startOwnN8n(world, heapEnvironment(heapFile));
const witness = await startWitness();

beforeEach(() => simulator.reset());

describe('executions that pause for short jobs', () => {
	const COUNT = sized(300);
	/** Behind the control's worst. */
	const MOST_LATER_MS = 15_000;
	const CALLS_AT_ONCE = 10;
	/** After the last job's end. Who goes on only when Max Wait is over is too late. */
	const PATIENCE_SECONDS = 240;

	/** Calls of n8n's own Wait node, by execution: when the first one was sent. */
	const called = new Map<string, number>();

	/** Resumes a Wait node as often as n8n refuses it: before it has stored the pause, it does. */
	async function resume({ said }: Note, afterMs: number): Promise<void> {
		const [execution, resumeUrl] = said.split(' ');
		await delay(afterMs);
		called.set(execution, Date.now());
		await eventually(async () => (await post(resumeUrl, {})) === 200, 300);
	}

	test(
		`${COUNT} of them go on hardly later than as many of n8n's own Wait node`,
		async () => {
			const random = randomFrom('bursts');
			const resumed: Array<Promise<void>> = [];
			witness.on('Waits', (note) => resumed.push(resume(note, 1_000 + 2_000 * random())));
			const ours = await startCalled('ours', [
				pausing('TTAPI', { prompt: '={{ $json.body.prompt }}' }),
				witness.step('Ours', "$json.jobId + ' ' + $json.status"),
			]);
			const control = await startCalled('control', [
				witness.step('Waits', "$execution.id + ' ' + $execution.resumeUrl"),
				WAIT_NODE,
				witness.step('Control', '$execution.id'),
			]);

			const left = Array.from({ length: COUNT }, (_, at) => ({ prompt: `burst ${at}` })).values();
			const lane = async () => {
				for (const body of left) {
					const statuses = await Promise.all([post(ours, body), post(control, body)]);
					expect(statuses).toEqual([200, 200]);
				}
			};
			await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
			const isEach = async () =>
				witness.notes('Ours').length > COUNT && witness.notes('Control').length > COUNT;
			await eventually(isEach, PATIENCE_SECONDS).catch(() => {});
			await Promise.all(resumed);
			await delay(SETTLING_MS);

			// With the call that found out whether the workflow is active.
			const { jobs } = simulator.state();
			expect(jobs).toHaveLength(COUNT + 1);
			expect(called.size).toBe(COUNT + 1);
			const saidOfOurs = witness.notes('Ours').map(({ said }) => said);
			const late = {
				ours: jobs.map(({ jobId, endedAt }) => laterMs('Ours', `${jobId} SUCCESS`, endedAt)),
				control: [...called].map(([execution, at]) => laterMs('Control', execution, at)),
			};
			console.log(
				`Milliseconds from the job's end, or the call of the Wait node, until the execution goes on, of ${COUNT}: ` +
					`ours ${spread(late.ours)}, control ${spread(late.control)}`,
			);
			expect(saidOfOurs.sort()).toEqual(jobs.map(({ jobId }) => `${jobId} SUCCESS`).sort());
			expect(Math.max(...late.ours)).toBeLessThan(Math.max(...late.control) + MOST_LATER_MS);
		},
		BOUND_MS,
	);

	/** How much later than at this time a node has told this; infinitely if it never has. */
	function laterMs(node: string, text: string, at: number | null): number {
		const note = witness.notes(node).find(({ said }) => said === text);
		return note ? note.at - Number(at) : Infinity;
	}
});

describe('callbacks of the trigger, each sent once', () => {
	test.each([200, 1_000].map(sized))(
		'%i at once, while a fetch takes 300 ms, start the workflow once for each job',
		async (count) => {
			simulator.addFault({ kind: 'slow', ms: 300, endpoint: 'fetch' });
			const url = await startTrigger();
			const jobs = finishedJobs(count);
			const startedAt = Date.now();
			expect(await sendAtOnce(url, jobs)).toEqual({ 200: count });
			const answeredMs = Date.now() - startedAt;
			expect(await startsOf(jobs)).toEqual({ 1: count });
			console.log(
				`${count} callbacks: answered after ${answeredMs} ms, handed on after ${lastStart() - startedAt} ms`,
			);
		},
		BOUND_MS,
	);

	test.each([200, 1_000].map(sized))(
		'%i at once take at most 1 GB while TTAPI is silent for 60 s, and none is lost',
		async (count) => {
			const SILENCE_MS = 60_000;
			// What n8n holds of earlier tests would hide what it takes now.
			await own.restart();
			const url = await startTrigger();
			const first = finishedJobs(20);
			await sendAtOnce(url, first);
			expect(await startsOf(first)).toEqual({ 1: first.length });
			await heapOf(own.n8n.pid, heapFile);
			const idle = await heapOf(own.n8n.pid, heapFile);

			simulator.addFault({ kind: 'slow', ms: SILENCE_MS, endpoint: 'fetch' });
			const jobs = finishedJobs(count);
			const [statuses] = await Promise.all([sendAtOnce(url, jobs), delay(SILENCE_MS)]);
			simulator.clearFaults();
			const starts = await startsOf(jobs, HANDED_ON_SECONDS + SILENCE_MS / 1_000);
			const { peakMegabytes } = await heapOf(own.n8n.pid, heapFile);
			const more = peakMegabytes - idle.peakMegabytes;
			console.log(`${count} callbacks in silence: ${more.toFixed(0)} MB over idle at most`);
			expect(statuses).toEqual({ 200: count });
			expect(starts).toEqual({ 1: count });
			expect(more).toBeLessThan(MOST_MEGABYTES);
		},
		BOUND_MS,
	);

	// The last test: its invented jobs keep the trigger busy.
	test(
		'real ones without a token are handed on behind many invented ones',
		async () => {
			await own.restart();
			const url = await startTrigger();
			const invented = Array.from({ length: sized(1_000) }, () => randomUUID() as string);
			// n8n itself may answer some of them with an error.
			const { 200: taken } = await sendAtOnce(url, invented);
			expect(taken).toBeGreaterThan(invented.length / 2);
			const real = finishedJobs(sized(50));
			const startedAt = Date.now();
			expect(await sendAtOnce(url, real)).toEqual({ 200: real.length });
			expect(await startsOf(real)).toEqual({ 1: real.length });
			expect(startsSoFar(invented)).toEqual({ 0: invented.length });
			console.log(
				`${real.length} callbacks behind ${invented.length} invented ones: handed on after ${lastStart() - startedAt} ms`,
			);
		},
		BOUND_MS,
	);
});

const WAIT_NODE: Step = {
	name: 'Wait',
	type: 'n8n-nodes-base.wait',
	typeVersion: 1.1,
	webhookId: randomUUID(),
	parameters: { resume: 'webhook', httpMethod: 'POST', options: {} },
};

/** Posts JSON once, however long n8n takes. @returns the status */
async function post(url: string, body: object): Promise<number> {
	const { status } = await axios.post(url, body, {
		// n8n closes idle connections after a few seconds, so a reused one could lose a call.
		httpAgent: new Agent({ keepAlive: false }),
		proxy: false,
		timeout: HANDED_ON_SECONDS * 1_000,
		validateStatus: () => true,
	});
	return status;
}

/** Stores and activates a workflow that calls start. @returns where, once it has run there for the first time */
async function startCalled(name: string, steps: Step[]): Promise<string> {
	const address = randomUUID();
	const webhook: Step = {
		name: 'Called',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: { httpMethod: 'POST', path: address, options: {} },
	};
	await activate(`burst ${name}`, [webhook, ...steps]);
	const url = `${own.n8n.url}/webhook/${address}`;
	await eventually(async () => (await post(url, { prompt: 'the first one' })) === 200);
	return url;
}

/** Stores and activates a workflow with the trigger. @returns where TTAPI calls it */
async function startTrigger(): Promise<string> {
	const webhookId = randomUUID();
	const type = `${OUR_NODE}Trigger`;
	const trigger: Step = { name: 'When a Job Ends', type, webhookId, credentials: CREDENTIALS };
	await activate('burst trigger', [trigger, witness.step('Started', '$json.jobId')]);
	const url = `${own.n8n.url}/webhook/${webhookId}/callback`;
	await answers({ url });
	return url;
}

/** A row of nodes. */
async function activate(name: string, steps: Step[]): Promise<void> {
	const connections = steps
		.slice(1)
		.map((step, at) => [steps[at].name, { main: [target(step.name)] }]);
	const made = workflow(name, steps, Object.fromEntries(connections));
	await own.client.activateWorkflow(await own.client.createWorkflow(made, own.credentials));
}

/** The ids of jobs that some other program has submitted. */
function finishedJobs(count: number): string[] {
	const jobIds = Array.from({ length: count }, () => randomUUID() as string);
	for (const jobId of jobIds) simulator.addFinishedJob({ jobId });
	return jobIds;
}

/** Sends the callbacks of all these jobs in one moment. @returns how often each status was the answer */
async function sendAtOnce(url: string, jobIds: string[]): Promise<Record<string, number>> {
	return counted(await Promise.all(jobIds.map((jobId) => post(url, callbackOf(jobId)))));
}

/** Waits until each job has started the workflow. @returns as {@link startsSoFar} */
async function startsOf(
	jobIds: string[],
	seconds = HANDED_ON_SECONDS,
): Promise<Record<string, number>> {
	const isEach = async () => !('0' in startsSoFar(jobIds));
	await eventually(isEach, seconds).catch(() => {});
	await delay(SETTLING_MS);
	return startsSoFar(jobIds);
}

/** How many of the jobs have started the workflow how often. */
function startsSoFar(jobIds: string[]): Record<string, number> {
	const times = counted(witness.notes('Started').map(({ said }) => said));
	return counted(jobIds.map((jobId) => times[jobId] ?? 0));
}

const lastStart = () => Math.max(...witness.notes('Started').map(({ at }) => at));

function counted(things: Array<string | number>): Record<string, number> {
	const counts: Record<string, number> = {};
	for (const thing of things) counts[thing] = (counts[thing] ?? 0) + 1;
	return counts;
}

function spread(values: number[]): string {
	const sorted = [...values].sort((a, b) => a - b);
	return `${sorted[Math.floor(sorted.length / 2)]} (median), ${sorted.at(-1)} (worst)`;
}
