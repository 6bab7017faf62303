import type { INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import type { JobDownloads } from '../downloads/jobDownloads';
import { TtapiError } from '../jobs/errors';
import { jobItems, jobJson, lastSeen, resultOf } from '../output/jobItems';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { paired } from '../output/paired';
import { failRun } from './failRun';
import type { PollResult } from './polls';
import type { Pause, UnfinishedJob } from './pause';

/** What came of an item: its output, and the error where there is one. */
interface Resumed {
	output: INodeExecutionData;
	error?: unknown;
}

/**
 * The items that the execution goes on with. Where one failed and the node does not continue, the execution is made to
 * fail at the node, and these are the items of its input.
 */
export async function resumeItems(
	context: IWebhookFunctions,
	{ items, continuesOnFail, submitted, input }: Pause,
	results: Map<UnfinishedJob, PollResult>,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> {
	const resumed = await Promise.all(
		items.map(async (item): Promise<Resumed> =>
			'job' in item
				? await resumedItem(item.job, results.get(item.job)!, downloads)
				: { output: item.output },
		),
	);
	const failed = resumed.findIndex(({ error }) => error !== undefined);
	if (failed >= 0 && !continuesOnFail) {
		const error = toNodeError(context.getNode(), resumed[failed].error, failed, submitted);
		// What is handed on then is what the node begins with when a person retries the execution.
		if (failRun(context, error)) return input;
	}
	// Where n8n could not be made to fail, the items say by their status what came of them.
	return paired(
		resumed.map(({ error, output }) => [
			error !== undefined && continuesOnFail ? toErrorItem(error) : output,
		]),
	);
}

async function resumedItem(
	{ settings, receipt }: UnfinishedJob,
	result: PollResult,
	downloads: JobDownloads,
): Promise<Resumed> {
	const outcome = result instanceof TtapiError ? undefined : result;
	try {
		if (!outcome) throw result;
		const [output] = await jobItems(resultOf(receipt, outcome, settings), settings, downloads);
		return { output };
	} catch (error) {
		const answer = lastSeen(receipt, outcome?.answer);
		const json = jobJson({ answer, timedOut: outcome?.end === 'timedOut' }, settings);
		return { error, output: { json } };
	}
}
