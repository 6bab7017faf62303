import type { Clock } from '../jobs/clock';
import { TransientError, TtapiError } from '../jobs/errors';
import { type JobFamily } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { pollIntervals } from '../jobs/pollIntervals';
import type { TtapiClient } from '../transport/client';
import { fetchJob, isUnknownJob } from '../transport/fetchJob';
import { history, reachesBackTo, type PastJob } from '../transport/history';

/** Clocks differ: a job that TTAPI says is older by so much may still be ours. */
const CLOCK_SKEW_MS = 60_000;

/**
 * After this time a job has ended, in ms: TTAPI's highest job timeout is 20 minutes, and whether the time in line counts is
 * not known.
 */
const SURELY_ENDED_MS = 60 * 60_000;

/** How many jobs are asked for their callback URL at a time. */
const MOST_LOOKS = 10;

/** A submit of which nobody knows whether TTAPI took it. */
export interface DoubtfulSubmit {
	family: JobFamily;
	action: string;
	prompt?: string | null;
	/** When it was sent, in ms since 1970. */
	sentAt: number;
	/** What makes its callback URL unlike any other, where it had one. */
	mark?: string;
}

/** What TTAPI's history says about a doubtful submit. */
export type Found =
	/** Surely this one: TTAPI itself repeats its callback URL. */
	| { kind: 'job'; jobId: string }
	/** Jobs that may be it, the likely ones first. `isLikely`: one of them ended after the search began. */
	| { kind: 'candidates'; jobIds: string[]; isLikely: boolean }
	/** None so far. `isProof`: it can be none any more, so nothing was paid. */
	| { kind: 'none'; isProof: boolean }
	/** The host has no history of such jobs, or cannot be asked. */
	| { kind: 'unknown' };

export interface Seeker {
	client: TtapiClient;
	clock: Clock;
	/** Whether the job is known to be another item's. */
	isKnown: (jobId: string) => boolean;
}

/**
 * Looks for the job of a doubtful submit in the account's history: free of charge. The history lists a job when it has
 * ended, so this takes as long as a job does. Throws nothing but a StoppedError.
 * @param patienceMs how long to look for it; it is looked for once at least
 * @param firstIntervalMs how long until the second look, in ms
 */
export async function seekJob(
	seeker: Seeker,
	submit: DoubtfulSubmit,
	patienceMs: number,
	firstIntervalMs: number,
): Promise<Found> {
	const { clock } = seeker;
	const deadline = clock.now() + patienceMs;
	const intervals = pollIntervals(firstIntervalMs);
	const search: Search = { looked: new Map() };
	for (;;) {
		const found = await seekOnce(seeker, submit, search).catch(onlyTtapi);
		const isTrouble = found instanceof TransientError;
		const isOpen = isTrouble || (!(found instanceof TtapiError) && isSoughtOn(found, submit));
		const wait = Math.max(intervals.next().value, (isTrouble && found.retryAfterMs) || 0);
		if (!isOpen || clock.now() + wait >= deadline) {
			if (found instanceof TtapiError) return { kind: 'unknown' };
			// Whether the history lists edits and videos is not known: that it has none proves nothing.
			const isListed = submit.family === 'image';
			return found.kind === 'none' && !isListed ? { kind: 'unknown' } : found;
		}
		await clock.sleep(wait);
	}
}

/** Jobs with its prompt do not end the search where its callback URL will tell it, nor if they may all be older. */
const isSoughtOn = (found: Found, { mark }: DoubtfulSubmit): boolean =>
	(found.kind === 'none' && !found.isProof) ||
	(found.kind === 'candidates' && (mark !== undefined || !found.isLikely));

function onlyTtapi(error: unknown): TtapiError {
	if (error instanceof TtapiError) return error;
	throw error;
}

/** What the looks at the history have in common. */
interface Search {
	/** The jobs that were asked for their callback URL: whether it is that of another submit. */
	looked: Map<string, boolean>;
	/** The jobs that had ended before the first look. */
	before?: Set<string>;
}

async function seekOnce(seeker: Seeker, submit: DoubtfulSubmit, search: Search): Promise<Found> {
	const { looked } = search;
	const latest = await history(seeker.client);
	const since = submit.sentAt - CLOCK_SKEW_MS;
	const unknown = latest.jobs.filter(
		({ job, submittedBy }) =>
			!seeker.isKnown(job.jobId) && (submittedBy === undefined || submittedBy >= since),
	);
	// What the history calls edits and videos is not known.
	const ofItsKind = unknown.filter(
		({ job: { action } }) =>
			action === null || action === submit.action || submit.family !== 'image',
	);
	const withItsPrompt = ofItsKind.filter((past) => hasPrompt(past, submit));
	if (submit.mark !== undefined) {
		// TTAPI may have translated the prompt: then the youngest jobs are looked at.
		const likely = withItsPrompt.length > 0 ? withItsPrompt : ofItsKind;
		for (const {
			job: { jobId },
		} of likely.slice(0, MOST_LOOKS)) {
			if (looked.has(jobId)) continue;
			const hookUrl = await hookUrlOf(seeker.client, jobId, submit.family);
			if (hookUrl.includes(submit.mark)) return { kind: 'job', jobId };
			looked.set(jobId, hookUrl !== '');
		}
	}
	const before = (search.before ??= new Set(unknown.map(({ job }) => job.jobId)));
	const jobIds = withItsPrompt
		.map(({ job }) => job.jobId)
		.filter((jobId) => !looked.get(jobId))
		.sort((a, b) => Number(before.has(a)) - Number(before.has(b)));
	if (jobIds.length > 0) return { kind: 'candidates', jobIds, isLikely: !before.has(jobIds[0]) };
	const isOver = seeker.clock.now() - submit.sentAt > SURELY_ENDED_MS;
	// Of whatever kind: TTAPI may call it, or its prompt, by another name.
	return { kind: 'none', isProof: isOver && unknown.length === 0 && reachesBackTo(latest, since) };
}

/** The callback URL that TTAPI names for the job; empty where it names none. */
async function hookUrlOf(client: TtapiClient, jobId: string, family: JobFamily): Promise<string> {
	const answer = await fetchJob(client, jobId, family).catch((error: unknown) => {
		if (isUnknownJob(error)) return undefined;
		throw error;
	});
	const data = answer?.body.data;
	return isRecord(data) && typeof data.hookUrl === 'string' ? data.hookUrl : '';
}

const hasPrompt = ({ job: { prompt } }: PastJob, submit: DoubtfulSubmit): boolean =>
	!submit.prompt || (prompt !== null && normalised(prompt) === normalised(submit.prompt));

const normalised = (prompt: string): string => prompt.trim().replace(/\s+/g, ' ');
