import type { INodeExecutionData } from 'n8n-workflow';

import type { RecalledJob } from '../ledger/recall';
import type { JobSettings } from '../parameters/settings';
import type { UnfinishedJob } from '../pausing/pause';
import type { Work } from '../run/operation';

/** What is to be done for one item. */
export interface Prepared {
	work: Work;
	settings: JobSettings;
	/** The job that an earlier attempt has submitted for it. */
	recalled?: RecalledJob;
}

/** The output items of one input item; or its job, handed over unfinished because the execution is to pause. */
export type Performed = INodeExecutionData[] | UnfinishedJob;

export const isUnfinished = (performed: object): performed is UnfinishedJob =>
	'submittedAt' in performed;

/** An item that did not come through. */
export interface Failed {
	error: unknown;
	index: number;
}

/** What came of an item so far. */
export type Outcome = Performed | Failed;

export const isFailed = (outcome: object): outcome is Failed => 'error' in outcome;

export const unfinishedOf = (outcomes: Outcome[]): UnfinishedJob[] => outcomes.filter(isUnfinished);
