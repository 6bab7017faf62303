import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { reasonOf } from '../jobs/errors';

/** When TTAPI may send a callback again that could not be handled, in seconds. */
const RETRY_AFTER_S = 5;

/** The answers to a callback. Everything but 200 makes TTAPI send it again, three times at most. */
export type CallbackStatus = 200 | 400 | 401 | 404 | 413 | 503;

/** Answers TTAPI at once, unless it has its answer already. n8n adds nothing to it. */
export function respond(
	context: IWebhookFunctions,
	httpStatus: CallbackStatus,
	message: string,
): IWebhookResponseData {
	const response = context.getResponseObject();
	if (!response.headersSent) {
		if (httpStatus === 503) response.setHeader('Retry-After', String(RETRY_AFTER_S));
		response.status(httpStatus).json({ message });
	}
	return { noWebhookResponse: true };
}

/**
 * Handles a callback. Never throws: n8n would go on with an empty item (docs/n8n.md, A throw in a resume). An error is
 * logged, and TTAPI is asked to send the callback again.
 */
export async function dealWith(
	context: IWebhookFunctions,
	deal: () => Promise<IWebhookResponseData>,
): Promise<IWebhookResponseData> {
	return await deal().catch((error: unknown) => {
		context.logger.error(
			`TTAPI Midjourney could not deal with a callback to the node "${context.getNode().name}": ${reasonOf(error)}`,
			{ workflowId: context.getWorkflow().id, executionId: context.getExecutionId() },
		);
		return respond(context, 503, 'The callback could not be dealt with now');
	});
}

/**
 * Tells when n8n has answered the call. (n8n 1.x answers before it starts the workflow, so its answer is never an error.)
 * @param tell is told whether the answer was no error; a caller that has hung up counts as answered
 */
export function whenAnswered(context: IWebhookFunctions, tell: (isFine: boolean) => void): void {
	const response = context.getResponseObject();
	if (response.destroyed) tell(true);
	else response.once('close', () => tell(response.statusCode < 400));
}
