import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { withoutHookUrl, type JobAnswer } from '../jobs/job';
import { jobJson, resultOf } from '../output/jobItems';
import type { JobSettings } from '../output/jobSettings';
import { toErrorItem, type PaidJob } from '../output/nodeErrors';

/** A job that has not ended yet, with all that is needed to go on later. Plain data. */
export interface UnfinishedJob {
	settings: JobSettings;
	/** What is known of it without looking at it. */
	receipt: JobAnswer;
	/** What was last seen of it; undefined where no look has worked yet. */
	answer?: JobAnswer;
	/** In ms since 1970. */
	submittedAt: number;
}

/** What there is for one input item when the execution pauses: its output, or the job that it waits for. */
export type PausedItem = { output: INodeExecutionData } | { job: UnfinishedJob };

/** What a paused execution of the node remembers: stored by n8n with the execution, so plain data only. */
export interface Pause {
	/** Tells this pause from others of the same execution. */
	id: string;
	/** When n8n ends the pause by itself, in ms since 1970. */
	until: number;
	/** Whether a failed item becomes an error item instead of failing the execution. */
	continuesOnFail: boolean;
	items: PausedItem[];
	/** All jobs that this run submitted. */
	submitted: PaidJob[];
}

/** The key in the node's context. `resume` finds the pause there. */
const CONTEXT_KEY = 'pause';

/**
 * Pauses the execution until a callback resumes it, at the latest until the patience with the last job is over.
 * @returns the output to return from `execute()`: shown as long as the execution is paused
 */
export async function pause(
	context: IExecuteFunctions,
	items: PausedItem[],
	submitted: PaidJob[],
): Promise<INodeExecutionData[][]> {
	const continuesOnFail = context.continueOnFail();
	const until = Math.max(...items.map(deadlineOf));
	const id = `${context.getExecutionId()} ${Date.now()} ${Math.random()}`;
	const stored: Pause = { id, until, continuesOnFail, items: items.map(storable), submitted };
	context.getContext('node')[CONTEXT_KEY] = stored;

	// When the time runs out, n8n hands on what the node got as its input (n8n-engine.md 7), so that is replaced.
	const prepared = items.map((item) => atDeadline(item, continuesOnFail));
	context.getExecuteData().data.main[0] = prepared;
	await context.putExecutionToWait(new Date(until));
	return [prepared];
}

/** What the paused node stored, as far as an expression in its context gives it. */
export function storedPause(nodeContext: unknown): Pause | undefined {
	const stored = (nodeContext as Record<string, Pause | undefined> | undefined)?.[CONTEXT_KEY];
	return Array.isArray(stored?.items) ? stored : undefined;
}

/** The jobs that a pause waits for. */
export const unfinishedJobs = ({ items }: Pick<Pause, 'items'>): UnfinishedJob[] =>
	items.flatMap((item) => ('job' in item ? [item.job] : []));

const deadlineOf = (item: PausedItem): number =>
	'job' in item ? item.job.submittedAt + item.job.settings.maxWaitMs : 0;

/** Callback URLs may hold a resume token, which must not get into what a user sees of the execution. */
function storable(item: PausedItem): PausedItem {
	if (!('job' in item)) return item;
	const { receipt, answer, ...job } = item.job;
	const cleaned = ({ job: seen, body }: JobAnswer) => ({ job: seen, body: withoutHookUrl(body) });
	return {
		job: { ...job, receipt: cleaned(receipt), ...(answer ? { answer: cleaned(answer) } : {}) },
	};
}

/** What the item hands on when the pause ends without its job. */
function atDeadline(item: PausedItem, continuesOnFail: boolean): INodeExecutionData {
	if (!('job' in item)) return item.output;
	const { settings, receipt, answer } = item.job;
	// Nothing can fail a paused execution when its time is over: without "Continue" the unfinished job is handed on.
	const onTimeout = continuesOnFail ? settings.onTimeout : 'continue';
	const outcome = { end: 'timedOut', answer, waitedMs: settings.maxWaitMs } as const;
	try {
		const json = jobJson(resultOf(receipt, outcome, { onTimeout }), settings);
		return { json, pairedItem: { item: settings.index } };
	} catch (error) {
		return toErrorItem(error, settings.index);
	}
}
