import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { JobDownloads } from '../downloads/jobDownloads';
import { TtapiError } from '../jobs/errors';
import type { WaitOutcome } from '../jobs/waitForJob';
import { jobItems, jobJson, lastSeen, resultOf } from '../output/jobItems';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import {
	isFailed,
	isUnfinished,
	paired,
	type Done,
	type Failed,
	type UnfinishedJob,
} from '../output/outcome';
import { failRun } from './pausedRun';
import { onTimeoutOf, type Pause, type PausedItem } from './pause';

/**
 * The items that the execution continues with. If one failed and the node doesn't continue on errors, the execution is made
 * to fail at the node, and these are its input.
 */
export async function resumeItems(
	context: IWebhookFunctions,
	{ items, continuesOnFail, submitted, input }: Pause,
	outcomes: ReadonlyMap<string, WaitOutcome>,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> {
	const resumed = await Promise.all(
		items.map(async (item, index): Promise<Done | Failed> => {
			if (!isUnfinished(item)) return item;
			const onTimeout = onTimeoutOf(item.job, continuesOnFail);
			return await resumedItem(
				item.job,
				index,
				outcomes.get(item.job.receipt.job.jobId)!,
				onTimeout,
				downloads,
			);
		}),
	);
	const failed = resumed.find(isFailed);
	if (failed && !continuesOnFail) {
		const error = toNodeError(context.getNode(), failed.error, failed.index, submitted);
		// If the execution is retried, the node starts with these items.
		if (failRun(context, error)) return input;
	}
	return paired(
		resumed.map((outcome, index) => {
			if (!isFailed(outcome)) return outcome.items;
			// If the execution couldn't be made to fail, the item at least shows the job's status.
			return continuesOnFail ? [toErrorItem(outcome.error)] : itemAsSeen(items[index], outcomes);
		}),
	);
}

async function resumedItem(
	{ settings, receipt }: UnfinishedJob,
	index: number,
	polled: WaitOutcome,
	onTimeout: 'error' | 'continue',
	downloads: JobDownloads,
): Promise<Done | Failed> {
	try {
		const result = resultOf(receipt, polled, { ...settings, onTimeout });
		return { kind: 'done', items: await jobItems(result, settings, downloads) };
	} catch (error) {
		return { kind: 'failed', error: afterPause(error), index };
	}
}

/** The error of a failed job, which may advise to retry. */
function afterPause(error: unknown): unknown {
	if (!(error instanceof TtapiError) || error.status !== 'FAILED') return error;
	const description = `${error.description} Retry On Fail does nothing here: n8n does not run a node again after its pause.`;
	return new TtapiError(error.message, { ...error, description });
}

/** The job as the last poll saw it, without its files. */
function itemAsSeen(
	item: PausedItem,
	outcomes: ReadonlyMap<string, WaitOutcome>,
): INodeExecutionData[] {
	if (!isUnfinished(item)) return item.items;
	const { receipt, settings } = item.job;
	const outcome = outcomes.get(item.job.receipt.job.jobId);
	const answer = lastSeen(receipt, outcome?.answer);
	return [{ json: jobJson({ answer, timedOut: outcome?.end === 'timedOut' }, settings) }];
}
