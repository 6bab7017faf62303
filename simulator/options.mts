import { dialects, type Dialect, type Spelling } from './dialect.mts';

export const modes = ['relax', 'fast', 'turbo'] as const;
export type Mode = (typeof modes)[number];

export interface SimulatorOptions {
	/** Port on 127.0.0.1. Default 0: a free one. */
	port?: number;
	/** The only key that is let in. Default `simulator-key`. */
	apiKey?: string;
	/**
	 * How long a job takes, in milliseconds: one number, or one for each mode. Default relax 8000,
	 * fast 4000, turbo 2000.
	 */
	jobMs?: number | Partial<Record<Mode, number>>;
	/**
	 * How far a job's time may be off, 0 to 1: at 0.5 it takes 50 % to 150 % of `jobMs`. Default 0.
	 */
	jobSpread?: number;
	/** The part of a job's time that it waits as PENDING_QUEUE, 0 to 1. Default 0.2. */
	pendingShare?: number;
	/** How many unfinished jobs the account may have, waiting ones included. Default 10. */
	slots?: number;
	/** How a full queue is refused: with status 499, or with 400 and "queue is full". Default 499. */
	fullQueue?: 499 | 400;
	/** Quota at the start. Default 1000. */
	balance?: number;
	/** What a job costs in each mode. Default relax 2, fast 3, turbo 6. */
	prices?: Partial<Record<Mode, number>>;
	/** Whether the account is blocked: every call gets 403. Default false. */
	blocked?: boolean;
	/** Pay per use, or hold: there `images` is null although asked for. Default `ppu`. */
	account?: 'ppu' | 'hold';
	/**
	 * The spelling of the answers: as on TTAPI's older page (`seed`), or as newer ones have it (docs/ttapi.md, Two dialects).
	 * Default `seed`.
	 */
	dialect?: Dialect;
	/** Single spellings that differ from the dialect. */
	spelling?: Partial<Spelling>;
	/**
	 * Whether fetch takes its dialect's method only (405 for the other one). Those of edits and videos, which the older
	 * page does not have, then take GET. Default false: both.
	 */
	strictFetch?: boolean;
	/**
	 * Where videos are fetched: at `/midjourney/video/fetch`, or with the images at `/midjourney/v1/fetch`, while the
	 * other one is 404. Default `own`.
	 */
	videoFetch?: 'own' | 'image';
	/** Whether the host has the job history (fetch-list); else 404. Default true. */
	history?: boolean;
	/** English words that promptCheck and imagine refuse. Default `sexy`. */
	bannedWords?: string[];
	/** The longer side of a grid, in pixels. Default 1024. */
	pictureSize?: number;
	/** What each picture is made up to, in bytes, by something in it that shows nothing. Default 0: as drawn. */
	pictureBytes?: number;
	/** Milliseconds between two tries of a callback. Default 2000. */
	callbackRetryMs?: number;
	/** Milliseconds that a callback waits for its answer. Default 10,000. */
	callbackPatienceMs?: number;
	/** Seeds everything that is drawn at random: spread and faults. Default 1. */
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
	jobSpread: 0,
	pendingShare: 0.2,
	slots: 10,
	fullQueue: 499,
	balance: 1000,
	blocked: false,
	account: 'ppu',
	strictFetch: false,
	videoFetch: 'own',
	history: true,
	bannedWords: ['sexy'],
	pictureSize: 1024,
	pictureBytes: 0,
	callbackRetryMs: 2000,
	callbackPatienceMs: 10_000,
	seed: 1,
} as const;

const defaultJobMs: Record<Mode, number> = { relax: 8000, fast: 4000, turbo: 2000 };
const defaultPrices: Record<Mode, number> = { relax: 2, fast: 3, turbo: 6 };

/** Fills in the defaults; an option that is undefined counts as left out. */
export function settle(given: SimulatorOptions): Settings {
	const isGiven = ([, value]: [string, unknown]) => value !== undefined;
	const {
		dialect = 'seed',
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
