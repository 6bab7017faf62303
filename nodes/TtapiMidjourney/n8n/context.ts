import type { IExecuteFunctions, ILoadOptionsFunctions, IWebhookFunctions } from 'n8n-workflow';

import { momentOf, type Clock } from '../jobs/clock';

/** n8n's context for an execution or a webhook call. */
export type NodeContext = IExecuteFunctions | IWebhookFunctions;

/** Any context that can talk to TTAPI. The last one fills the editor's lists. */
export type ApiContext = NodeContext | ILoadOptionsFunctions;

/** Aborts when the execution is stopped. Undefined for webhooks and lists, which can't be stopped. */
export const cancelSignal = (context: ApiContext): AbortSignal | undefined =>
	'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;

/** The same context for what goes on after the execution: no Stop ends its requests. n8n's helper asks it for the signal. */
export const unstoppable = <T extends ApiContext>(context: T): T =>
	Object.create(context, { getExecutionCancelSignal: { value: () => undefined } }) as T;

/** Whether an agent calls the node as its tool. n8n has no helper that always tells (docs/n8n.md, How a tool call is told). */
export const isToolCall = (context: IExecuteFunctions): boolean =>
	context.getNode().type.endsWith('Tool');

/**
 * Whether a failed item becomes an error item. In a tool call it does by default, because an error that is thrown ends the
 * execution, or reaches the model without its message (docs/n8n.md, The node as a tool).
 */
export const continuesOnError = (context: IExecuteFunctions): boolean =>
	context.continueOnFail() || (isToolCall(context) && context.getNode().onError !== 'stopWorkflow');

/**
 * An expression for what n8n knows of a node of the workflow.
 * @param name the node's name, which may contain any character, even those that end an expression
 * @param what what is asked for, as in `$("name").context`
 */
export const nodeExpression = (name: string, what: string): string =>
	`{{ $("${name.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)}").${what} }}`;

/** What n8n's contexts have beside their public methods. */
interface Internals {
	additionalData?: { executionTimeoutTimestamp?: unknown } | null;
}

/**
 * When n8n stops the execution because its own execution timeout is over, in ms of the clock. Undefined if there is no such
 * timeout, or if n8n doesn't look as expected (docs/n8n.md, The execution timeout).
 */
export function executionEndsAt(context: ApiContext, clock: Clock): number | undefined {
	const { additionalData } = context as unknown as Internals;
	const date = additionalData?.executionTimeoutTimestamp;
	return typeof date === 'number' && Number.isFinite(date) ? momentOf(clock, date) : undefined;
}
