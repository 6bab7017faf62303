import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { StoppedError, TtapiError } from '../jobs/errors';
import { Ledger } from '../ledger/ledger';
import { continuesOnError, isToolCall } from '../n8n/context';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { paired } from '../output/paired';
import { toolAnswer } from '../output/toolAnswer';
import { pause, type PausedItem } from '../pausing/pause';
import { Execution } from './nodeRun';
import { Item } from '../parameters/item';
import type { Operation } from './operation';
import {
	isFailed,
	isUnfinished,
	unfinishedOf,
	type Failed,
	type Outcome,
	type Prepared,
} from '../output/outcome';
import { RESOURCES } from '../actions/resources';
import { Run } from './performItem';

/**
 * Runs the chosen operation for all input items at once, and hands on what came of each in the order of the input.
 * Under "Continue" a failed item becomes an error item. Otherwise the first error ends the run: nothing more is
 * submitted, what is in flight is waited for, and the error names every job that was submitted.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const ledger = Ledger.of(this);
	try {
		const [items] = await runAll(this, ledger);
		return [isToolCall(this) ? toolAnswer(items) : items];
	} finally {
		ledger.close();
	}
}

async function runAll(context: IExecuteFunctions, ledger: Ledger): Promise<INodeExecutionData[][]> {
	const first = new Item(context, 0);
	const items = context.getInputData().map((_, index) => new Item(context, index, first));
	const operation = chosenOperation(context);
	const toThrow = ({ error, index }: Failed, execution?: Execution) => {
		if (error instanceof StoppedError && execution) logStop(context, execution, ledger);
		return toNodeError(context.getNode(), error, index, ledger.jobs, ledger.doubtful);
	};

	let execution: Execution;
	try {
		execution = await Execution.of(context, first, ledger);
	} catch (error) {
		if (!continuesOnError(context)) throw toThrow({ error, index: 0 });
		return [paired(items.map(() => [toErrorItem(error)]))];
	}
	const run = new Run(context, execution);

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
	const bad = run.endedBy(prepared);
	if (bad) {
		if (bad.error instanceof TtapiError) await run.awaitPaid(prepared);
		throw toThrow(run.failure ?? bad, execution);
	}

	warnOfPrompts(context, prepared);
	let outcomes = await run.performAll(prepared);
	// A round that found ended jobs took time to download them: others may have ended meanwhile.
	for (let before = Infinity; unfinishedOf(outcomes).length < before;) {
		before = unfinishedOf(outcomes).length;
		outcomes = await run.followUp(outcomes, { pollOnce: true });
	}
	if (run.failure) {
		// In a run that ends with an error nothing stays in flight.
		await run.followUp(outcomes, { pollOnce: false });
		throw toThrow(run.failure, execution);
	}
	if (unfinishedOf(outcomes).length > 0) {
		return await pause(context, outcomes.map(toPausedItem), ledger.jobs);
	}

	if (!outcomes.some(isFailed)) ledger.clear();
	const { sentence } = execution.summary;
	if (sentence) context.addExecutionHints?.({ message: sentence, location: 'outputPane' });
	return [paired(outcomes.map(outputOf))];
}

function chosenOperation(context: IExecuteFunctions): Operation {
	const chosen = context.getNodeParameter('resource', 0);
	const { operations } = RESOURCES.find(({ value }) => value === chosen)!;
	return operations[context.getNodeParameter('operation', 0)];
}

async function prepare(operation: Operation, item: Item, execution: Execution): Promise<Prepared> {
	const work = operation.prepare(item, execution.tools);
	return await execution.prepare(work, item.settings(operation.longestSeconds));
}

/** One sentence, however many items there are: the items themselves have the others. */
function warnOfPrompts(context: IExecuteFunctions, prepared: Array<Prepared | Failed>): void {
	const warned = prepared.filter((each) => !isFailed(each) && each.settings.promptWarnings);
	const [first] = warned as Prepared[];
	if (!first) return;
	const [sentence] = first.settings.promptWarnings!;
	const { simplify } = first.settings;
	const where = simplify ? ': see promptWarnings' : '';
	const others = warned.length > 1 ? ` ${warned.length} items have such warnings${where}.` : '';
	context.addExecutionHints?.({
		message: `Prompt of item ${first.settings.index}: ${sentence}${others}`,
		type: 'warning',
		location: 'outputPane',
	});
}

/** n8n's text log shows the sentence only, its JSON log the facts beside it, too. */
function logStop({ logger }: IExecuteFunctions, { underWay }: Execution, { jobs }: Ledger): void {
	const jobIds = jobs.map(({ jobId }) => jobId);
	const itemsUnderWay = [...underWay];
	const parts = ['TTAPI Midjourney was stopped'];
	if (jobIds.length > 0) parts.push(`these jobs continue at TTAPI: ${jobIds.join(', ')}`);
	if (itemsUnderWay.length > 0)
		parts.push(`the jobs of these items may exist: ${itemsUnderWay.join(', ')}`);
	logger.warn(parts.join('; '), { jobIds, itemsUnderWay });
}

function outputOf(outcome: Outcome): INodeExecutionData[] {
	if (isFailed(outcome)) return [toErrorItem(outcome.error)];
	return isUnfinished(outcome) ? [] : outcome;
}

/** A run that pauses has one output item for each input item (see `canPause`). */
function toPausedItem(outcome: Outcome): PausedItem {
	return isUnfinished(outcome) ? { job: outcome } : { output: outputOf(outcome)[0] };
}
