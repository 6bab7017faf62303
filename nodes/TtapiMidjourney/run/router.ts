import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { InputError, StoppedError, TtapiError } from '../jobs/errors';
import { isFinished } from '../jobs/job';
import { Ledger } from '../ledger/ledger';
import { continuesOnError, isToolCall } from '../n8n/context';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { isFailed, isUnfinished, type Failed, type Outcome } from '../output/outcome';
import { paired } from '../output/paired';
import { toolAnswer } from '../output/toolAnswer';
import { Item } from '../parameters/item';
import { pause, type PausedItem } from '../pausing/pause';
import { NodeRun } from './nodeRun';
import type { Operation, Resource } from './operation';
import { followUp, performItem, prepareItem, type Prepared } from './performItem';

/**
 * Runs the chosen operation for all input items at once, and hands on what came of each in the order of the input.
 * Under "Continue" a failed item becomes an error item. Otherwise the first error ends the run: nothing more is submitted,
 * what is in flight is waited for, and the error names every job that was submitted.
 */
export async function router(
	context: IExecuteFunctions,
	resources: readonly Resource[],
): Promise<INodeExecutionData[][]> {
	const ledger = Ledger.of(context);
	try {
		const items = await runAll(context, resources, ledger);
		return [isToolCall(context) ? toolAnswer(items) : items];
	} finally {
		ledger.close();
	}
}

async function runAll(
	context: IExecuteFunctions,
	resources: readonly Resource[],
	ledger: Ledger,
): Promise<INodeExecutionData[]> {
	const input = context.getInputData();
	let operation: Operation;
	let run: NodeRun;
	try {
		operation = chosenOperation(context, resources);
		run = await NodeRun.start(context, ledger);
	} catch (error) {
		if (continuesOnError(context)) return paired(input.map(() => [toErrorItem(error)]));
		throw toNodeError(context.getNode(), error, 0, ledger.jobs, ledger.doubtful);
	}

	// Every item is checked before the first job is submitted: a bad one is told before anything is paid.
	const preparing = input.map(
		async (_, index) => await prepareItem(run, operation, new Item(context, index)),
	);
	const prepared = withinMaxJobs(run, await Promise.all(preparing));
	const bad = firstThatEnds(run, prepared);
	if (bad) throw run.errorOf((await stoppedMeanwhile(run, prepared, bad)) ?? bad);

	warnOfPrompts(run, prepared);
	const outcomes = await pollWhileSomeEnd(run, await performAll(run, prepared));
	if (run.failure) {
		// In a run that ends with an error nothing stays in flight.
		await followAll(run, outcomes, false);
		throw run.errorOf(run.failure);
	}
	if (outcomes.some(isUnfinished))
		return await pause(context, outcomes.map(withErrorAsItem), ledger.jobs);
	if (!outcomes.some(isFailed)) ledger.clear();
	const { sentence } = run.summary;
	if (sentence) context.addExecutionHints?.({ message: sentence, location: 'outputPane' });
	return paired(outcomes.map(itemsOf));
}

/** Throws an InputError for an operation that a workflow of another version may name. */
function chosenOperation(context: IExecuteFunctions, resources: readonly Resource[]): Operation {
	const chosen = String(context.getNodeParameter('resource', 0));
	const name = String(context.getNodeParameter('operation', 0));
	const operation = resources.find(({ value }) => value === chosen)?.operations[name];
	if (operation) return operation;
	throw new InputError(
		`This version of the node has no operation "${name}" of the resource "${chosen}"`,
		'Choose the resource and the operation again, or update the package n8n-nodes-ttapi.',
	);
}

/** If more jobs are to be submitted than Max Jobs allows, none is: then it is better to look at the input first. */
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

/** The item that ends the run before anything is submitted. */
function firstThatEnds(run: NodeRun, prepared: Array<Prepared | Failed>): Failed | undefined {
	const bad = prepared.filter(isFailed);
	const stopped = bad.find(({ error }) => error instanceof StoppedError);
	return stopped ?? (run.continuesOnError ? undefined : bad[0]);
}

/**
 * Waits for the jobs of an earlier attempt although the run ends with an error: nothing may stay in flight. What the user
 * gave wrong is told at once: it will be corrected, and the next attempt finds the jobs.
 * @returns the Stop of the run, if it comes meanwhile
 */
async function stoppedMeanwhile(
	run: NodeRun,
	prepared: Array<Prepared | Failed>,
	bad: Failed,
): Promise<Failed | undefined> {
	if (!(bad.error instanceof TtapiError)) return undefined;
	const inFlight = prepared.filter(
		(each) => each.kind === 'reused' && !isFinished(each.recalled.answer.job),
	);
	const outcomes = await performAll(run, inFlight);
	return outcomes.filter(isFailed).find(({ error }) => error instanceof StoppedError);
}

/** @returns what came of each item */
async function performAll(run: NodeRun, prepared: Array<Prepared | Failed>): Promise<Outcome[]> {
	run.scheduler.announce(prepared.filter(({ kind }) => kind === 'new').length);
	const outcomes = new Map<Prepared | Failed, Promise<Outcome> | Failed>();
	const start = (each: Prepared | Failed) =>
		outcomes.set(each, isFailed(each) ? each : performItem(run, each));
	// The jobs of an earlier attempt have their slots at TTAPI: so they take those of the run before any new job.
	prepared.filter(({ kind }) => kind === 'reused').forEach(start);
	prepared.filter(({ kind }) => kind !== 'reused').forEach(start);
	return await Promise.all(prepared.map(async (each) => await outcomes.get(each)!));
}

/** Goes on with all jobs that were handed over. */
async function followAll(run: NodeRun, outcomes: Outcome[], pollOnce: boolean): Promise<Outcome[]> {
	const next = outcomes.map(async (outcome) =>
		isUnfinished(outcome) ? await followUp(run, outcome, pollOnce) : outcome,
	);
	return await Promise.all(next);
}

/** Polls all jobs once more before a pause. A round that found some finished took time to download them: others may have finished meanwhile. */
async function pollWhileSomeEnd(run: NodeRun, performed: Outcome[]): Promise<Outcome[]> {
	let outcomes = performed;
	const left = () => outcomes.filter(isUnfinished).length;
	for (let before = Infinity; left() < before;) {
		before = left();
		outcomes = await followAll(run, outcomes, true);
	}
	return outcomes;
}

/** One sentence, however many items there are: the items themselves have the others. */
function warnOfPrompts({ context }: NodeRun, prepared: Array<Prepared | Failed>): void {
	const warned = prepared.flatMap((each) =>
		!isFailed(each) && each.settings.promptWarnings ? [each.settings] : [],
	);
	const [first] = warned;
	if (!first) return;
	const { index, promptWarnings = [], simplify } = first;
	const where = simplify ? ': see promptWarnings' : '';
	const others = warned.length > 1 ? ` ${warned.length} items have such warnings${where}.` : '';
	context.addExecutionHints?.({
		message: `Prompt of item ${index}: ${promptWarnings[0]}${others}`,
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
