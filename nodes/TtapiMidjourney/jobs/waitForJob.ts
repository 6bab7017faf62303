import type { Clock } from './clock';
import { TransientError, rethrowUnlessTransient } from './errors';
import { isFinished, type JobAnswer } from './job';
import type { Durations, Pending } from './durations';
import { pollIntervals } from './pollIntervals';

export interface Wait {
	clock: Clock;
	/** Fetches the job once. Throws a TransientError if another poll may work. */
	poll: () => Promise<JobAnswer>;
	/** When the job was submitted, in ms of the clock. If that is unknown, when the wait began. */
	since: number;
	/** How long to wait, counted from `since`, in ms. */
	maxWaitMs: number;
	/** When the wait ends even before that, in ms of the clock. */
	endsAt?: number;
	firstIntervalMs: number;
	/** Whether to poll once right away: for a job that may have finished long ago. */
	pollNow?: boolean;
	/** What this run has learned about how long its jobs take. */
	durations?: Durations;
	/** Whether to hand the job over after the first poll, unless it has finished. */
	pollOnce?: boolean;
	/** Resolves when somebody else takes over the wait: from then on an unfinished job is handed over. */
	handOver?: Promise<void>;
}

export interface WaitOutcome {
	/** The last answer; undefined if no poll worked. */
	answer?: JobAnswer;
	/** Whether the job finished, the time ran out, or the unfinished job was handed over. */
	end: 'finished' | 'timedOut' | 'handedOver';
	/** How long the job took, or was waited for, in ms after `since`. */
	waitedMs: number;
	/** Why the last poll failed, if it did. */
	trouble?: TransientError;
}

/**
 * Polls one job until it finishes or the time runs out, at least once, and for the last time when the time is up. Polls that
 * fail are retried. Throws only errors that a retry can't fix (unknown job, refused key), and a StoppedError.
 */
export async function waitForJob(wait: Wait): Promise<WaitOutcome> {
	const { durations } = wait;
	const pending = durations?.begin(wait.since);
	try {
		return await pollUntilEnd(wait, pending);
	} finally {
		if (pending) durations?.end(pending);
	}
}

async function pollUntilEnd(wait: Wait, pending?: Pending): Promise<WaitOutcome> {
	const { clock, poll, since, maxWaitMs, endsAt = Infinity, durations } = wait;
	const deadline = Math.min(since + maxWaitMs, endsAt);
	const aims = (wait.pollNow ? undefined : durations?.aims()) ?? [];
	const intervals = pollIntervals(wait.firstIntervalMs, aims);
	let answer: JobAnswer | undefined;
	let trouble: TransientError | undefined;
	let unfinishedAt: number | undefined;
	const left = [...aims];
	const nextDue = () => {
		const interval = intervals.next().value;
		const aim = left.shift();
		return aim === undefined ? clock.now() + interval : since + aim;
	};
	let due = wait.pollNow ? clock.now() : nextDue();

	for (;;) {
		if (await isHandedOverBefore(wait, Math.min(due, deadline), trouble ? undefined : pending)) {
			return { answer, end: 'handedOver', waitedMs: clock.now() - since, trouble };
		}
		const askedAt = clock.now() - since;
		const seen = await poll().catch(rethrowUnlessTransient);
		trouble = seen instanceof TransientError ? seen : undefined;
		if (!(seen instanceof TransientError)) answer = seen;
		const waited = clock.now() - since;
		if (answer && !trouble && isFinished(answer.job)) {
			// A failure comes early: it says nothing about how long the others take.
			if (answer.job.status === 'SUCCESS') {
				durations?.note(waited, unfinishedAt);
				durations?.hurryOthers();
			}
			return { answer, end: 'finished', waitedMs: waited };
		}
		if (!trouble) unfinishedAt = askedAt;
		if (pending) pending.unfinishedAt = unfinishedAt ?? 0;
		if (clock.now() >= deadline) return { answer, end: 'timedOut', waitedMs: waited, trouble };
		if (wait.pollOnce) return { answer, end: 'handedOver', waitedMs: waited, trouble };
		// An early poll doesn't replace the one that is due.
		if (due <= clock.now()) due = nextDue();
		due = Math.max(due, clock.now() + (trouble?.retryAfterMs ?? 0));
	}
}

/**
 * Sleeps until the next poll is due; `pending` may bring that forward.
 * @returns whether the job was handed over before
 */
async function isHandedOverBefore(
	{ clock, handOver }: Wait,
	due: number,
	pending?: Pending,
): Promise<boolean> {
	if (pending) pending.due = due;
	for (;;) {
		const pause = (pending?.due ?? due) - clock.now();
		if (pause <= 0) break;
		const ways = [clock.sleep(pause).then(() => false)];
		if (pending) ways.push(new Promise((resolve) => (pending.wake = () => resolve(false))));
		if (handOver) ways.push(handOver.then(() => true));
		if (await Promise.race(ways)) return true;
	}
	// While this poll is under way, no other is to be brought forward.
	if (pending) pending.due = -Infinity;
	return false;
}
