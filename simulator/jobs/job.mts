import type { Mode } from '../options.mts';
import type { Picture } from '../pictures/picture.mts';

export type EndStatus = 'SUCCESS' | 'FAILED';
/** Each family of jobs has its own fetch endpoint and its own form of result. */
export type Family = 'image' | 'edit' | 'video';
export type JobStatus = 'PENDING_QUEUE' | 'ON_QUEUE' | EndStatus;

/** The job that an endpoint makes from a valid body. */
export interface JobPlan {
	/** Default `image`. */
	family?: Family;
	/** `data.action` in answers. */
	action: string;
	prompt: string;
	mode: Mode;
	/** Seconds. */
	timeout: number;
	hookUrl: string;
	getUImages: boolean;
	/** Null if the job makes none, such as describe. */
	picture: Picture | null;
	/** Only of video jobs. */
	video?: VideoPlan;
	/** The actions that the finished job offers. */
	components: string[];
	/** Fields that replace those in the finished job's `data`. */
	outcome?: Record<string, unknown>;
}

export interface VideoPlan {
	/** How many videos. */
	count: number;
	resolution: string;
	/** The length that each of them reports. */
	seconds: number;
	/** URL of the first frame. */
	imageUrl: string;
}

/** The URLs of a job's results. */
export interface Addresses {
	/** A picture, or one part of it, such as the quarter `tl`. */
	picture(job: Job, part?: string): string;
	/** A picture on Midjourney's own host, which refuses every download. */
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
	/** How it ends unless it is finished early; null if it never ends. */
	plannedEnd: End | null;
	/** Null until it has finished. */
	end: End | null;
	endedAt: number | null;
	fetches: number;
	fetchesSinceEnd: number;
	/** How long fetch hides that it has finished. */
	lag: { fetches: number; ms: number };
	/** How long fetch fails after its end. */
	outageMs: number;
	callback: CallbackDelivery;
}

/** How a job's callback is sent, faults included. */
export interface CallbackDelivery {
	lost: boolean;
	early: boolean;
	/** How often it is sent. */
	times: number;
	/** How long it waits for another callback to overtake it; 0 to send it at once. */
	holdMs: number;
}

/** Whether fetch still reports a finished job as running. */
export function isEndHidden(job: Job): boolean {
	if (job.endedAt === null) return false;
	return job.fetchesSinceEnd <= job.lag.fetches || Date.now() < job.endedAt + job.lag.ms;
}

/** Whether fetch fails just now. */
export const isInOutage = ({ endedAt, outageMs }: Job): boolean =>
	endedAt !== null && Date.now() < endedAt + outageMs;

/** The job's current status. */
export function statusOf(job: Job, pendingShare: number): JobStatus {
	if (job.end) return job.end.status;
	return elapsedShare(job) < pendingShare ? 'PENDING_QUEUE' : 'ON_QUEUE';
}

/** The share of a job's time that has passed, 0 to 1. */
export function elapsedShare(job: Job): number {
	return Math.min((Date.now() - job.submittedAt) / Math.max(job.durationMs, 1), 1);
}
