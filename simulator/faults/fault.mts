/** Which requests a fault hits. A missing field matches everything. */
export interface FaultMatch {
	/**
	 * An endpoint's name (`imagine`, `fetch`, ...), or `picture` or `video` for a download. Without
	 * it, a fault of an answer hits every endpoint of the API but no download.
	 */
	endpoint?: string | string[];
	/** Text in the prompt, or in the prompt of the job that the request names. */
	prompt?: string;
	/** Hits only the matching requests with these numbers, counted from 1. */
	nth?: number | number[];
	/** Hits at most this many requests. */
	count?: number;
	/** Hits with this probability, 0 to 1. Depends on the simulator's seed. */
	probability?: number;
}

/** `after`: the request takes effect (the job runs, the quota is frozen); only its answer fails. */
type When = { when?: 'before' | 'after' };

/** Faults of an answer of the API or of a download (`endpoint: 'picture'` or `'video'`). */
export type AnswerFault =
	| ({ kind: 'status'; status: number; message?: string; retryAfter?: number | string } & When)
	| ({ kind: 'html'; status?: number } & When)
	| ({ kind: 'reset' } & When)
	/** The request takes effect, but the connection is closed in the middle of its answer. */
	| { kind: 'cut' }
	| ({ kind: 'slow'; ms: number } & When)
	/** Without a location it redirects to the same URL, which then answers normally. */
	| { kind: 'redirect'; location?: string; status?: number };

/** Faults of what a fetch says about a job that exists. */
export type FetchFault =
	| { kind: 'unknownJob' }
	/** A state that TTAPI doesn't document (default RUNNING) instead of PENDING_QUEUE and ON_QUEUE. */
	| { kind: 'unknownState'; state?: string };

/** Faults of a job and its callback, decided when it is submitted. */
export type JobFault =
	| { kind: 'jobFails'; message: string }
	| { kind: 'jobNeverEnds' }
	/** Fetch answers ON_QUEUE for this many fetches or ms after the end (default: one fetch). */
	| { kind: 'fetchLags'; fetches?: number; ms?: number }
	/** Fetch answers 503 for this many ms after the end. */
	| { kind: 'fetchFails'; ms: number }
	| { kind: 'callbackLost' }
	/** The job finishes at once, and its callback is sent before the answer to the submit. */
	| { kind: 'callbackEarly' }
	| { kind: 'callbackDuplicate'; times?: number }
	/** The callback waits until another one has been sent, for at most `ms` (default 5000). */
	| { kind: 'callbackReordered'; ms?: number };

/** Names of the downloads in faults and the request log. */
export const fileEndpoints = ['picture', 'video'];

/** Faults of the body of a picture or video. */
export type PictureFault =
	| { kind: 'pictureCut' }
	/**
	 * Content-Length is the true length times `factor`. Above 1 the body ends too early; below 1 the
	 * rest of the picture is never sent, and the answer looks complete.
	 */
	| { kind: 'pictureLength'; factor: number }
	/** Keeps sending after the end, this many megabytes (default 1000). */
	| { kind: 'pictureEndless'; megabytes?: number }
	/** Arrives in small pieces over this time. */
	| { kind: 'pictureSlow'; ms: number };

export type FaultEffect = AnswerFault | FetchFault | JobFault | PictureFault;
export type Fault = FaultMatch & FaultEffect;
export type FaultStage = 'answer' | 'fetch' | 'job' | 'picture';
