import { randomUUID } from 'node:crypto';
import type { IExecuteFunctions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

import { withoutHookUrl } from '../jobs/job';
import { nodeExpression } from '../n8n/context';
import { jobJson, lastSeen, resultOf } from '../output/jobItems';
import type { PaidJob } from '../ledger/ledger';
import { toErrorItem } from '../output/nodeErrors';
import {
	isUnfinished,
	paired,
	type Done,
	type Unfinished,
	type UnfinishedJob,
} from '../output/outcome';
import { pausedRun } from './pausedRun';
import { startWatch, type Watched } from './watch';

/** What came of one input item before the pause. */
export type PausedItem = Done | Unfinished;

/** What the node remembers during a pause. Plain data: n8n stores it with the execution. */
export interface Pause {
	/** Unique, because an execution may have several pauses. */
	id: string;
	/** Until when a callback may resume the execution, in ms since 1970. */
	until: number;
	/** Whether a failed item becomes an error item instead of failing the execution. */
	continuesOnFail: boolean;
	items: PausedItem[];
	submitted: PaidJob[];
	/** The node's input. If the execution fails, a retry starts with it. */
	input: INodeExecutionData[];
}

const CONTEXT_KEY = 'pause';

/**
 * Up to 70 s before a pause's date, n8n sets a timer that a resume doesn't clear. It would then end the next pause, or run the
 * rest of the workflow again (docs/n8n.md, The timer of a paused execution). So no callback may resume the execution that
 * shortly before the date.
 */
const TIMER_AHEAD_MS = 71_000;

/** Time after the last job's deadline in which TTAPI may be asked again after trouble, and files be downloaded. */
const GRACE_MS = 30_000;

/**
 * Pauses the execution until a callback resumes it, or until the last job's deadline. Until then this process watches the jobs.
 * @returns the output for `execute()`, which n8n shows during the pause
 */
export async function pause(
	context: IExecuteFunctions,
	items: PausedItem[],
	submitted: PaidJob[],
	{ credential, resumeUrl }: Pick<Watched, 'credential' | 'resumeUrl'>,
): Promise<INodeExecutionData[]> {
	const continuesOnFail = context.continueOnFail();
	const entry = context.getExecuteData();
	const until = Math.max(...items.map(deadlineOf)) + GRACE_MS;
	const stored: Pause = {
		id: randomUUID(),
		until,
		continuesOnFail,
		submitted,
		items: items.map(storable),
		input: entry.data.main[0] ?? [],
	};
	context.getContext('node')[CONTEXT_KEY] = stored;

	// If the time runs out, n8n outputs the node's input (docs/n8n.md, A pause whose time is up). So that is replaced.
	entry.data.main[0] = paired(items.map((item) => [atDeadline(item, continuesOnFail)]));
	await context.putExecutionToWait(new Date(until + TIMER_AHEAD_MS));
	const { id: pauseId } = stored;
	startWatch(context, {
		pauseId,
		until,
		jobs: unfinishedJobs(stored),
		credential,
		resumeUrl,
		isNew: true,
	});
	return paired(items.map((item) => [meanwhile(item)]));
}

/** The pause that a callback is for; undefined if the node has stored none. */
export function pauseOf(context: IWebhookFunctions): Pause | undefined {
	const { name } = context.getNode();
	const nodeContext =
		pausedRun(context)?.executionData?.contextData?.[`node:${name}`] ??
		contextByExpression(context);
	const stored = (nodeContext as Record<string, Pause | undefined> | undefined)?.[CONTEXT_KEY];
	return Array.isArray(stored?.items) ? stored : undefined;
}

/** The public way to read the node's context. It is slower, and fails on n8n 2.x for data of some 100 MB. */
const contextByExpression = (context: IWebhookFunctions): unknown =>
	context.evaluateExpression(nodeExpression(context.getNode().name, 'context'));

/** The jobs that a pause waits for. */
export const unfinishedJobs = ({ items }: Pick<Pause, 'items'>): UnfinishedJob[] =>
	items.filter(isUnfinished).map(({ job }) => job);

/** An execution can't fail when its pause runs out. So without "Continue", the unfinished job is the output. */
export const onTimeoutOf = (
	{ settings }: UnfinishedJob,
	continuesOnFail: boolean,
): 'error' | 'continue' => (continuesOnFail ? settings.onTimeout : 'continue');

const deadlineOf = (item: PausedItem): number =>
	isUnfinished(item) ? item.job.submittedAt + item.job.settings.maxWaitMs : 0;

/** The item without callback URLs: users can see what is stored, and the URLs may contain a resume token. */
function storable(item: PausedItem): PausedItem {
	if (!isUnfinished(item)) return item;
	const { settings, receipt, submittedAt } = item.job;
	const { job, body } = receipt;
	return {
		kind: 'unfinished',
		job: { settings, receipt: { job, body: withoutHookUrl(body) }, submittedAt },
	};
}

/** The output of the item if the time runs out. */
function atDeadline(item: PausedItem, continuesOnFail: boolean): INodeExecutionData {
	if (!isUnfinished(item)) return item.items[0];
	const { settings, receipt, answer } = item.job;
	const onTimeout = onTimeoutOf(item.job, continuesOnFail);
	const outcome = { end: 'timedOut', answer, waitedMs: settings.maxWaitMs } as const;
	try {
		return { json: jobJson(resultOf(receipt, outcome, { ...settings, onTimeout }), settings) };
	} catch (error) {
		return toErrorItem(error);
	}
}

/**
 * What n8n shows of the item during the pause. It must not have the key `error`: Retry On Fail would run the node again at
 * once, and the node would poll its jobs (docs/n8n.md, Retry On Fail looks for error).
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
