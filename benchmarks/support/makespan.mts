/** Many prompts in few slots: how long it takes until all of their jobs have ended, whoever submits them. */
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { requireDone } from './benchmark.mts';
import type { Host } from './host.mts';
import type { Stage } from './stage.mts';
import { manualWorkflow, noOp, prompts, ttapi, type Json, type Step } from './workflows.mts';

/** Jobs that are unfinished at once, at most: what TTAPI gives, and what our node takes by default. */
export const SLOTS = 10;

/** The node of ours in {@link ownSteps}. */
export const OURS = 'Imagine';

/** Behind all that is measured. */
export const BEHIND = 'Behind';

/** Seconds after which a side has surely got stuck. */
const TIMEOUT = 1_800;

export interface Load {
	/** How many prompts. */
	count: number;
	jobMs: number;
}

/** What is possible at best: every slot is busy all the time. In s. */
export const idealSeconds = ({ count, jobMs }: Load): number =>
	(Math.ceil(count / SLOTS) * jobMs) / 1000;

/** Our node, with its default options. */
export const ownSteps = (parameters: Json = {}): Step[] => [ttapi(OURS, parameters)];

/** One side in one round: its workflow, and a TTAPI of its own. */
export interface Side {
	host: Host;
	simulator: Simulator;
	workflow: any;
	load: Load;
}

/**
 * @param spread how far the time of a job may be off, see `jobSpread` of the simulator
 * @param steps what makes results of the prompts, for this TTAPI
 */
export async function makeSide(
	stage: Stage,
	host: Host,
	load: Load,
	steps: (simulator: Simulator) => Step[],
	{ spread, seed }: { spread?: number; seed?: number } = {},
): Promise<Side> {
	const { count, jobMs } = load;
	const simulator = await stage.simulator({ jobMs, jobSpread: spread, seed, slots: SLOTS });
	const workflow = await host.client.createWorkflow(
		manualWorkflow('makespan', prompts(count), [...steps(simulator), noOp(BEHIND)]),
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

export function requireAllDone(execution: Execution, simulator: Simulator, { count }: Load): void {
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	const { jobs, mostUnfinished } = simulator.state();
	requireDone(jobs.length === count, `${jobs.length} jobs of ${count}`);
	const successes = jobs.filter(({ status }) => status === 'SUCCESS').length;
	requireDone(successes === count, `${successes} jobs of ${count} ended in SUCCESS`);
	requireDone(mostUnfinished <= SLOTS, `${mostUnfinished} jobs were unfinished at once`);
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
