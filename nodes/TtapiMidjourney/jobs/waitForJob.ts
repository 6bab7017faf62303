import type { Clock } from './clock';
import { ReadAgainError, onlyPassing } from './errors';
import { isFinished, type JobAnswer } from './job';
import { lookIntervals, type Durations } from './lookTimes';

export interface Wait {
	clock: Clock;
	/** Fetches the job once. Throws ReadAgainError where another look may work. */
	look: () => Promise<JobAnswer>;
	/** When the job was submitted (or, where that is not known, when the waiting began), in ms of the clock. */
	since: number;
	/** How long to wait, counted from `since`, in ms. */
	maxWaitMs: number;
	/** How long until the first look, in ms. */
	firstIntervalMs: number;
	/** Look once right away: for a job that may have ended long ago. */
	lookNow?: boolean;
	/** What the jobs of this run have taught about their duration. */
	durations?: Durations;
	/** Hand the job over after the first look, unless it has ended. */
	lookOnce?: boolean;
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
	trouble?: ReadAgainError;
}

/**
 * Looks at one job until it has ended or the time is up. Looks at least once, and the last time when the time is up.
 * Looks that do not work are repeated; only what cannot get better (job unknown, key refused) and Stop throw.
 */
export async function waitForJob(wait: Wait): Promise<WaitOutcome> {
	const { clock, look, since, maxWaitMs, durations, handOver } = wait;
	const deadline = since + maxWaitMs;
	const intervals = lookIntervals(
		wait.firstIntervalMs,
		wait.lookNow ? undefined : durations?.typical(),
	);
	let answer: JobAnswer | undefined;
	let trouble: ReadAgainError | undefined;
	let unfinishedAt: number | undefined;
	let pause = wait.lookNow ? 0 : intervals.next().value;

	for (;;) {
		const timeLeft = deadline - clock.now();
		if (pause > 0) {
			const slept = clock.sleep(Math.max(0, Math.min(pause, timeLeft))).then(() => false);
			const isHandedOver = await Promise.race(
				handOver ? [slept, handOver.then(() => true)] : [slept],
			);
			if (isHandedOver) {
				return { answer, end: 'handedOver', waitedMs: clock.now() - since, trouble };
			}
		}
		const seen = await look().catch(onlyPassing);
		trouble = seen instanceof ReadAgainError ? seen : undefined;
		if (!(seen instanceof ReadAgainError)) answer = seen;
		const waited = clock.now() - since;
		if (answer && !trouble && isFinished(answer.job)) {
			durations?.note(waited, unfinishedAt);
			return { answer, end: 'finished', waitedMs: waited };
		}
		if (!trouble) unfinishedAt = waited;
		if (clock.now() >= deadline) return { answer, end: 'timedOut', waitedMs: waited, trouble };
		if (wait.lookOnce) return { answer, end: 'handedOver', waitedMs: waited, trouble };
		pause = Math.max(intervals.next().value, trouble?.retryAfterMs ?? 0);
	}
}
