import type { Notifier } from './callbacks.mts';
import { dialects, type Dialect, type Spelling } from './dialect.mts';
import type { Language } from './requests/refusal.mts';

export const modes = ['relax', 'fast', 'turbo'] as const;
export type Mode = (typeof modes)[number];

export interface SimulatorOptions {
	/** Port on 127.0.0.1. Default 0: a free one. */
	port?: number;
	/** The only key that is accepted. Default `simulator-key`. */
	apiKey?: string;
	/**
	 * How long a job takes, in milliseconds: one number, or one for each mode. Default relax 8000,
	 * fast 4000, turbo 2000.
	 */
	jobMs?: number | Partial<Record<Mode, number>>;
	/** How long each job takes in turn, in milliseconds, in place of `jobMs`; from the first again behind the last. */
	jobTimes?: number[];
	/** How much job times vary, 0 to 1: at 0.5 a job takes 50% to 150% of `jobMs`. Default 0. */
	jobSpread?: number;
	/** Share of a job's time that it is PENDING_QUEUE, 0 to 1. Default 0.2. */
	pendingShare?: number;
	/** How many unfinished jobs the account can have, queued ones included. Default 10. */
	slots?: number;
	/** Answer if the queue is full: 499, or 400 with "queue is full". Default 499. */
	fullQueue?: 499 | 400;
	/** Quota at the start. Default 1000. */
	balance?: number;
	/** Quota that a job costs in each mode. Default relax 2, fast 3, turbo 6. */
	prices?: Partial<Record<Mode, number>>;
	/** Whether the account is blocked, so that every call gets 403. Default false. */
	blocked?: boolean;
	/** Pay per use, or hold, whose jobs never return `images`. Default `ppu`. */
	account?: 'ppu' | 'hold';
	/**
	 * The spelling of the answers: as TTAPI's server sends them (`wire`), or as in its older (`seed`) or
	 * newer docs (`new`), see docs/ttapi.md, Three dialects. Default `wire`.
	 */
	dialect?: Dialect;
	/** Overrides for single spellings of the dialect. */
	spelling?: Partial<Spelling>;
	/** Language of the vendor's refusals (dialect `wire`). Default `en`. */
	language?: Language;
	/** HTTP status of the vendor's refusals and of unknown jobs (dialect `wire`). Default 400. */
	refusals?: 200 | 400;
	/**
	 * Whether fetch accepts only the dialect's HTTP method and answers 405 to the other one. The
	 * fetches of edits and videos, which the older docs lack, then accept only GET. Default false.
	 */
	strictFetch?: boolean;
	/**
	 * Where videos are fetched: at `/midjourney/video/fetch` (`own`), or at `/midjourney/v1/fetch`
	 * like images (`image`). For videos, the other path answers 404. Default `own`.
	 */
	videoFetch?: 'own' | 'image';
	/** Whether the host has the job history; if not, fetch-list answers 404. Default true. */
	history?: boolean;
	/** How the history wants its `status`: in any case, or in upper case, else it answers 400. Default `any`. */
	historyStatus?: 'any' | 'upper';
	/** Which jobs the history lists: all of them, or only those that have ended. Default `all`. */
	historyJobs?: 'all' | 'ended';
	/** English words that are refused in prompts. Default `sexy`. */
	bannedWords?: string[];
	/** The longer side of a grid, in pixels. Default 1024. */
	pictureSize?: number;
	/** Smallest size of a picture in bytes; smaller ones get invisible padding. Default 0: none. */
	pictureBytes?: number;
	/**
	 * Who sends the callbacks. `vendor`: only 200 is delivered; another 2xx is sent again at once, three times in all;
	 * everything else ends it, and jobs of describe and seed have no callback. `patient` tries three times whatever comes.
	 * Default `vendor`.
	 */
	notifier?: Notifier;
	/** Milliseconds between two attempts of the patient notifier. Default 2000. */
	callbackRetryMs?: number;
	/** Milliseconds that a callback waits for an answer. Default 10,000. */
	callbackPatienceMs?: number;
	/** How far TTAPI's clock is ahead, in milliseconds: the `Date` header and all times of jobs. Default 0. */
	clockOffsetMs?: number;
	/** Seed for everything random: job times and faults. Default 1. */
	seed?: number;
}

/** The options with every default filled in. */
export interface Settings extends Required<Omit<SimulatorOptions, 'dialect'>> {
	jobMs: Record<Mode, number>;
	prices: Record<Mode, number>;
	spelling: Spelling;
}

const defaults = {
	port: 0,
	apiKey: 'simulator-key',
	jobTimes: [] as number[],
	jobSpread: 0,
	pendingShare: 0.2,
	slots: 10,
	fullQueue: 499,
	balance: 1000,
	blocked: false,
	account: 'ppu',
	language: 'en',
	refusals: 400,
	strictFetch: false,
	videoFetch: 'own',
	history: true,
	historyStatus: 'any',
	historyJobs: 'all',
	bannedWords: ['sexy'],
	pictureSize: 1024,
	pictureBytes: 0,
	notifier: 'vendor',
	callbackRetryMs: 2000,
	callbackPatienceMs: 10_000,
	clockOffsetMs: 0,
	seed: 1,
} as const;

const defaultJobMs: Record<Mode, number> = { relax: 8000, fast: 4000, turbo: 2000 };
const defaultPrices: Record<Mode, number> = { relax: 2, fast: 3, turbo: 6 };

/** Fills in the defaults. An option that is undefined counts as missing. */
export function settle(given: SimulatorOptions): Settings {
	const isGiven = ([, value]: [string, unknown]) => value !== undefined;
	const {
		dialect = 'wire',
		jobMs = {},
		...options
	}: SimulatorOptions = Object.fromEntries(Object.entries(given).filter(isGiven));
	const everyMode = (ms: number) => ({ relax: ms, fast: ms, turbo: ms });
	return {
		...defaults,
		bannedWords: [...defaults.bannedWords],
		...options,
		jobMs: { ...defaultJobMs, ...(typeof jobMs === 'number' ? everyMode(jobMs) : jobMs) },
		prices: { ...defaultPrices, ...options.prices },
		spelling: { ...dialects[dialect], ...options.spelling },
	};
}
