import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { JobDownloads } from '../downloads/jobDownloads';
import { TtapiError } from '../jobs/errors';
import { failedJobError } from '../jobs/failure';
import { withoutHookUrl, withReceipt, type Job, type JobAnswer } from '../jobs/job';
import type { WaitOutcome } from '../jobs/waitForJob';
import type { JobSettings } from '../parameters/settings';

/** The settings that an item's `json` depends on. */
type Shown = Pick<JobSettings, 'simplify' | 'promptWarnings' | 'reference'>;

/** What came of a job. */
export interface JobResult {
	answer: JobAnswer;
	/** Whether it was waited for in vain. */
	timedOut?: boolean;
}

/**
 * What a wait came to: the job, done or still unfinished. Throws a TtapiError for a failed job, and for an unfinished one
 * unless the settings say "continue".
 * @param receipt what is known of the job without looking at it
 */
export function resultOf(
	receipt: JobAnswer,
	outcome: WaitOutcome,
	{ onTimeout }: Pick<JobSettings, 'onTimeout'>,
): JobResult {
	const answer = lastSeen(receipt, outcome.answer);
	const timedOut = outcome.end === 'timedOut';
	if (timedOut && onTimeout !== 'continue') throw timeoutError(answer.job, outcome);
	if (answer.job.status === 'FAILED') throw failedJobError(answer.job);
	return { answer, timedOut };
}

/** What was last seen of a job; its receipt where no look has worked. */
export const lastSeen = (receipt: JobAnswer, answer?: JobAnswer): JobAnswer =>
	answer ? { ...answer, job: withReceipt(answer.job, receipt.job) } : receipt;

/** The output items of a job: one, or one an image. Throws a TtapiError when an image cannot be downloaded. */
export async function jobItems(
	result: JobResult,
	{ download, ...shown }: Shown & Pick<JobSettings, 'download'>,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> {
	const json = jobJson(result, shown);
	const downloaded = await downloads.of(result.answer.job, download);
	return downloaded.map(({ binary, imageIndex }) => ({
		json: imageIndex === undefined ? json : { ...json, imageIndex },
		...(binary ? { binary } : {}),
	}));
}

/**
 * The same for a job that is worth handing on without its files: one item that says in `downloadError` why they are missing.
 * @param tolerates whether a download may fail like this
 */
export async function jobItemsAnyway(
	result: JobResult,
	settings: Shown & Pick<JobSettings, 'download'>,
	downloads: JobDownloads,
	tolerates: (error: TtapiError) => boolean,
): Promise<INodeExecutionData[]> {
	return await jobItems(result, settings, downloads).catch((error: unknown) => {
		if (!(error instanceof TtapiError && tolerates(error))) throw error;
		return [{ json: { ...jobJson(result, settings), downloadError: error.message } }];
	});
}

/** The `json` of a job's output item. */
export function jobJson(
	{ answer: { job, body }, timedOut }: JobResult,
	{ simplify, promptWarnings, reference }: Shown,
): IDataObject {
	const more = {
		...(reference ? { reference } : {}),
		...(promptWarnings ? { promptWarnings } : {}),
	};
	const shown = simplify ? { ...job, ...more } : withoutHookUrl(body);
	return { ...shown, ...(timedOut ? { timedOut } : {}) } as IDataObject;
}

function timeoutError(
	{ jobId, status }: Job,
	{ waitedMs, trouble, answer }: WaitOutcome,
): TtapiError {
	const reason = trouble ? `: ${trouble.message}` : answer ? `: it is still ${status}` : '';
	const seconds = Math.round(waitedMs / 1000);
	return new TtapiError(`Job ${jobId} did not end within ${seconds} s${reason}`, {
		description:
			'The job continues at TTAPI and is charged. Use Job > Wait with its ID to get the result, or raise Max Wait.',
		jobId,
		status,
	});
}
