import type { CallbackRecord } from './callbacks.mts';
import type { FaultRecord } from './faults/faults.mts';
import { statusOf, type Family, type Job, type JobStatus } from './jobs/job.mts';
import type { Mode } from './options.mts';
import { sizeOf } from './pictures/picture.mts';
import type { RequestRecord } from './requests/requestLog.mts';
import type { Ttapi } from './ttapi.mts';

export interface JobRecord {
	jobId: string;
	endpoint: string;
	family: Family;
	action: string;
	prompt: string;
	mode: Mode;
	status: JobStatus;
	/** Why it failed, else `''`. */
	message: string;
	/** Milliseconds since 1970. */
	submittedAt: number;
	endedAt: number | null;
	/** How long it takes unless it is finished early. */
	durationMs: number;
	/** How often it was fetched. */
	fetches: number;
	hookUrl: string;
	quota: number;
	components: string[];
	/** Size of its picture in pixels; null if it makes none. */
	width: number | null;
	height: number | null;
}

/** Everything that the simulator has recorded. */
export interface SimulatorState {
	url: string;
	account: { balance: number; frozen: number };
	/** The most jobs that were unfinished at once. */
	mostUnfinished: number;
	jobs: JobRecord[];
	requests: RequestRecord[];
	callbacks: CallbackRecord[];
	faults: FaultRecord[];
}

export function stateOf(ttapi: Ttapi): SimulatorState {
	const { balance, frozen } = ttapi.account;
	return {
		url: ttapi.url,
		account: { balance, frozen },
		mostUnfinished: ttapi.jobs.mostUnfinished,
		jobs: ttapi.jobs.all().map((job) => recordOf(job, ttapi)),
		requests: ttapi.requests.all(),
		callbacks: ttapi.callbacks.all(),
		faults: ttapi.faults.all(),
	};
}

export function recordOf(job: Job, { settings }: Ttapi): JobRecord {
	const size = job.picture && sizeOf(job.picture, settings.pictureSize);
	return {
		jobId: job.jobId,
		endpoint: job.endpoint,
		family: job.family,
		action: job.action,
		prompt: job.prompt,
		mode: job.mode,
		status: statusOf(job, settings.pendingShare),
		message: job.end?.message ?? '',
		submittedAt: job.submittedAt,
		endedAt: job.endedAt,
		durationMs: job.durationMs,
		fetches: job.fetches,
		hookUrl: job.hookUrl,
		quota: job.quota,
		components: job.components,
		width: size?.width ?? null,
		height: size?.height ?? null,
	};
}
