import type { IDataObject } from 'n8n-workflow';

import { submittedJob, type JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import type { JobSettings } from '../../../nodes/TtapiMidjourney/parameters/settings.ts';
import type { UnfinishedJob } from '../../../nodes/TtapiMidjourney/output/outcome.ts';
import type { Pause, PausedItem } from '../../../nodes/TtapiMidjourney/pausing/pause.ts';
import { receipt } from './bodies.mts';

/** What a test says of an unfinished job; the rest is as usual. */
export interface JobChanges {
	settings?: Partial<JobSettings>;
	/** How long ago it was submitted, in s. */
	age?: number;
	answer?: JobAnswer;
	body?: IDataObject;
	action?: string;
}

/** A job that a paused run waits for, with the item of this index. */
export function unfinished(jobId: string, index: number, changes: JobChanges = {}): UnfinishedJob {
	const { settings, age = 100, answer, body, action = 'imagine' } = changes;
	return {
		settings: {
			index,
			mode: 'fast',
			waitForResult: 'callback',
			maxWaitMs: 360_000,
			firstIntervalMs: 5_000,
			onTimeout: 'error',
			simplify: true,
			download: 'none',
			...settings,
		},
		receipt: {
			job: submittedJob(jobId, 'image', { action, prompt: `prompt ${index}` }),
			body: body ?? receipt(jobId),
		},
		...(answer ? { answer } : {}),
		submittedAt: Date.now() - age * 1_000,
	};
}

let pauses = 0;

/** A pause that no test has resumed before: for jobs with these ids, or for the given items. */
export function pauseFor(
	items: Array<string | UnfinishedJob | PausedItem>,
	changes: Partial<Pause> = {},
): Pause {
	const paused = items.map((item, index): PausedItem => {
		if (typeof item === 'string') return { kind: 'unfinished', job: unfinished(item, index) };
		return 'settings' in item ? { kind: 'unfinished', job: item } : item;
	});
	return {
		id: `pause ${pauses++}`,
		until: Date.now() + 300_000,
		continuesOnFail: false,
		items: paused,
		submitted: paused.flatMap((item, itemIndex) =>
			item.kind === 'unfinished' ? [{ jobId: item.job.receipt.job.jobId, itemIndex }] : [],
		),
		input: paused.map((_, n) => ({ json: { input: n } })),
		...changes,
	};
}
