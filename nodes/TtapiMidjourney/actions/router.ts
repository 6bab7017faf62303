import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { StoppedError } from '../jobs/errors';
import { NotSubmittedError } from '../jobs/submitLine';
import { Execution } from './execution';
import { operations as image } from './image';
import { Item } from './item';
import { operations as job } from './job';
import { toErrorItem, toNodeError } from './nodeErrors';
import type { Operation, Work } from './operation';
import { operations as prompt } from './prompt';
import { operations as service } from './service';

const OPERATIONS: Record<string, Record<string, Operation>> = { image, job, prompt, service };

/** What came of one item. */
type Outcome = { items: INodeExecutionData[] } | { error: unknown };

/**
 * Runs the chosen operation for all input items at once, and hands on what came of each in the order of the input.
 * Under "Continue" a failed item becomes an error item. Otherwise the first error ends the run: nothing more is
 * submitted, what is in flight is waited for, and the error names every job that was submitted.
 */
export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const first = new Item(this, 0);
	const items = this.getInputData().map((_, index) => new Item(this, index, first));
	const operation =
		OPERATIONS[this.getNodeParameter('resource', 0)][this.getNodeParameter('operation', 0)];

	let execution: Execution;
	try {
		execution = await Execution.of(this, first);
	} catch (error) {
		if (!this.continueOnFail()) throw toNodeError(this.getNode(), error, 0);
		return [items.map(({ index }) => toErrorItem(error, index))];
	}

	// All items are checked before the first one is submitted, so that a bad one is told before anything is paid.
	const works = await Promise.all(
		items.map(
			async (item) =>
				await prepared(operation, item, execution).catch((error: unknown) => ({ error })),
		),
	);
	const bad = works.findIndex((work) => 'error' in work);
	if (bad >= 0 && !this.continueOnFail()) {
		throw toNodeError(this.getNode(), (works[bad] as { error: unknown }).error, bad);
	}

	let failure: { error: unknown; index: number } | undefined;
	const outcomes = await Promise.all(
		items.map(async (item, index): Promise<Outcome> => {
			const work = works[index];
			if ('error' in work) return work;
			try {
				return { items: await execution.perform(work, item) };
			} catch (error) {
				if (!this.continueOnFail() || error instanceof StoppedError) {
					execution.close();
					if (!(error instanceof NotSubmittedError)) failure ??= { error, index };
				}
				return { error };
			}
		}),
	);

	const { submitted, summary } = execution;
	if (failure) {
		if (failure.error instanceof StoppedError) {
			this.logger.warn('TTAPI Midjourney was stopped; these jobs go on at TTAPI', {
				jobIds: submitted.map(({ jobId }) => jobId),
			});
		}
		throw toNodeError(this.getNode(), failure.error, failure.index, submitted);
	}
	const sentence = summary.sentence(submitted.length);
	if (sentence) this.addExecutionHints?.({ message: sentence, location: 'outputPane' });

	return [
		outcomes.flatMap((outcome, index) =>
			'items' in outcome ? outcome.items : [toErrorItem(outcome.error, index)],
		),
	];
}

async function prepared(operation: Operation, item: Item, execution: Execution): Promise<Work> {
	const work = operation.prepare(item, execution.tools);
	checkSettings(item, work);
	await execution.check(work);
	return work;
}

/** The settings that any submit has: read once here, so that a wrong one is told before anything is paid. */
function checkSettings(item: Item, work: Work): void {
	if (work.kind === 'submit') void [item.timeout, item.hookUrl];
	if (work.kind === 'submit' || work.kind === 'wait') void [item.maxWaitMs, item.firstIntervalMs];
}
