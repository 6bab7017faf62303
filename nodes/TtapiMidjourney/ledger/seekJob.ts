import { MAX_SKEW_MS, type Clock } from '../jobs/clock';
import { TransientError, TtapiError } from '../jobs/errors';
import { type JobFamily } from '../jobs/job';
import { growingWaits } from '../jobs/schedule';
import { reachesBackTo, type PastJob } from '../transport/history';
import type { SharedHistory } from './sharedHistory';

/** Times are not exact: by TTAPI's clock, our job may be this much older than its submit. */
const TOLERANCE_MS = 60_000;

/**
 * How old a job must be to have finished for certain, in ms. TTAPI's highest job timeout is 20 minutes, but it is not known
 * whether the time in its queue counts.
 */
const SURELY_FINISHED_MS = 60 * 60_000;

/** How many jobs are fetched for their callback URL after each look into the history. */
const MAX_FETCHES = 10;

/** A submit that TTAPI may or may not have accepted. */
export interface DoubtfulSubmit {
	family: JobFamily;
	action: string;
	prompt?: string | null;
	/** When it was sent, in ms since 1970. */
	sentAt: number;
	/** How far TTAPI's clock was ahead of n8n's then, in ms, if that was known. */
	skewMs?: number;
	/** The unique part of its callback URL, if it had one. */
	mark?: string;
}

/** What TTAPI's history says about a doubtful submit. */
export type SearchResult =
	/** Certainly its job: TTAPI repeats its callback URL. */
	| { kind: 'job'; jobId: string }
	/** Jobs that may be it, the likely ones first. `isLikely`: the first one finished after the search began. */
	| { kind: 'candidates'; jobIds: string[]; isLikely: boolean }
	/** No such job so far. `isProof`: there won't be one any more, so nothing was paid. */
	| { kind: 'none'; isProof: boolean }
	/** The host has no history of such jobs, or it couldn't be read. */
	| { kind: 'unknown' };

export interface SearchContext {
	clock: Clock;
	history: SharedHistory;
	/** Whether the job is known to be another item's. */
	isKnown: (jobId: string) => boolean;
}

/**
 * Searches the account's history for the job of a doubtful submit, free of charge (docs/ttapi.md, History). The history only
 * lists finished jobs, so the search takes as long as the job does. Throws nothing but a StoppedError.
 * @param timeoutMs how long to search, in ms; the history is read at least once
 * @param firstIntervalMs how long to wait before reading it again, in ms
 */
export async function seekJob(
	context: SearchContext,
	submit: DoubtfulSubmit,
	timeoutMs: number,
	firstIntervalMs: number,
): Promise<SearchResult> {
	const { clock } = context;
	const deadline = clock.now() + timeoutMs;
	const intervals = growingWaits(firstIntervalMs);
	const progress: Progress = { fetched: new Map(), unknown: new Set() };
	for (;;) {
		const found = await seekOnce(context, submit, progress).catch(rethrowUnlessTtapi);
		const retryAfterMs = found instanceof TransientError ? found.retryAfterMs : undefined;
		const wait = Math.max(intervals.next().value, retryAfterMs ?? 0);
		if (isFinal(found, submit)) return resultOf(found, submit);
		const isLast = clock.now() + wait >= deadline;
		// What is left to compare is asked for at once, as long as TTAPI answers.
		if (!isLast) await clock.sleep(wait);
		else if (!progress.isCut || found instanceof TtapiError) return resultOf(found, submit);
	}
}

function rethrowUnlessTtapi(error: unknown): TtapiError {
	if (error instanceof TtapiError) return error;
	throw error;
}

/** Whether reading the history again would tell nothing more. */
function isFinal(found: SearchResult | TtapiError, { mark }: DoubtfulSubmit): boolean {
	if (found instanceof TtapiError) return !(found instanceof TransientError);
	if (found.kind === 'none') return found.isProof;
	// With a mark, only the callback URL counts. Without one, a candidate that finished after the search began is enough.
	if (found.kind === 'candidates') return mark === undefined && found.isLikely;
	return true;
}

function resultOf(found: SearchResult | TtapiError, { family }: DoubtfulSubmit): SearchResult {
	if (found instanceof TtapiError) return { kind: 'unknown' };
	// It is not known whether the history lists edits and videos, so finding none proves nothing.
	return found.kind === 'none' && family !== 'image' ? { kind: 'unknown' } : found;
}

