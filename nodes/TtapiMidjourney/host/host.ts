import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n hands to a node that it executes, or whose webhook is called. */
export type Host = IExecuteFunctions | IWebhookFunctions;

/** Aborts when the execution is stopped. A call of a webhook cannot be stopped. */
export const cancelSignal = (host: Host): AbortSignal | undefined =>
	'getExecutionCancelSignal' in host ? host.getExecutionCancelSignal() : undefined;
