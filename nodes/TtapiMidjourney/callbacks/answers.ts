import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

/** When TTAPI may try again what could not be done now, in s. */
const RETRY_AFTER_S = 5;

/**
 * Answers TTAPI right away, unless that is done already; n8n adds nothing to it. Everything but 200 makes TTAPI send the
 * callback again, three times at most (ttapi-api.md 5).
 */
export function answer(
	context: IWebhookFunctions,
	httpStatus: 200 | 400 | 401 | 404 | 413 | 503,
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
 * Tells how n8n has answered the call, when that is over. A caller that is gone before counts as answered: n8n goes on
 * without it. (n8n 1.x answers before it starts the workflow, so it always answers well.)
 */
export function whenAnswered(context: IWebhookFunctions, tell: (isFine: boolean) => void): void {
	const response = context.getResponseObject();
	if (response.destroyed) tell(true);
	else response.once('close', () => tell(response.statusCode < 400));
}
