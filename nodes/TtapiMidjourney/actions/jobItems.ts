import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { PictureDownloads } from '../images/downloadPictures';
import { TtapiError } from '../jobs/errors';
import { failedJobError } from '../jobs/failure';
import { withoutHookUrl, withReceipt, type Job, type JobAnswer } from '../jobs/job';
import type { WaitOutcome } from '../jobs/waitForJob';
import type { JobSettings } from './item';

/** What came of a job. */
export interface JobResult {
	answer: JobAnswer;
	timedOut: boolean;
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
	const answer = outcome.answer
		? { ...outcome.answer, job: withReceipt(outcome.answer.job, receipt.job) }
		: receipt;
	const { timedOut } = outcome;
	if (timedOut && onTimeout !== 'continue') throw timeoutError(answer.job, outcome);
	if (answer.job.status === 'FAILED') throw failedJobError(answer.job);
	return { answer, timedOut };
}

/** The output items of a job: one, or one an image. Throws a TtapiError when an image cannot be downloaded. */
export async function jobItems(
	{ answer: { job, body }, timedOut }: JobResult,
	{ index, simplify, download }: Pick<JobSettings, 'index' | 'simplify' | 'download'>,
	downloads: PictureDownloads,
): Promise<INodeExecutionData[]> {
	const shown = simplify ? job : withoutHookUrl(body);
	const downloaded = await downloads.of(job, download);
	return downloaded.map(({ binary, imageIndex }) => ({
		json: {
			...shown,
			...(timedOut ? { timedOut } : {}),
			...(imageIndex === undefined ? {} : { imageIndex }),
		} as IDataObject,
		...(binary ? { binary } : {}),
		pairedItem: { item: index },
	}));
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
