import type { Mode } from '../options.mts';
import type { Picture } from '../pictures/picture.mts';

export type EndStatus = 'SUCCESS' | 'FAILED';
/** Jobs of one kind, which have a fetch and a result of their own. */
export type Family = 'image' | 'edit' | 'video';
export type JobStatus = 'PENDING_QUEUE' | 'ON_QUEUE' | EndStatus;

/** What an endpoint makes of a body that it accepts. */
export interface JobPlan {
	/** Default `image`. */
	family?: Family;
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
	/** What a video job makes. */
	video?: VideoPlan;
	/** The actions that the finished job takes. */
	components: string[];
	/**
	 * Fields of the finished job's `data` that differ from those of a picture job; undefined leaves
	 * one out.
	 */
	outcome?: () => Record<string, unknown>;
}

export interface VideoPlan {
	/** How many videos. */
	count: number;
	resolution: string;
	/** How long each of them says to be. */
	seconds: number;
	/** Address of the first frame. */
	imageUrl: string;
}

/** Where the results of jobs are served. */
export interface Addresses {
	/** A picture, or one part of it, such as the quarter `tl`. */
	picture(job: Job, part?: string): string;
	/** A picture on Midjourney's own host, which gives it to nobody. */
	protectedPicture(job: Job, index: number): string;
	video(job: Job, index: number): string;
}

export interface End {
	status: EndStatus;
	message: string;
}

export interface Job extends JobPlan {
	family: Family;
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
