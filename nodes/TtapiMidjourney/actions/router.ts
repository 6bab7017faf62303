import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { StoppedError } from '../jobs/errors';
import { NotSubmittedError } from '../jobs/submitLine';
import type { JobSettings } from '../output/jobSettings';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { pause, type PausedItem, type UnfinishedJob } from '../pausing/pause';
import { Execution, isUnfinished, type Performed } from './execution';
import { Item } from './item';
import type { Operation, Work } from './operation';
import { RESOURCES } from './resources';

/** What is to be done for one item. */
interface Prepared {
	work: Work;
	settings: JobSettings;
}

/** An item that did not come through. */
interface Failed {
	error: unknown;
	index: number;
}

/** What came of an item so far. */
type Outcome = Performed | Failed;

/**
 * Runs the chosen operation for all input items at once, and hands on what came of each in the order of the input.
 * Under "Continue" a failed item becomes an error item. Otherwise the first error ends the run: nothing more is
 * submitted, what is in flight is waited for, and the error names every job that was submitted.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const first = new Item(this, 0);
	const items = this.getInputData().map((_, index) => new Item(this, index, first));
	const operation = chosenOperation(this);

	let execution: Execution;
	try {
		execution = await Execution.of(this, first);
	} catch (error) {
		if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, 0);
		return [items.map(({ index }) => toErrorItem(error, index))];
	}

	// All items are checked before the first one is submitted, so that a bad one is told before anything is paid.
	const prepared = await Promise.all(
		items.map(
			async (item) =>
				await prepare(operation, item, execution).catch((error: unknown): Failed => ({
					error,
					index: item.index,
				})),
		),
	);
	const bad = prepared.find(isFailed);
	if (bad && !this.continueOnFail()) throw toNodeError(this.getNode(), bad.error, bad.index);

	const run = new Run(this, execution);
	let outcomes = await run.performAll(prepared);
	// Until a round of looks finds nothing new: after one that did, and downloaded it, other jobs may have ended.
	for (let before = Infinity; before > unfinishedOf(outcomes).length;) {
		before = unfinishedOf(outcomes).length;
		if (before > 0) outcomes = await run.lookAgain(outcomes);
	}
	if (run.failure) {
		await run.waitOut(outcomes);
		throw asNodeError(this, execution, run.failure);
	}
	if (unfinishedOf(outcomes).length > 0) {
		return await pause(this, outcomes.map(toPausedItem), execution.submitted);
	}

	const sentence = execution.summary.sentence(execution.submitted.length);
	if (sentence) this.addExecutionHints?.({ message: sentence, location: 'outputPane' });
	return [outcomes.flatMap(outputOf)];
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const chosen = context.getNodeParameter('resource', 0);
	const { operations } = RESOURCES.find(({ value }) => value === chosen)!;
	return operations[context.getNodeParameter('operation', 0)];
}

async function prepare(operation: Operation, item: Item, execution: Execution): Promise<Prepared> {
	const work = operation.prepare(item, execution.tools);
	const settings = item.settings();
	await execution.check(work);
	return { work, settings };
}

/** The work of all items. Without "Continue" the first error closes the execution for further submits. */
class Run {
	/** The error that ends the run. */
	failure?: Failed;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly execution: Execution,
	) {}

	/** @returns what came of each item */
	async performAll(prepared: Array<Prepared | Failed>): Promise<Outcome[]> {
		const outcomes = prepared.map(async (each) =>
			isFailed(each)
				? each
				: await this.attempt(each.settings, this.execution.perform(each.work, each.settings)),
		);
		return await Promise.all(outcomes);
	}

	/** Looks once more at each job that was handed over. */
	async lookAgain(outcomes: Outcome[]): Promise<Outcome[]> {
		return await this.forUnfinished(outcomes, async (job) => await this.execution.lookAgain(job));
	}

	/** Waits for each job that was handed over: in a run that ends with an error nothing stays in flight. */
	async waitOut(outcomes: Outcome[]): Promise<void> {
		await this.forUnfinished(outcomes, async (job) => await this.execution.waitOut(job));
	}

	private async forUnfinished(
		outcomes: Outcome[],
		perform: (job: UnfinishedJob) => Promise<Performed>,
	): Promise<Outcome[]> {
		const next = outcomes.map(async (outcome) =>
			isUnfinished(outcome) ? await this.attempt(outcome.settings, perform(outcome)) : outcome,
		);
		return await Promise.all(next);
	}

	private async attempt({ index }: JobSettings, performing: Promise<Performed>): Promise<Outcome> {
		return await performing.catch((error: unknown) => {
			if (!this.context.continueOnFail() || error instanceof StoppedError) {
				this.execution.close();
				if (!(error instanceof NotSubmittedError)) this.failure ??= { error, index };
			}
			return { error, index };
		});
	}
}

function asNodeError(
	context: IExecuteFunctions,
	{ submitted, underWay }: Execution,
	{ error, index }: Failed,
) {
	if (error instanceof StoppedError) {
		context.logger.warn(
			'TTAPI Midjourney was stopped: these jobs continue at TTAPI, and so may those of items whose submit was under way',
			{ jobIds: submitted.map(({ jobId }) => jobId), itemsUnderWay: [...underWay] },
		);
	}
	return toNodeError(context.getNode(), error, index, submitted);
}

const isFailed = (outcome: object): outcome is Failed => 'error' in outcome;

const unfinishedOf = (outcomes: Outcome[]) => outcomes.filter(isUnfinished);

function outputOf(outcome: Outcome): INodeExecutionData[] {
	if (isFailed(outcome)) return [toErrorItem(outcome.error, outcome.index)];
	return isUnfinished(outcome) ? [] : outcome;
}

/** A run that pauses has one output item for each input item (see `whyNotPaused`). */
function toPausedItem(outcome: Outcome): PausedItem {
	return isUnfinished(outcome) ? { job: outcome } : { output: outputOf(outcome)[0] };
}
