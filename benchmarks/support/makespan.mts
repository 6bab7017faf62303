/** Many prompts in few slots: how long it takes until all of their jobs have ended, whoever submits them. */
import { setTimeout as delay } from 'node:timers/promises';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { requireDone, type Measure, type Round, type Sample } from './benchmark.mts';
import type { Host } from './host.mts';
import { loadOf, SLOTS, type Distribution, type Load } from './loads.mts';
import type { Stage } from './stage.mts';
import { manualWorkflow, noOp, prompts, ttapi, type Json, type Step } from './workflows.mts';

/** The node of ours in {@link ownSteps}. */
export const OURS = 'Imagine';

/** Behind all that is measured. */
export const BEHIND = 'Behind';

/** Seconds after which a side has surely got stuck. */
const TIMEOUT = 1_800;

/** Our node, with its default options. */
export const ownSteps = (parameters: Json = {}): Step[] => [ttapi(OURS, parameters)];

/** One side in one round: its workflow, and a TTAPI of its own. */
export interface Side {
	host: Host;
	simulator: Simulator;
	workflow: any;
	load: Load;
}

/** @param steps what makes results of the prompts, for this TTAPI */
export async function makeSide(
	stage: Stage,
	host: Host,
	load: Load,
	steps: (simulator: Simulator) => Step[],
): Promise<Side> {
	const { times, slots } = load;
	const simulator = await stage.simulator({ jobTimes: times, slots });
	const workflow = await host.client.createWorkflow(
		manualWorkflow('makespan', prompts(times.length), [...steps(simulator), noOp(BEHIND)]),
		await host.credentialsFor(simulator),
	);
	return { host, simulator, workflow, load };
}

/** Runs the side to its end. @throws when not every job ended well, or not every result came out in its place */
export async function runSide({ host, simulator, workflow, load }: Side): Promise<Execution> {
	const execution = await host.client.runWorkflow(workflow, { timeout: TIMEOUT });
	requireAllDone(execution, simulator, load);
	return execution;
}

/** Not measured: what n8n loads at its first run. */
export async function warmUp(stage: Stage, host: Host, steps = () => ownSteps()): Promise<void> {
	await runSide(await makeSide(stage, host, { times: [100, 100], slots: SLOTS }, steps));
}

export function requireAllDone(
	execution: Execution,
	simulator: Simulator,
	{ times: { length: count }, slots }: Load,
): void {
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	const { jobs, mostUnfinished } = simulator.state();
	requireDone(jobs.length === count, `${jobs.length} jobs of ${count}`);
	const successes = jobs.filter(({ status }) => status === 'SUCCESS').length;
	requireDone(successes === count, `${successes} jobs of ${count} ended in SUCCESS`);
	requireDone(mostUnfinished <= slots, `${mostUnfinished} jobs were unfinished at once`);
	const byPrompt = new Map(jobs.map(({ prompt, jobId }) => [prompt, jobId]));
	const given = prompts(count).map(({ prompt }) => byPrompt.get(prompt));
	// Ours gives the job, the loop the answer of TTAPI: both have the id on top.
	const got = itemsOf(execution, BEHIND).map(({ json }: Json) => json.jobId);
	requireDone(got.length === count, `${got.length} items came out`);
	requireDone(
		got.every((jobId: string, at: number) => jobId === given[at]),
		'items came out in another order',
	);
}

/** The measures of the rows that hold a makespan against the ideal. */
export const MAKESPANS = {
	lognormal: { name: 'spread like fast jobs', unit: 's', goal: { atMost: 1.06 } },
	even: { name: 'spread like turbo jobs', unit: 's', goal: { atMost: 1.06 } },
	equal: { name: 'equal jobs', unit: 's', goal: { atMost: 1.06 } },
} satisfies Record<string, Measure>;

/** So that not all rounds submit and fetch in the same moment. */
const BETWEEN_ROUNDS_MS = 2_000;

/** One round of {@link MAKESPANS}: all distributions at the same time. */
export async function inAllDistributions(
	stage: Stage,
	round: number,
	measure: (load: Load) => Promise<Sample>,
): Promise<Round> {
	const [count, mean] = stage.isShort ? [20, 10] : [60, 20];
	await delay(round * BETWEEN_ROUNDS_MS);
	const samples = (Object.keys(MAKESPANS) as Distribution[]).map(async (distribution) => {
		const sample = await measure(loadOf({ distribution, count, mean, round }));
		stage.report(`${distribution}: ${sample.ours} s, ideal ${sample.theirs} s`);
		return [distribution, sample];
	});
	return Object.fromEntries(await Promise.all(samples));
}

/** From the start of the items until the node behind all of it starts, in s. */
export function secondsOf(execution: Execution): number {
	const [started] = nodeRuns(execution, 'Start');
	const [behind] = nodeRuns(execution, BEHIND);
	return (behind.startTime - started.startTime - started.executionTime) / 1000;
}

/** When a node started, in ms since 1970, and how long it took, for each of its runs. */
export const nodeRuns = (
	execution: Execution,
	name: string,
): Array<{ startTime: number; executionTime: number }> =>
	execution.data.resultData.runData[name] ?? [];
