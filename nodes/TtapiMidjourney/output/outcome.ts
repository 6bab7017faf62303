import type { INodeExecutionData } from 'n8n-workflow';

import type { JobAnswer } from '../jobs/job';
import type { JobSettings } from '../parameters/settings';

/** A job that has not finished, with all that is needed to go on with it later. Plain data: n8n stores it with a pause. */
export interface UnfinishedJob {
	settings: JobSettings;
	/** What is known of it without polling it. */
	receipt: JobAnswer;
	/** What was last seen of it; undefined if no poll has worked yet. */
	answer?: JobAnswer;
	/** In ms since 1970. */
	submittedAt: number;
}

/** The item has its output. */
export interface Done {
	kind: 'done';
	items: INodeExecutionData[];
}

/** The item's job goes on, and the execution is to pause for it. */
export interface Unfinished {
	kind: 'unfinished';
	job: UnfinishedJob;
}

/** The item did not come through. */
export interface Failed {
	kind: 'failed';
	error: unknown;
	/** Of the item. */
	index: number;
}

/** What came of an input item. */
export type Outcome = Done | Unfinished | Failed;

export const isFailed = <T extends { kind: string }>(outcome: T | Failed): outcome is Failed =>
	outcome.kind === 'failed';

export const isUnfinished = <T extends { kind: string }>(
	outcome: T | Unfinished,
): outcome is Unfinished => outcome.kind === 'unfinished';
