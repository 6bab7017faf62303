/** The fault matrix: what may go wrong with a job, as faults of the simulator, and how the job's item must come out then. */
import type { Fault } from '../../../simulator/startSimulator.mts';

export type Mode = 'poll' | 'callback';
export const MODES: Mode[] = ['poll', 'callback'];

/**
 * How an item comes out: with its result; as an error, or in a failed execution; or either, where it depends on what else
 * the execution does whether the node runs once more.
 */
export type Ending = 'result' | 'error' | 'either';

export interface Kind {
	name: string;
	/** What goes wrong with the job of this prompt. */
	faults: (prompt: string) => Fault[];
	/** How its item comes out; with its result by default. */
	ending?: Ending | Record<Mode, Ending>;
	/** Where it can happen; in both modes by default. */
	modes?: Mode[];
	/** Whether its row has no other items: one that is not hit would help those that are. */
	hitsAll?: boolean;
	/** Max Wait in seconds, for a kind that lasts as long as that. */
	maxWait?: number;
	/** Of the kinds of one stage at most one hits a job. */
	stage: 'line' | 'submit' | 'read' | 'callback' | 'end';
}

/** The first so many requests that match. */
const first = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** How long a submit is looked for in the history that surely was not accepted: it never turns up. */
const SEARCH_SECONDS = 12;

/**
 * By polling nobody can tell for sure which job came of a submit without an answer, so the item fails and names the
 * candidates. With a callback address of its own the job is known by it.
 */
const DOUBTFUL = { poll: 'either', callback: 'result' } as const;

