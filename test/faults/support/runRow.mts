/** Runs a row of the matrix through a real n8n, against a simulator of its own. */
import axios from 'axios';
import type { Execution } from '../../../scripts/n8n/client.mjs';
import type { FaultRecord } from '../../../simulator/faults/faults.mts';
import { Places } from '../../../nodes/TtapiMidjourney/jobs/places';
import type { SimulatorState } from '../../../simulator/startSimulator.mts';
import { eventually } from '../../e2e/support/eventually.mts';
import type { World } from '../../e2e/support/world.mts';
import { balance, type Balance, type EndedExecution, type Output } from './balance.mts';
import type { PlannedExecution, PlannedItem, PlannedRow } from './plan.mts';
import { ERRORS, matrixWorkflow, NODE, RESULTS } from './workflow.mts';

/** Seconds: the longest Max Wait, several times over. */
const EXECUTION_TIMEOUT = 600;

export interface EndedRow {
	row: PlannedRow;
	balance: Balance;
	state: SimulatorState;
	items: number;
	results: number;
	errors: number;
	failedExecutions: number;
	/** The prompts for which no slot became free within Max Wait: nothing was paid, and the error says so. */
	starved: Set<string>;
	/** How often TTAPI itself refused a submit, as all slots were taken. */
	fullQueues: number;
	seconds: number;
}

/** @param world with a simulator that nobody else uses */
export async function runRow(row: PlannedRow, world: World): Promise<EndedRow> {
	const { simulator } = world;
	const startedAt = performance.now();
	for (const fault of row.faults) simulator.addFault(fault);
	const places = new Places(row.atOnce);
	const executions = await Promise.all(
		row.executions.map((planned) => places.run(async () => await run(planned, row, world))),
	);
	const seconds = (performance.now() - startedAt) / 1000;
	const state = await eventually(async () => {
		const now = simulator.state();
		return now.jobs.every(({ endedAt }) => endedAt !== null) && now;
	});
	const starved = starvedOf(executions, state);
	const outputs = executions.flatMap((each) => each.outputs);
	const errors = outputs.filter(({ json }) => json.error).length;
	return {
		row,
		balance: balance(
			state.jobs,
			executions.map((each) => asItWent(each, state, starved)),
		),
		starved,
		state,
		items: row.executions.reduce((sum, { items }) => sum + items.length, 0),
		results: outputs.length - errors,
		errors,
		failedExecutions: executions.filter(({ failure }) => failure !== undefined).length,
		fullQueues: fullQueuesOf(state),
		seconds,
	};
}

function fullQueuesOf({ requests, faults }: SimulatorState): number {
	const refused = requests.filter(({ status }) => status === 499).length;
	const injected = faults.filter((fault) => 'status' in fault && fault.status === 499);
	return refused - injected.reduce((sum, { fired }) => sum + fired, 0);
}

interface Ended extends EndedExecution {
	items: PlannedItem[];
}

async function run(
	{ items, manner }: PlannedExecution,
	{ mode, maxInFlight, maxWait, faults }: PlannedRow,
	world: World,
): Promise<Ended> {
	const { client, credentials } = world;
	const prompts = items.map(({ prompt }) => prompt);
	const downloads = faults.some(isOfPictures);
	const settings = { prompts, manner, mode, maxInFlight, maxWait, downloads };
	const workflow = await client.createWorkflow(matrixWorkflow(settings), credentials);
	let execution = await client.runWorkflow(workflow, { timeout: EXECUTION_TIMEOUT });
	let failure = failureOf(execution);
	let earlierFailure: string | undefined;
	if (failure !== undefined && manner.retriedBy === 'person') {
		earlierFailure = failure;
		const retried = await client.retryExecution(execution.id);
		execution = await client.waitForExecution(retried, { timeout: EXECUTION_TIMEOUT });
		failure = failureOf(execution);
	}
	const outputs = await Promise.all(
		[RESULTS, ERRORS].flatMap((node) =>
			outputsOf(execution, node).map(async (item) => await withPicture(item, execution, world)),
		),
	);
	return { items, outputs, earlierFailure, failure, maxInFlight, downloads };
}

/** The items whose error says that no slot became free for them, and that are right about it. */
function starvedOf(executions: EndedExecution[], { jobs }: SimulatorState): Set<string> {
	const starved = executions
		.flatMap(({ outputs }) => outputs)
		.filter(({ json }) => /so the job was not submitted$/.test(json.error?.message))
		.map(({ startedWith }) => startedWith);
	return new Set(starved.filter((each) => jobs.every(({ prompt }) => prompt !== each)));
}

/**
 * What was planned, but for what turns out only when all run at once: no slot may become free for an item, and a submit
 * that was to be accepted without an answer is not where a full queue refuses it just then.
 */
function asItWent(execution: Ended, { jobs }: SimulatorState, starved: Set<string>): Ended {
	const taken = new Set(jobs.map(({ prompt }) => prompt));
	const items = execution.items.map((item) => {
		const isDoubtful = item.kinds.some(({ stage }) => stage === 'submit');
		const isRefused = starved.has(item.prompt) || (isDoubtful && !taken.has(item.prompt));
		return isRefused ? { ...item, ending: 'error' as const } : item;
	});
	return { ...execution, items };
}

const isOfPictures = ({ kind, endpoint }: PlannedRow['faults'][number]) =>
	kind.startsWith('picture') || endpoint === 'picture';

/** The items of all runs of a node: one behind several outputs runs once for each. */
const outputsOf = (execution: Execution, node: string): Output[] =>
	(execution.data.resultData.runData[node] ?? [])
		.flatMap((each: any) => each.data?.main[0] ?? [])
		.map(({ json: { startedWith, ...json } }: any) => ({ startedWith, json }));

/** A saved picture counts as whole if it is, byte for byte, what the simulator has drawn for this job. */
async function withPicture(
	output: Output,
	execution: Execution,
	{ client, simulator }: World,
): Promise<Output> {
	const { jobId } = output.json;
	const saved = (execution.data.resultData.runData[NODE] ?? [])
		.flatMap((each: any) => each.data?.main[0] ?? [])
		.find(({ json, binary }: any) => binary && json.jobId === jobId);
	if (!saved) return output;
	const url = `${simulator.url}/_simulator/pictures/${jobId}.png`;
	const [picture, drawn] = await Promise.all([
		client.downloadBinary(saved.binary.data),
		axios.get(url, { responseType: 'arraybuffer', proxy: false }),
	]);
	return { ...output, picture: picture.equals(Buffer.from(drawn.data)) ? 'whole' : 'broken' };
}

function failureOf({ status, data }: Execution): string | undefined {
	if (status === 'success') return undefined;
	const { message, description } = data.resultData.error ?? {};
	return `${status}: ${message}\n${description}`;
}

/** How often each kind of fault has happened. */
export function firedOf(faults: FaultRecord[]): Map<string, number> {
	const fired = new Map<string, number>();
	for (const fault of faults) {
		const name = labelOf(fault);
		fired.set(name, (fired.get(name) ?? 0) + fault.fired);
	}
	return fired;
}

function labelOf(fault: FaultRecord): string {
	const { kind, endpoint } = fault;
	const status = 'status' in fault ? ` ${fault.status}` : '';
	const isAfter = 'when' in fault && fault.when === 'after';
	const again = 'retryAfter' in fault ? ' with Retry-After' : '';
	const at = endpoint === undefined ? '' : `, ${endpoint}`;
	return `${kind}${status}${again}${isAfter ? ' after acceptance' : ''}${at}`;
}
