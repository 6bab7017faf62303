import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { StoppedError } from '../jobs/errors';
import { NotSubmittedError } from '../jobs/submitLine';
import { Execution } from './execution';
import { Item, type JobSettings } from './item';
import { toErrorItem, toNodeError } from './nodeErrors';
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

	const { outcomes, failure } = await performAll(this, execution, prepared);
	if (failure) throw asNodeError(this, execution, failure);

	const sentence = execution.summary.sentence(execution.submitted.length);
	if (sentence) this.addExecutionHints?.({ message: sentence, location: 'outputPane' });
	return [
		outcomes.flatMap((outcome) =>
			isFailed(outcome) ? [toErrorItem(outcome.error, outcome.index)] : outcome,
		),
	];
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

/** @returns what came of each item, and the error that ends the run, where there is one */
async function performAll(
	context: IExecuteFunctions,
	execution: Execution,
	prepared: Array<Prepared | Failed>,
) {
	let failure: Failed | undefined;
	const outcomes = await Promise.all(
		prepared.map(async (each): Promise<INodeExecutionData[] | Failed> => {
			if (isFailed(each)) return each;
			const { index } = each.settings;
			return await execution.perform(each.work, each.settings).catch((error: unknown) => {
				if (!context.continueOnFail() || error instanceof StoppedError) {
					execution.close();
					if (!(error instanceof NotSubmittedError)) failure ??= { error, index };
				}
				return { error, index };
			});
		}),
	);
	return { outcomes, failure };
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
