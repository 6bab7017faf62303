/** Which requests a fault hits. Everything that is left out matches everything. */
export interface FaultMatch {
	/**
	 * An endpoint's name (`imagine`, `fetch`, ...), or `picture` or `video` for a download. Left out, a
	 * fault of an answer hits every endpoint of the API but no download.
	 */
	endpoint?: string | string[];
	/** A text that the prompt holds; a request with a job id counts with that job's prompt. */
	prompt?: string;
	/** Only the first, second, ... of the requests that match, counted from 1. */
	nth?: number | number[];
	/** So many times and no more. */
	count?: number;
	/** With this probability, 0 to 1, drawn with the simulator's seed. */
	probability?: number;
}

/**
 * `after`: the request has taken effect (the job runs, the quota is frozen) and only the answer
 * goes wrong.
 */
type When = { when?: 'before' | 'after' };

/** Faults of an answer, of the API's or of a download's (`endpoint: 'picture'` or `'video'`). */
export type AnswerFault =
	| ({ kind: 'status'; status: number; message?: string; retryAfter?: number | string } & When)
	| ({ kind: 'html'; status?: number } & When)
	| ({ kind: 'reset' } & When)
	| ({ kind: 'slow'; ms: number } & When)
	/** Without a location it leads to the same address, which then answers well. */
	| { kind: 'redirect'; location?: string; status?: number };

/** Faults of a job and its callback, decided when it is submitted. */
export type JobFault =
	| { kind: 'jobFails'; message: string }
	| { kind: 'jobNeverEnds' }
	/**
	 * Fetch says ON_QUEUE for so many fetches, or so long, after the end; for one fetch by default.
	 */
	| { kind: 'fetchLags'; fetches?: number; ms?: number }
	| { kind: 'callbackLost' }
	/** The job ends at once, and its callback is sent before the answer to the submit. */
	| { kind: 'callbackEarly' }
	| { kind: 'callbackDuplicate'; times?: number }
	/** The callback waits until another one has been sent, at most so long (default 5000). */
	| { kind: 'callbackReordered'; ms?: number };

/** How faults and the request log name the downloads. */
export const fileEndpoints = ['picture', 'video'];

/** Faults of the body of a picture or video. */
export type PictureFault =
	| { kind: 'pictureCut' }
	/**
	 * Content-Length is the true length times `factor`. Above 1 the body ends too early; below 1 the
	 * rest of the picture is never sent, and the answer looks complete.
	 */
	| { kind: 'pictureLength'; factor: number }
	/** Goes on after its end, for so many megabytes (default 1000). */
	| { kind: 'pictureEndless'; megabytes?: number }
	/** Comes in small pieces over so long a time. */
	| { kind: 'pictureSlow'; ms: number };

export type FaultEffect = AnswerFault | JobFault | PictureFault;
export type Fault = FaultMatch & FaultEffect;
export type FaultStage = 'answer' | 'job' | 'picture';
