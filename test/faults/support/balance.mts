/** The ledger of a run of the matrix: the jobs that the simulator took against the items that the workflows gave. */
import type { JobRecord } from '../../../simulator/startSimulator.mts';
import type { Ending } from './kinds.mts';

type Json = Record<string, any>;

/** An item that left a workflow, as a result or on an error output. */
export interface Output {
	/** The prompt of the input item that n8n's own pairing leads back to. */
	startedWith: string;
	json: Json;
	/** Whether its picture is the job's own and whole; undefined where it has none. */
	picture?: 'whole' | 'broken';
}

/** What came of one execution. */
export interface EndedExecution {
	items: Array<{ prompt: string; ending: Ending }>;
	outputs: Output[];
	/** All that the execution's error says, where it failed. */
	failure?: string;
	/** What it said when it failed before a person retried it. */
	earlierFailure?: string;
	/** How many jobs it may have unfinished at any moment. */
	maxInFlight: number;
	/** Whether its results have a picture. */
	downloads?: boolean;
}

/** What is wrong, in sentences. */
export interface Balance {
	/** Jobs that were taken and that nobody is told of, and items that did not come out. */
	lost: string[];
	/** Jobs that were submitted, and paid, twice. */
	doubled: string[];
	/** Outputs that are not about the item they are paired with. */
	wrongItem: string[];
	/** Outputs whose state is not the job's, and errors that no fault explains. */
	wrongState: string[];
	/** Executions with more jobs in flight than they may have. */
	tooMany: string[];
	/** Jobs that have ended and are handed on as unfinished, because a wait ran out. */
	timedOut: string[];
}

/** Reasons of a failure after which the same job may be submitted once more (TTAPI's documents on failed jobs). */
const WORTH_ANOTHER_TRY =
	/Job Timeout|Internal error|Internal server error|Bad response|Failed to process|Execution error|Unknown Integration|Unknown Message/i;

const mayFollow = ({ status, message }: JobRecord) =>
	status === 'FAILED' && WORTH_ANOTHER_TRY.test(message);

type Facts = Pick<JobRecord, 'jobId' | 'prompt' | 'status' | 'message' | 'submittedAt' | 'endedAt'>;

/** The balance of a run in which nothing went wrong. */
export const nothingWrong = (): Balance => ({
	lost: [],
	doubled: [],
	wrongItem: [],
	wrongState: [],
	tooMany: [],
	timedOut: [],
});

/**
 * @param jobs all jobs that the simulator took, ended by now
 * @param executions all executions that submitted to it, ended by now
 */
export function balance(jobs: Facts[], executions: EndedExecution[]): Balance {
	const byId = new Map(jobs.map((job) => [job.jobId, job]));
	const found = nothingWrong();
	const told = executions
		.map(({ outputs, earlierFailure = '', failure = '' }) =>
			[JSON.stringify(outputs), earlierFailure, failure].join('\n'),
		)
		.join('\n');

	for (const [prompt, attempts] of byPrompt(jobs)) {
		attempts.forEach((job, at) => {
			const next = attempts[at + 1];
			if (next && !mayFollow(job as JobRecord))
				found.doubled.push(`"${prompt}": ${next.jobId} follows ${job.jobId} (${job.status})`);
			// A failed job costs nothing: once another one has taken its place, it need not be told of.
			if (!told.includes(job.jobId) && !(next && mayFollow(job as JobRecord)))
				found.lost.push(
					`"${prompt}": job ${job.jobId} (${job.status}${job.message && `, ${job.message}`}) is named by no output`,
				);
		});
	}
	for (const execution of executions) {
		checkItems(execution, found);
		for (const output of execution.outputs) checkOutput(output, execution, byId, found);
		checkFlight(execution, jobs, found);
	}
	return found;
}

function checkItems(
	{ items, outputs, earlierFailure, failure }: EndedExecution,
	found: Balance,
): void {
	const known = new Set(items.map(({ prompt }) => prompt));
	for (const { startedWith } of outputs) {
		if (!known.has(startedWith))
			found.wrongItem.push(`an output is paired with "${startedWith}", which is no input`);
	}
	const said = earlierFailure ?? failure;
	if (said !== undefined && items.every(({ ending }) => ending === 'result'))
		found.wrongState.push(`"${items[0].prompt}" and the others failed for no reason: ${said}`);
	if (failure !== undefined) return;
	for (const { prompt } of items) {
		const times = outputs.filter(({ startedWith }) => startedWith === prompt).length;
		if (times === 0) found.lost.push(`"${prompt}": the item did not come out`);
		if (times > 1) found.wrongItem.push(`"${prompt}": the item came out ${times} times`);
	}
}

function checkOutput(
	{ startedWith, json, picture }: Output,
	{ items, downloads = false }: EndedExecution,
	byId: Map<string, Facts>,
	found: Balance,
): void {
	const wrongState = (how: string) => found.wrongState.push(`"${startedWith}": ${how}`);
	const ending = items.find(({ prompt }) => prompt === startedWith)?.ending;
	const text = JSON.stringify(json);
	for (const job of byId.values()) {
		if (job.prompt !== startedWith && text.includes(job.jobId))
			found.wrongItem.push(`"${startedWith}" names a job of "${job.prompt}": ${text}`);
	}
	const { jobId, status } = json.error ?? json;
	const job = byId.get(jobId);
	if (jobId !== undefined && !job) wrongState(`there is no job ${jobId}`);
	if (job?.endedAt && json.timedOut === true) {
		found.timedOut.push(`"${startedWith}": ${jobId} is ${job.status}, not ${status}`);
		return;
	}
	if (job && status !== undefined && status !== job.status)
		wrongState(`it says ${status}, and the job is ${job.status}`);
	if (json.error) {
		if (ending === 'result') wrongState(`it failed for no reason: ${JSON.stringify(json.error)}`);
		return;
	}
	if (json.prompt !== startedWith)
		found.wrongItem.push(`"${startedWith}" has the result of "${json.prompt}"`);
	if (json.status !== 'SUCCESS') wrongState(`it is handed on as ${json.status}`);
	if (ending === 'error') wrongState('it should have failed');
	if (downloads && json.downloadError === undefined && picture !== 'whole')
		wrongState(`its picture is ${picture ?? 'missing'}`);
}

/** A job is in flight from its submit to its end. */
function checkFlight({ items, maxInFlight }: EndedExecution, jobs: Facts[], found: Balance): void {
	const own = new Set(items.map(({ prompt }) => prompt));
	const changes = jobs
		.filter(({ prompt }) => own.has(prompt))
		.flatMap(({ submittedAt, endedAt }) => [
			{ at: submittedAt, by: 1 },
			{ at: endedAt ?? Infinity, by: -1 },
		])
		// What ends at the same moment has ended before.
		.sort((a, b) => a.at - b.at || a.by - b.by);
	let inFlight = 0;
	let most = 0;
	for (const { by } of changes) most = Math.max(most, (inFlight += by));
	if (most > maxInFlight)
		found.tooMany.push(
			`"${items[0].prompt}" and the others: ${most} in flight, not ${maxInFlight}`,
		);
}

/** The jobs of each prompt, in the order of their submits. */
function byPrompt(jobs: Facts[]): Map<string, Facts[]> {
	const found = new Map<string, Facts[]>();
	for (const job of [...jobs].sort((a, b) => a.submittedAt - b.submittedAt)) {
		found.set(job.prompt, [...(found.get(job.prompt) ?? []), job]);
	}
	return found;
}
