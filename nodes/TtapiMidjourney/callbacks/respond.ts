import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { reasonOf } from '../jobs/errors';
import { jobIdOf } from '../jobs/job';
import { isRecord } from '../jobs/json';

/** TTAPI sends a callback once: after anything but 200 it is lost (docs/ttapi.md, Callbacks). */
export type CallbackStatus = 200 | 400 | 401 | 409 | 413 | 503;

/** What a job ID looks like: nothing else gets into the log. */
const JOB_ID = /^[\w-]{1,100}$/;

/** Answers a callback at once, unless it has been answered. Returns what tells n8n not to answer it. */
export function respond(
	context: IWebhookFunctions,
	httpStatus: CallbackStatus,
	message: string,
): IWebhookResponseData {
	const response = context.getResponseObject();
	if (!response.headersSent) response.status(httpStatus).json({ message });
	return { noWebhookResponse: true };
}

/**
 * Handles a callback and never throws, because n8n would continue with an empty item (docs/n8n.md, A throw in a resume). An
 * error is logged with the job ID.
 */
export async function dealWith(
	context: IWebhookFunctions,
	deal: () => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	return await deal().catch((error: unknown) => {
		const body: unknown = context.getBodyData();
		const jobId = (isRecord(body) && jobIdOf(body)) || '';
		const about = JOB_ID.test(jobId) ? ` for job ${jobId}` : '';
		context.logger.error(
			`TTAPI Midjourney could not deal with a callback${about} to the node "${context.getNode().name}": ${reasonOf(error)}`,
			{ workflowId: context.getWorkflow().id, executionId: context.getExecutionId() },
		);
		return respond(context, 200, 'The callback could not be dealt with');
	});
}

/**
 * Calls `onAnswered` when n8n has answered the callback. n8n 1.x does so before it starts the workflow, so its answer is never
 * an error (docs/n8n.md, Who answers a call).
 * @param onAnswered gets true if the answer was no error, or if the caller has hung up
 */
export function whenAnswered(
	context: IWebhookFunctions,
	onAnswered: (isFine: boolean) => void,
): void {
	const response = context.getResponseObject();
	if (response.destroyed) onAnswered(true);
	else response.once('close', () => onAnswered(response.statusCode < 400));
}
