import type { INodeExecutionData } from 'n8n-workflow';

import type { JobAnswer } from '../jobs/job';
import type { JobSettings } from '../parameters/settings';

/** A job that has not finished, with everything that is needed to resume it. Plain data: n8n stores it with a pause. */
export interface UnfinishedJob {
	settings: JobSettings;
	/** The job as it was submitted. */
	receipt: JobAnswer;
	/** The job as the last poll saw it; undefined if none has worked yet. */
	answer?: JobAnswer;
	/** In ms since 1970. */
	submittedAt: number;
}

export interface Done {
	kind: 'done';
	items: INodeExecutionData[];
}

/** The item's job has not finished, and the execution is to pause for it. */
export interface Unfinished {
	kind: 'unfinished';
	job: UnfinishedJob;
}

export interface Failed {
	kind: 'failed';
	error: unknown;
	/** The item's index. */
	index: number;
}

export type Outcome = Done | Unfinished | Failed;

export const isFailed = <T extends { kind: string }>(outcome: T | Failed): outcome is Failed =>
	outcome.kind === 'failed';

export const isUnfinished = <T extends { kind: string }>(
	outcome: T | Unfinished,
): outcome is Unfinished => outcome.kind === 'unfinished';

/**
 * The output items of a node, each paired with its input item.
 * @param outputs the output items of the first input item, of the second, and so on
 */
export const paired = (outputs: INodeExecutionData[][]): INodeExecutionData[] =>
	outputs.flatMap((items, index) =>
		items.map((item) => ({ ...item, pairedItem: { item: index } })),
	);
