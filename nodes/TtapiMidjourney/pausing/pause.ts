import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { withoutHookUrl } from '../jobs/job';
import { jobJson, lastSeen, resultOf } from '../output/jobItems';
import type { PaidJob } from '../ledger/ledger';
import { toErrorItem } from '../output/nodeErrors';
import { isUnfinished, type Done, type Unfinished, type UnfinishedJob } from '../output/outcome';
import { paired } from '../output/paired';
import { pausedRun } from './pausedRun';

/** What there is for one input item when the execution pauses. */
export type PausedItem = Done | Unfinished;

/** What a paused execution of the node remembers: stored by n8n with the execution, so plain data only. */
export interface Pause {
	/** Tells this pause from others of the same execution. */
	id: string;
	/** Until when a callback may resume the execution, in ms since 1970. */
	until: number;
	/** Whether a failed item becomes an error item instead of failing the execution. */
	continuesOnFail: boolean;
	items: PausedItem[];
	/** All jobs that this run submitted. */
	submitted: PaidJob[];
	/** What the node got: whoever retries a failed execution wants it to begin with that. */
	input: INodeExecutionData[];
}

/** The key in the node's context. */
const CONTEXT_KEY = 'pause';

/**
 * n8n looks every minute for the executions that have to go on, and sets a timer for those of the next 70 s. A callback
 * does not clear that timer: it would run the rest of the workflow once more (n8n 1.x), or end the next pause of the same
 * execution. So no callback resumes it any more when the timer may be set.
 */
const TIMER_AHEAD_MS = 71_000;

/** The time between the last job's end and that moment, for its callback and its downloads. */
const ROOM_MS = 9_000;

/**
 * Pauses the execution until a callback resumes it, at the latest until the patience with the last job is over.
 * @returns the output to return from `execute()`: shown as long as the execution is paused
 */
export async function pause(
	context: IExecuteFunctions,
	items: PausedItem[],
	submitted: PaidJob[],
): Promise<INodeExecutionData[]> {
	const continuesOnFail = context.continueOnFail();
	const entry = context.getExecuteData();
	const until = Math.max(...items.map(deadlineOf)) + ROOM_MS;
	const stored: Pause = {
		id: randomUUID(),
		until,
		continuesOnFail,
		submitted,
		items: items.map(storable),
		input: entry.data.main[0] ?? [],
	};
	context.getContext('node')[CONTEXT_KEY] = stored;

	// When the time runs out, n8n hands on the input of the node (docs/n8n.md, A pause whose time is up): it is replaced.
	entry.data.main[0] = paired(items.map((item) => [atDeadline(item, continuesOnFail)]));
	await context.putExecutionToWait(new Date(until + TIMER_AHEAD_MS));
	return paired(items.map((item) => [meanwhile(item)]));
}

/** The pause of the node that a callback is for; undefined where it has stored none. */
export function pauseOf(context: IWebhookFunctions): Pause | undefined {
	const { name } = context.getNode();
	const nodeContext =
		pausedRun(context)?.executionData?.contextData?.[`node:${name}`] ??
		contextByExpression(context);
	const stored = (nodeContext as Record<string, Pause | undefined> | undefined)?.[CONTEXT_KEY];
	return Array.isArray(stored?.items) ? stored : undefined;
}

/** The public way, which takes more time and, on n8n 2.x, cannot read more than some 100 MB. */
function contextByExpression(context: IWebhookFunctions): unknown {
	// Written in escapes, as any character may be in the name of a node, also those that end an expression.
	const name = context
		.getNode()
		.name.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
	return context.evaluateExpression(`{{ $("${name}").context }}`);
}

/** The jobs that a pause waits for. */
export const unfinishedJobs = ({ items }: Pick<Pause, 'items'>): UnfinishedJob[] =>
	items.filter(isUnfinished).map(({ job }) => job);

const deadlineOf = (item: PausedItem): number =>
	isUnfinished(item) ? item.job.submittedAt + item.job.settings.maxWaitMs : 0;

/** What is needed later. Callback URLs may hold a resume token, which must not get into what a user sees of the execution. */
function storable(item: PausedItem): PausedItem {
	if (!isUnfinished(item)) return item;
	const { settings, receipt, submittedAt } = item.job;
	const { job, body } = receipt;
	return {
		kind: 'unfinished',
		job: { settings, receipt: { job, body: withoutHookUrl(body) }, submittedAt },
	};
}

/** What the item hands on when the pause ends without its job. */
function atDeadline(item: PausedItem, continuesOnFail: boolean): INodeExecutionData {
	if (!isUnfinished(item)) return item.items[0];
	const { settings, receipt, answer } = item.job;
	// Nothing can fail a paused execution when its time is over: without "Continue" the unfinished job is handed on.
	const onTimeout = continuesOnFail ? settings.onTimeout : 'continue';
	const outcome = { end: 'timedOut', answer, waitedMs: settings.maxWaitMs } as const;
	try {
		return { json: jobJson(resultOf(receipt, outcome, { onTimeout }), settings) };
	} catch (error) {
		return toErrorItem(error);
	}
}

/**
 * What is shown of the item while the execution is paused. It must not have the key `error`: with Retry On Fail n8n would
 * run the node again at once, and it would poll its jobs instead of pausing (docs/n8n.md, Retry On Fail looks for error).
 */
function meanwhile(item: PausedItem): INodeExecutionData {
	if (isUnfinished(item)) {
		const { settings, receipt, answer } = item.job;
		return { json: jobJson({ answer: lastSeen(receipt, answer) }, settings) };
	}
	const [output] = item.items;
	const { error, ...json } = output.json;
	return error === undefined ? output : { ...output, json: { ...json, failed: error } };
}
