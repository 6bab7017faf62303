import type { IExecuteFunctions } from 'n8n-workflow';

import type { DownloadChoice } from '../downloads/jobDownloads';
import { InputError } from '../jobs/errors';
import { isToolCall, nodeExpression } from '../n8n/context';
import { httpUrl, isPrivateHost } from '../transport/hosts';
import { resumeUrlOf } from './resumeWebhook';

/** What decides whether a run can pause, beside n8n. */
export interface PauseWish {
	/** Whether TTAPI calls back when a job of the operation ends. */
	hasCallback: boolean;
	/** What the run downloads. */
	download: DownloadChoice;
	/** Whether TTAPI itself is in a private network. */
	allowPrivate: boolean;
}

type Pausing =
	{ resumeUrl: string; whyNot?: undefined } | { whyNot: string; resumeUrl?: undefined };

/** The IDs that n8n gives to a workflow that was never saved. */
const NEVER_SAVED = new Set<unknown>([undefined, null, '', '__EMPTY__']);

const CHAT_TRIGGER = '@n8n/n8n-nodes-langchain.chatTrigger';
const SUB_WORKFLOW_TRIGGER = 'n8n-nodes-base.executeWorkflowTrigger';

/** The response modes in which the caller gets what the execution has when it ends or pauses. */
const WAITING_CALLERS = new Set<unknown>(['lastNode', 'streaming']);

/**
 * The URL that resumes this run, or why it can't pause, as the end of a sentence (docs/n8n.md, Where a pause would not work).
 * Throws an InputError if TTAPI can't reach the URL: the jobs would be paid for, and nobody would hear of their results.
 */
export function canPause(context: IExecuteFunctions, wish: PauseWish): Pausing {
	const resumeUrl = resumeUrlOf(context);
	const whyNot = whyNotPaused(context, resumeUrl, wish);
	if (whyNot !== undefined) return { whyNot };
	const host = httpUrl(resumeUrl)?.hostname;
	if (host !== undefined && (wish.allowPrivate || !isPrivateHost(host))) return { resumeUrl };
	throw new InputError(
		host === undefined
			? "n8n's resume URL is not an http(s) URL, so TTAPI cannot resume this execution"
			: `n8n's address ${host} is not public, so TTAPI cannot resume this execution`,
		"Set N8N_WEBHOOK_URL (before n8n 2.35: WEBHOOK_URL) to n8n's public address, or set Wait for Result to Poll Until Done. Nothing was paid.",
	);
}

function whyNotPaused(
	context: IExecuteFunctions,
	resumeUrl: string,
	{ hasCallback, download }: PauseWish,
): string | undefined {
	if (!hasCallback) return 'TTAPI sends no callback for this operation';
	if (isToolCall(context)) return 'an agent waits for the answer of its tool';
	if (context.getMode() === 'evaluation')
		return 'an evaluation needs the results in the same execution';
	if (NEVER_SAVED.has(context.getWorkflow().id)) return 'only a saved workflow can be resumed';
	// n8n pairs each item of a resumed node with another input item (docs/n8n.md, Pairing after a pause).
	if (download === 'itemPerImage')
		return 'with one item per file n8n could not pair the output after a pause';
	if (context.getWorkflowSettings().binaryMode === 'combined')
		return 'n8n cannot resume an execution whose binary data mode is "combined"';
	if (callerWaits(context)) return 'the caller of the workflow gets the result of its last node';
	if (context.getMode() !== 'integrated') return undefined;
	// Only n8n 2.x signs the URL.
	if (!httpUrl(resumeUrl)?.searchParams.has('signature'))
		return 'n8n 1.x does not return the output of a paused sub-workflow';
	// The caller may call it once for each item.
	return itemsHandedOver(context) > 1
		? undefined
		: 'a sub-workflow that is called for one item would not return its result';
}

/** Whether somebody is answered with what this execution has when it ends or pauses (docs/n8n.md, A caller that waits for the last node). */
function callerWaits(context: IExecuteFunctions): boolean {
	if (context.isStreaming?.()) return true;
	return triggersOf(context).some(({ type, parameters }) => {
		const { responseMode, options } = (parameters ?? {}) as {
			responseMode?: unknown;
			options?: { responseMode?: unknown };
		};
		const mode = type === CHAT_TRIGGER ? (options?.responseMode ?? 'lastNode') : responseMode;
		return WAITING_CALLERS.has(mode) || String(mode).startsWith('=');
	});
}

/** How many items the caller of this sub-workflow has handed over in one call; 0 if that is unknown. */
function itemsHandedOver(context: IExecuteFunctions): number {
	const trigger = triggersOf(context).find(({ type }) => type === SUB_WORKFLOW_TRIGGER);
	return trigger
		? Number(context.evaluateExpression(nodeExpression(trigger.name, 'all(0, 0).length'), 0))
		: 0;
}

/** The nodes before this one that have run in this execution: one of them has started it. */
const triggersOf = (context: IExecuteFunctions) =>
	context
		.getParentNodes(context.getNode().name, { includeNodeParameters: true })
		.filter(({ name }) => context.evaluateExpression(nodeExpression(name, 'isExecuted'), 0));
