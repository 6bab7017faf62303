import type { IExecuteFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n hands to a node that it executes, or whose webhook is called. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** Aborts when the execution is stopped. A call of a webhook cannot be stopped. */
export const cancelSignal = (context: NodeContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
