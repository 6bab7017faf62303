import type { IExecuteFunctions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';

/** What n8n hands to a node that it executes, or whose webhook is called. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** The same, and what it hands to a node that fills a list of the editor: enough to talk to TTAPI. */
export type ApiContext = NodeContext | ILoadOptionsFunctions;

/** Aborts when the execution is stopped. Nothing else can be stopped. */
export const cancelSignal = (context: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/** Whether an agent calls the node as its tool. n8n's own question for it does not help (docs/n8n.md, The node as a tool). */
export const isToolCall = (context: IExecuteFunctions): boolean =>
	context.getNode().type.endsWith('Tool');

/**
 * Whether a failed item becomes an item of the output. So it does in a tool call where the settings do not forbid it: what
 * a tool throws ends the execution, or reaches the model without its words (docs/n8n.md, The node as a tool).
 */
export const continuesOnError = (context: IExecuteFunctions): boolean =>
	context.continueOnFail() || (isToolCall(context) && context.getNode().onError !== 'stopWorkflow');