export const KINDS: Kind[] = [
	{
		name: '429',
		stage: 'line',
		faults: (prompt) => [
			{ kind: 'status', status: 429, endpoint: 'imagine', prompt, nth: first(2) },
			{ kind: 'status', status: 429, endpoint: 'fetch', prompt, nth: 1 },
		],
	},
	{
		name: '429 with Retry-After',
		stage: 'line',
		faults: (prompt) => [
			{ kind: 'status', status: 429, retryAfter: 1, endpoint: 'imagine', prompt, nth: first(2) },
			{ kind: 'status', status: 429, retryAfter: 1, endpoint: 'fetch', prompt, nth: 1 },
		],
	},
	{
		name: '499',
		stage: 'line',
		faults: (prompt) => [
			{ kind: 'status', status: 499, endpoint: 'imagine', prompt, nth: first(3) },
		],
	},
	{
		name: 'queue is full',
		stage: 'line',
		faults: (prompt) => [
			...['The job queue is full.', '队列已满，请稍后尝试'].map((message): Fault => {
				return { kind: 'status', status: 400, message, endpoint: 'imagine', prompt, nth: 1 };
			}),
		],
	},
	{
		name: '5xx with HTML, submit not accepted',
		stage: 'submit',
		maxWait: SEARCH_SECONDS,
		ending: 'error',
		faults: (prompt) => [{ kind: 'html', status: 502, endpoint: 'imagine', prompt, nth: 1 }],
	},
	{
		name: '5xx with HTML, submit accepted',
		stage: 'submit',
		maxWait: SEARCH_SECONDS,
		ending: DOUBTFUL,
		faults: (prompt) => [
			{ kind: 'html', status: 503, when: 'after', endpoint: 'imagine', prompt, nth: 1 },
		],
	},
	{
		name: 'reset, submit not accepted',
		stage: 'submit',
		maxWait: SEARCH_SECONDS,
		ending: 'error',
		faults: (prompt) => [{ kind: 'reset', endpoint: 'imagine', prompt, nth: 1 }],
	},
	{
		name: 'reset, submit accepted',
		stage: 'submit',
		maxWait: SEARCH_SECONDS,
		ending: DOUBTFUL,
		faults: (prompt) => [{ kind: 'reset', when: 'after', endpoint: 'imagine', prompt, nth: 1 }],
	},
	{
		name: 'cut off, submit accepted',
		stage: 'submit',
		maxWait: SEARCH_SECONDS,
		ending: DOUBTFUL,
		faults: (prompt) => [{ kind: 'cut', endpoint: 'imagine', prompt, nth: 1 }],
	},
	...[
		[500, 502, 503],
		[400, 403, 404],
	].map((statuses): Kind => ({
		name: `${statuses.join(', ')} with HTML on reads`,
		stage: 'read',
		faults: (prompt) =>
			statuses.map((status) => ({ kind: 'html', status, endpoint: 'fetch', prompt, nth: 1 })),
	})),
	{
		name: '401 once on reads',
		stage: 'read',
		faults: (prompt) => [{ kind: 'status', status: 401, endpoint: 'fetch', prompt, nth: 1 }],
	},
	{
		name: 'redirect on reads',
		stage: 'read',
		faults: (prompt) => [{ kind: 'redirect', endpoint: 'fetch', prompt, nth: first(2) }],
	},
	{
		name: 'cut off on reads',
		stage: 'read',
		faults: (prompt) => [{ kind: 'cut', endpoint: 'fetch', prompt, nth: first(2) }],
	},
	{
		name: 'unknown job',
		stage: 'read',
		faults: (prompt) => [{ kind: 'unknownJob', endpoint: 'fetch', prompt, nth: first(2) }],
	},
	{
		name: 'unknown state',
		stage: 'read',
		faults: (prompt) => [
			{ kind: 'unknownState', prompt },
			// A job that has ended before the first question is in this state, too.
			{ kind: 'fetchLags', fetches: 2, prompt },
		],
	},
	{
		name: 'reset on reads',
		stage: 'read',
		faults: (prompt) => [{ kind: 'reset', endpoint: 'fetch', prompt, nth: first(2) }],
	},
	{
		name: 'slow answers',
		stage: 'read',
		faults: (prompt) => [
			{ kind: 'slow', ms: 2_500, when: 'after', endpoint: 'imagine', prompt, nth: 1 },
			{ kind: 'slow', ms: 1_500, endpoint: 'fetch', prompt, nth: first(2) },
		],
	},
	{
		name: 'fetch lags behind',
		stage: 'read',
		faults: (prompt) => [{ kind: 'fetchLags', fetches: 2, prompt }],
	},
	{
		name: 'callback lost',
		stage: 'callback',
		modes: ['callback'],
		// Any callback lets the execution go on once all jobs have ended.
		hitsAll: true,
		faults: (prompt) => [{ kind: 'callbackLost', prompt }],
	},
	{
		name: 'callback doubled',
		stage: 'callback',
		modes: ['callback'],
		faults: (prompt) => [{ kind: 'callbackDuplicate', times: 3, prompt }],
	},
	{
		name: 'callback reordered',
		stage: 'callback',
		modes: ['callback'],
		faults: (prompt) => [{ kind: 'callbackReordered', ms: 2_000, prompt }],
	},
	{
		name: "callback before the submit's answer",
		stage: 'callback',
		modes: ['callback'],
		faults: (prompt) => [{ kind: 'callbackEarly', prompt }],
	},
	{
		// The callback comes meanwhile, and only once.
		name: 'fetch fails for 8 s after the end',
		stage: 'callback',
		faults: (prompt) => [{ kind: 'fetchFails', ms: 8_000, prompt }],
	},
	{
		name: 'download broken for good',
		stage: 'end',
		ending: 'error',
		faults: (prompt) => [{ kind: 'pictureCut', prompt }],
	},
	{
		name: 'download broken once',
		stage: 'end',
		faults: (prompt) => [{ kind: 'html', status: 502, endpoint: 'picture', prompt, nth: 1 }],
	},
	{
		name: 'job failed by passing trouble',
		stage: 'end',
		ending: 'either',
		faults: (prompt) => [{ kind: 'jobFails', message: '[Internal error]', prompt, nth: 1 }],
	},
	{
		name: 'job failed by a violation',
		stage: 'end',
		ending: 'error',
		faults: (prompt) => [{ kind: 'jobFails', message: '[Banned prompt detected]', prompt }],
	},
];

export const kindsOf = (mode: Mode) =>
	KINDS.filter(({ modes }) => modes === undefined || modes.includes(mode));

export const endingOf = ({ ending = 'result' }: Kind, mode: Mode): Ending =>
	typeof ending === 'string' ? ending : ending[mode];
