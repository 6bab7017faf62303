import type { IExecuteFunctions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n hands to a node that it executes, or whose webhook is called. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** The same, and what it hands to a node that fills a list of the editor: enough to talk to TTAPI. */
export type ApiContext = NodeContext | ILoadOptionsFunctions;

/** Aborts when the execution is stopped. Nothing else can be stopped. */
export const cancelSignal = (context: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
