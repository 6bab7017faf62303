import type { Clock } from './clock';
import { TransientError, onlyTransient } from './errors';
import { isFinished, type JobAnswer } from './job';
import type { Durations, Pending } from './durations';
import { pollIntervals } from './pollIntervals';

export interface Wait {
	clock: Clock;
	/** Fetches the job once. Throws TransientError where another look may work. */
	poll: () => Promise<JobAnswer>;
	/** When the job was submitted (or, where that is not known, when the waiting began), in ms of the clock. */
	since: number;
	/** How long to wait, counted from `since`, in ms. */
	maxWaitMs: number;
	/** How long until the first poll, in ms. */
	firstIntervalMs: number;
	/** Look once right away: for a job that may have ended long ago. */
	pollNow?: boolean;
	/** What the jobs of this run have taught about their duration. */
	durations?: Durations;
	/** Hand the job over after the first poll, unless it has ended. */
	pollOnce?: boolean;
	/** Resolves when somebody else goes on waiting: from then on an unfinished job is handed over instead of looked at again. */
	handOver?: Promise<void>;
}

export interface WaitOutcome {
	/** The last answer; undefined when no look worked in the whole time. */
	answer?: JobAnswer;
	/** Whether the job has ended, or the time ran out before, or the unfinished job was handed over. */
	end: 'finished' | 'timedOut' | 'handedOver';
	/** How long it took, or was waited for, in ms since `since`. */
	waitedMs: number;
	/** Why the last look did not work, where it did not. */
	trouble?: TransientError;
}

/**
 * Looks at one job until it has ended or the time is up. Looks at least once, and the last time when the time is up.
 * Looks that do not work are repeated; only what cannot get better (job unknown, key refused) and Stop throw.
 */
export async function waitForJob(wait: Wait): Promise<WaitOutcome> {
	const { durations } = wait;
	const pending = durations?.begin(wait.since);
	try {
		return await lookUntilEnd(wait, pending);
	} finally {
		if (pending) durations?.end(pending);
	}
}

async function lookUntilEnd(wait: Wait, pending?: Pending): Promise<WaitOutcome> {
	const { clock, poll, since, maxWaitMs, durations } = wait;
	const deadline = since + maxWaitMs;
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
		const seen = await poll().catch(onlyTransient);
		trouble = seen instanceof TransientError ? seen : undefined;
		if (!(seen instanceof TransientError)) answer = seen;
		const waited = clock.now() - since;
		if (answer && !trouble && isFinished(answer.job)) {
			// A refusal comes early, and says nothing of the others.
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
		// A look before its time does not replace the one that is due.
		if (due <= clock.now()) due = nextDue();
		due = Math.max(due, clock.now() + (trouble?.retryAfterMs ?? 0));
	}
}

/**
 * Sleeps until the next look is due, or until it may be worth it before.
 * @returns whether somebody else goes on waiting
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
	// While the answer is on its way it is not to be asked for again.
	if (pending) pending.due = -Infinity;
	return false;
}
