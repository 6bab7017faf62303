import type { Mode } from '../options.mts';
import type { Picture } from '../pictures/picture.mts';

export type EndStatus = 'SUCCESS' | 'FAILED';
export type JobStatus = 'PENDING_QUEUE' | 'ON_QUEUE' | EndStatus;

/** What an endpoint makes of a body that it accepts. */
export interface JobPlan {
	/** `data.action` of the answers. */
	action: string;
	prompt: string;
	mode: Mode;
	/** Seconds. */
	timeout: number;
	hookUrl: string;
	getUImages: boolean;
	/** Null for a job that makes none, such as describe. */
	picture: Picture | null;
	/** The actions that the finished job takes. */
	components: string[];
	/**
	 * Fields of the finished job's `data` that differ from those of a picture job; undefined leaves
	 * one out.
	 */
	outcome?: (job: Job, url: PictureUrl) => Record<string, unknown>;
}

/** Where a picture of a job is served, or one part of it, such as the quarter `tl`. */
export type PictureUrl = (job: Job, part?: string) => string;

export interface End {
	status: EndStatus;
	message: string;
}

export interface Job extends JobPlan {
	jobId: string;
	endpoint: string;
	quota: number;
	/** Milliseconds since 1970. */
	submittedAt: number;
	durationMs: number;
	/** How it will end by itself; null for one that never does. */
	plannedEnd: End | null;
	/** How it has ended; null before. */
	end: End | null;
	endedAt: number | null;
	fetches: number;
	fetchesSinceEnd: number;
	/** How long fetch hides the end. */
	lag: { fetches: number; ms: number };
	callback: CallbackManner;
}

/** How the callback of a job goes wrong, if it does. */
export interface CallbackManner {
	lost: boolean;
	early: boolean;
	/** How often it is sent. */
	times: number;
	/** How long it waits for another one to overtake it; 0 for not at all. */
	holdMs: number;
}

/** Whether fetch still has to say that an ended job runs. */
export function isEndHidden(job: Job): boolean {
	if (job.endedAt === null) return false;
	return job.fetchesSinceEnd <= job.lag.fetches || Date.now() < job.endedAt + job.lag.ms;
}

/** The status of a job at this moment. */
export function statusOf(job: Job, pendingShare: number): JobStatus {
	if (job.end) return job.end.status;
	return elapsedShare(job) < pendingShare ? 'PENDING_QUEUE' : 'ON_QUEUE';
}

/** How much of a job's time has gone, 0 to 1. */
export function elapsedShare(job: Job): number {
	return Math.min((Date.now() - job.submittedAt) / Math.max(job.durationMs, 1), 1);
}
