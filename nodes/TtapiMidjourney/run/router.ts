import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { InputError, TtapiError } from '../jobs/errors';
import { isFinished } from '../jobs/job';
import { quoted } from '../jobs/quoted';
import { Ledger } from '../ledger/ledger';
import { continuesOnError, isToolCall } from '../n8n/context';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { isFailed, isUnfinished, paired, type Failed, type Outcome } from '../output/outcome';
import { toolAnswer } from '../output/toolAnswer';
import { Item } from '../parameters/item';
import { pause, type PausedItem } from '../pausing/pause';
import { NodeRun } from './nodeRun';
import type { Operation, Resource } from './operation';
import { followUp, performItem, prepareItem, type Prepared } from './performItem';

/**
 * Runs the chosen operation for all input items at once, and returns their outputs in the order of the input. Under
 * "Continue" a failed item becomes an error item. Otherwise the first error ends the run: nothing more is submitted, jobs in
 * flight are waited for, and a NodeApiError or NodeOperationError is thrown that lists every submitted job.
 */
export async function router(
	context: IExecuteFunctions,
	resources: readonly Resource[],
): Promise<INodeExecutionData[][]> {
	const items = await runAll(context, resources);
	return [isToolCall(context) ? toolAnswer(items) : items];
}

async function runAll(
	context: IExecuteFunctions,
	resources: readonly Resource[],
): Promise<INodeExecutionData[]> {
	const ledger = Ledger.of(context);
	let operation: Operation;
	let run: NodeRun;
	try {
		operation = chosenOperation(context, resources);
		run = await NodeRun.start(context, ledger, operation);
	} catch (error) {
		if (continuesOnError(context))
			return paired(context.getInputData().map(() => [toErrorItem(error)]));
		throw toNodeError(context.getNode(), error, 0, ledger.jobs, ledger.doubtful);
	}
	return await performRun(run, operation).finally(() => run.end());
}

async function performRun(run: NodeRun, operation: Operation): Promise<INodeExecutionData[]> {
	const { context, ledger } = run;
	// All items are checked before the first job is submitted, so that bad input costs nothing.
	const preparing = context
		.getInputData()
		.map(async (_, index) => await prepareItem(run, operation, new Item(context, index)));
	const prepared = withinMaxJobs(run, await Promise.all(preparing));
	for (const { error, index } of prepared.filter(isFailed)) run.fail(error, index);
	if (run.failure) {
		await waitForReusedJobs(run, prepared, run.failure);
		throw run.errorOf(run.failure);
	}

	warnOfPrompts(run, prepared);
	const outcomes = await pollWhileSomeFinish(run, await performAll(run, prepared));
	if (run.failure) {
		await followAll(run, outcomes, false);
		throw run.errorOf(run.failure);
	}
	if (outcomes.some(isUnfinished)) {
		const { client, settings } = run;
		const { credential } = client;
		const resumeUrl = settings.resumeUrl!;
		return await pause(context, outcomes.map(withErrorAsItem), ledger.jobs, {
			credential,
			resumeUrl,
		});
	}
	if (!outcomes.some(isFailed)) ledger.clear();
	const { sentence } = run.summary;
	if (sentence) context.addExecutionHints?.({ message: sentence, location: 'outputPane' });
	return paired(outcomes.map(itemsOf));
}

/** Throws an InputError for an operation that a workflow of another version may name. */
function chosenOperation(context: IExecuteFunctions, resources: readonly Resource[]): Operation {
	const chosen = String(context.getNodeParameter('resource', 0, ''));
	const name = String(context.getNodeParameter('operation', 0, ''));
	const operation = resources.find(({ value }) => value === chosen)?.operations[name];
	if (operation) return operation;
	throw new InputError(
		`This version of the node has no operation ${quoted(name)} of the resource ${quoted(chosen)}`,
		'Choose the resource and the operation again, or update the package n8n-nodes-ttapi.',
	);
}

