import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { UnavailableError, type JobDownloads } from '../downloads/jobDownloads';
import { RAISE_EXECUTION_TIMEOUT, TtapiError } from '../jobs/errors';
import { failedJobError } from '../jobs/failure';
import { withoutHookUrl, withReceipt, type Job, type JobAnswer } from '../jobs/job';
import type { WaitOutcome } from '../jobs/waitForJob';
import type { JobSettings } from '../parameters/settings';

/** The settings that an item's `json` depends on. */
type Shown = Pick<JobSettings, 'simplify' | 'promptWarnings' | 'reference'>;

/** The job that an output item is about. */
export interface JobResult {
	answer: JobAnswer;
	/** Whether the time to wait for it ran out. */
	timedOut?: boolean;
}

/**
 * The result of a wait. Throws a TtapiError for a failed job, and for one that timed out unless `onTimeout` is "continue".
 * @param receipt the job as it was submitted
 */
export function resultOf(
	receipt: JobAnswer,
	outcome: WaitOutcome,
	{ onTimeout, maxWaitMs }: Pick<JobSettings, 'onTimeout' | 'maxWaitMs'>,
): JobResult {
	const answer = lastSeen(receipt, outcome.answer);
	const timedOut = outcome.end === 'timedOut';
	if (timedOut && onTimeout !== 'continue') throw timeoutError(answer.job, outcome, maxWaitMs);
	if (answer.job.status === 'FAILED') throw failedJobError(answer.job);
	return { answer, timedOut };
}

/** The job as the last poll saw it; its receipt if no poll worked. */
export const lastSeen = (receipt: JobAnswer, answer?: JobAnswer): JobAnswer =>
	answer ? { ...answer, job: withReceipt(answer.job, receipt.job) } : receipt;

/**
 * The output items of a job: one, or one per image. If the time is over before all of its files are downloaded, one item
 * without them that says so in `downloadError`. Throws a TtapiError if an image can't be downloaded for another reason.
 */
export const jobItems = async (
	result: JobResult,
	settings: Shown & Pick<JobSettings, 'download'>,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> => await jobItemsAnyway(result, settings, downloads, () => false);

/**
 * The same, but if the files can't be downloaded, returns the item with `downloadError` for other reasons, too.
 * @param tolerates whether to do so for this error; any other error is thrown
 */
export async function jobItemsAnyway(
	result: JobResult,
	{ download, ...shown }: Shown & Pick<JobSettings, 'download'>,
	downloads: JobDownloads,
	tolerates: (error: TtapiError) => boolean,
): Promise<INodeExecutionData[]> {
	const json = jobJson(result, shown);
	const items = async () =>
		(await downloads.of(result.answer.job, download)).map(({ binary, imageIndex }) => ({
			json: imageIndex === undefined ? json : { ...json, imageIndex },
			...(binary ? { binary } : {}),
		}));
	return await items().catch((error: unknown) => {
		const isOutOfTime = error instanceof UnavailableError && error.isOutOfTime;
		if (!isOutOfTime && !(error instanceof TtapiError && tolerates(error))) throw error;
		return [{ json: { ...json, downloadError: error.message } }];
	});
}

/** The `json` of a job's output item. */
export function jobJson(
	{ answer: { job, body }, timedOut }: JobResult,
	{ simplify, promptWarnings, reference }: Shown,
): IDataObject {
	const shown: Record<string, unknown> = simplify ? { ...job } : withoutHookUrl(body);
	if (simplify && reference) shown.reference = reference;
	if (simplify && promptWarnings) shown.promptWarnings = promptWarnings;
	if (timedOut) shown.timedOut = true;
	return shown as IDataObject;
}

function timeoutError(
	{ jobId, status }: Job,
	{ waitedMs, trouble, answer }: WaitOutcome,
	maxWaitMs: number,
): TtapiError {
	// Otherwise only the end of the execution ends a wait.
	const isMaxWait = Math.ceil(waitedMs) >= maxWaitMs;
	const reason = trouble ? `: ${trouble.message}` : answer ? `: it is still ${status}` : '';
	const seconds = Math.round(waitedMs / 1000);
	const until = isMaxWait ? `within ${seconds} s` : "before n8n's own execution timeout";
	const toDo = isMaxWait
		? 'Use Job > Wait with its ID to get the result, or raise Max Wait.'
		: `Use Job > Wait with its ID to get the result. ${RAISE_EXECUTION_TIMEOUT}`;
	return new TtapiError(`Job ${jobId} did not end ${until}${reason}`, {
		description: `The job continues at TTAPI and is charged. ${toDo}`,
		jobId,
		status,
	});
}