/** What a search has learned from reading the history before. */
interface Progress {
	/** The jobs that were fetched for their callback URL, and whether they had one. */
	fetched: Map<string, boolean>;
	/** The jobs that only the history knew when they were to be fetched: they may be too new, so they are fetched again. */
	unknown: Set<string>;
	/** The jobs that had finished before the search began. */
	before?: Set<string>;
	/** Whether the last look has left out jobs whose callback URL may be the submit's. */
	isCut?: boolean;
}

async function seekOnce(
	{ history, clock, isKnown }: SearchContext,
	submit: DoubtfulSubmit,
	progress: Progress,
): Promise<SearchResult> {
	const { fetched, unknown: unfetched } = progress;
	progress.isCut = false;
	const latest = await history.latest();
	const { sentAt, now, since, knowsClock } = timesOf(submit, history.skewMs, clock);
	const unknown = latest.jobs.filter(({ job }) => !isKnown(job.jobId));
	const isRecent = ({ submittedBy = Infinity }: PastJob) => submittedBy >= since;
	if (submit.mark !== undefined) {
		// TTAPI may have translated the prompt, and the times may be wrong: so these only say which are compared first.
		const rank = (past: PastJob) =>
			4 * Number(!unfetched.has(past.job.jobId)) +
			2 * Number(hasPrompt(past, submit)) +
			Number(isRecent(past));
		const likely = unknown
			.filter(({ job }) => mayBeOfKind(job.action, submit) && !fetched.has(job.jobId))
			.map((past) => ({ jobId: past.job.jobId, rank: rank(past) }))
			.sort((a, b) => b.rank - a.rank);
		progress.isCut = likely.filter(({ jobId }) => !unfetched.has(jobId)).length > MAX_FETCHES;
		for (const { jobId } of likely.slice(0, MAX_FETCHES)) {
			const hookUrl = await history.hookUrlOf(jobId, submit.family);
			if (hookUrl?.includes(submit.mark)) return { kind: 'job', jobId };
			if (hookUrl === undefined) unfetched.add(jobId);
			else fetched.set(jobId, hookUrl !== '');
		}
	}
	const recent = unknown.filter(isRecent);
	const before = (progress.before ??= new Set(recent.map(({ job }) => job.jobId)));
	const candidates = recent
		.filter((past) => mayBeOfKind(past.job.action, submit) && hasPrompt(past, submit))
		.map(({ job }) => job.jobId)
		// A job with another callback URL is another submit's.
		.filter((jobId) => !fetched.get(jobId));
	const jobIds = [
		...candidates.filter((jobId) => !before.has(jobId)),
		...candidates.filter((jobId) => before.has(jobId)),
	];
	if (jobIds.length > 0) return { kind: 'candidates', jobIds, isLikely: !before.has(jobIds[0]) };
	const isOver = now - sentAt > SURELY_FINISHED_MS;
	// Any unknown job may be it, because the history may show another action or prompt.
	const isProof = isOver && knowsClock && recent.length === 0 && reachesBackTo(latest, since);
	return { kind: 'none', isProof };
}

/**
 * When the job was submitted, and what time it is, by TTAPI's clock if that is known. `since`: no such job is older, if
 * TTAPI's clock is known; otherwise it hardly is, and that proves nothing.
 */
function timesOf(submit: DoubtfulSubmit, skewNow: number | undefined, clock: Clock) {
	const skewThen = submit.skewMs ?? skewNow;
	const sentAt = submit.sentAt + (skewThen ?? 0);
	const now = clock.date() + (skewNow ?? skewThen ?? 0);
	const knowsClock = skewThen !== undefined;
	return { sentAt, now, since: sentAt - (knowsClock ? TOLERANCE_MS : MAX_SKEW_MS), knowsClock };
}

/** It is not known which actions the history shows for edits and videos, so for those every action counts. */
const mayBeOfKind = (action: string | null, submit: DoubtfulSubmit): boolean =>
	action === null || action === submit.action || submit.family !== 'image';

const hasPrompt = ({ job: { prompt } }: PastJob, submit: DoubtfulSubmit): boolean =>
	!submit.prompt || (prompt !== null && normalized(prompt) === normalized(submit.prompt));

const normalized = (prompt: string): string => prompt.trim().replace(/\s+/g, ' ');