/** If the items need more new jobs than Max Jobs allows, none is submitted: the input is probably not what was meant. */
function withinMaxJobs(
	{ settings: { maxJobs = Infinity } }: NodeRun,
	prepared: Array<Prepared | Failed>,
): Array<Prepared | Failed> {
	const jobs = prepared.filter(({ kind }) => kind === 'new').length;
	if (jobs <= maxJobs) return prepared;
	const error = new InputError(
		`'Max Jobs' is ${maxJobs}, but ${jobs} items need a new job`,
		'No new job was submitted. Pass fewer items, or raise Max Jobs.',
	);
	return prepared.map((each, index) =>
		each.kind === 'new' ? { kind: 'failed', error, index } : each,
	);
}

/**
 * Waits for the reused jobs in flight before the run ends with an error. Doesn't wait if that is an InputError: the user
 * corrects it, and the next attempt finds the jobs.
 */
async function waitForReusedJobs(
	run: NodeRun,
	prepared: Array<Prepared | Failed>,
	{ error }: Failed,
): Promise<void> {
	if (!(error instanceof TtapiError)) return;
	const inFlight = prepared.filter(
		(each) => each.kind === 'reused' && !isFinished(each.earlierJob.answer.job),
	);
	await performAll(run, inFlight);
}

async function performAll(run: NodeRun, prepared: Array<Prepared | Failed>): Promise<Outcome[]> {
	for (const each of prepared) if (each.kind === 'new') run.notSubmitted.add(each.settings.index);
	run.scheduler.announce(run.notSubmitted.size);
	const outcomes = new Map<Prepared | Failed, Promise<Outcome> | Failed>();
	const start = (each: Prepared | Failed) =>
		outcomes.set(each, isFailed(each) ? each : performItem(run, each));
	// Reused jobs occupy slots of the account, so they take slots of the run before any new job.
	prepared.filter(({ kind }) => kind === 'reused').forEach(start);
	prepared.filter(({ kind }) => kind !== 'reused').forEach(start);
	return await Promise.all(prepared.map(async (each) => await outcomes.get(each)!));
}

/** Polls all jobs that were handed over: once, or until they finish. */
async function followAll(run: NodeRun, outcomes: Outcome[], pollOnce: boolean): Promise<Outcome[]> {
	const next = outcomes.map(async (outcome) =>
		isUnfinished(outcome) ? await followUp(run, outcome, pollOnce) : outcome,
	);
	return await Promise.all(next);
}

/**
 * Polls all jobs once more before a pause, and again as long as that finds some finished: others may have finished while
 * those were downloaded.
 */
async function pollWhileSomeFinish(run: NodeRun, performed: Outcome[]): Promise<Outcome[]> {
	let outcomes = performed;
	let before: number;
	do {
		before = outcomes.filter(isUnfinished).length;
		outcomes = await followAll(run, outcomes, true);
	} while (outcomes.filter(isUnfinished).length < before);
	return outcomes;
}

/** Shows the first warning, however many items have some. Simplified items list them all. */
function warnOfPrompts({ context }: NodeRun, prepared: Array<Prepared | Failed>): void {
	const warned = prepared.flatMap((each) =>
		!isFailed(each) && each.settings.promptWarnings ? [each.settings] : [],
	);
	const [first] = warned;
	if (!first) return;
	const { index, promptWarnings, simplify } = first;
	const where = simplify ? ': see promptWarnings' : '';
	const others = warned.length > 1 ? ` ${warned.length} items have such warnings${where}.` : '';
	context.addExecutionHints?.({
		message: `Prompt of item ${index}: ${promptWarnings![0]}${others}`,
		type: 'warning',
		location: 'outputPane',
	});
}

const withErrorAsItem = (outcome: Outcome): PausedItem =>
	isFailed(outcome) ? { kind: 'done', items: [toErrorItem(outcome.error)] } : outcome;

function itemsOf(outcome: Outcome): INodeExecutionData[] {
	const item = withErrorAsItem(outcome);
	return isUnfinished(item) ? [] : item.items;
}
