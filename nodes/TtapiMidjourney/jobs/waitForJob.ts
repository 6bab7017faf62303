import type { Clock } from './clock';
import { KeyRefusedError, TransientError, rethrowUnlessTransient } from './errors';
import { isFinished, type JobAnswer } from './job';
import { growingWaits, nextLookAt } from './schedule';

/** How long to go on looking if the last look failed, in ms: the machine may have slept past the end of the wait. */
const GRACE_MS = 30_000;

const GRACE_INTERVAL_MS = 5_000;

/** The first wait after a look that failed, in ms. */
const TROUBLE_MS = 2_000;

/** How often in a row TTAPI refuses the key before that is believed. */
const MOST_KEY_REFUSALS = 3;

export interface Wait {
	clock: Clock;
	/** Fetches the job once. Throws a TransientError if another look may work. */
	poll: () => Promise<JobAnswer>;
	/** When the job was submitted, in ms of the clock. If that is unknown, when the wait began. */
	since: number;
	/** How long to wait, counted from `since`, in ms. */
	maxWaitMs: number;
	/** When the wait ends even before that, in ms of the clock. */
	endsAt?: number;
	/** The longest time until the first look, in ms. */
	firstIntervalMs: number;
	/** Whether to look once right away: for a job that may have finished long ago. */
	pollNow?: boolean;
	/** How long jobs of its kind take, as far as that is known. */
	usual?: {
		/** How long the shortest of the latest took, in ms; undefined if none has ended. */
		shortest: () => number | undefined;
		/** Tells when the first one has ended. Returns a function that ends that. */
		onFirst: (tell: () => void) => () => void;
	};
	/** Whether to hand the job over after the first look, unless it has finished. */
	pollOnce?: boolean;
	/** Resolves when somebody else takes over the wait: from then on an unfinished job is handed over. */
	handOver?: Promise<void>;
}

export interface WaitOutcome {
	/** The last answer; undefined if no look worked. */
	answer?: JobAnswer;
	/** Whether the job finished, the time ran out, or the unfinished job was handed over. */
	end: 'finished' | 'timedOut' | 'handedOver';
	/** How long the job took, or was waited for, in ms after `since`. */
	waitedMs: number;
	/** Why the last look failed, if it did. */
	trouble?: TransientError;
}

/**
 * Looks at one job until it finishes or the time runs out, at least once, and for the last time when the time is up. Looks that
 * fail are repeated; if the last one fails, for half a minute more, but not past `endsAt`. Throws only errors that another look
 * can't mend (unknown job, a key that is refused three times in a row), and a StoppedError.
 */
export async function waitForJob(wait: Wait): Promise<WaitOutcome> {
	let hurry = () => {};
	const forget = wait.usual?.onFirst(() => hurry());
	const hurried = async () => await new Promise<void>((resolve) => (hurry = resolve));
	return await lookUntilEnd(wait, hurried).finally(forget);
}

/** @param hurried resolves when the first job of its kind has ended */
async function lookUntilEnd(wait: Wait, hurried: () => Promise<void>): Promise<WaitOutcome> {
	const { clock, since, maxWaitMs, endsAt = Infinity, firstIntervalMs, usual } = wait;
	const look = patientLook(wait.poll);
	const age = () => clock.now() - since;
	let deadline = Math.min(since + maxWaitMs, endsAt);
	let inGrace = false;
	let answer: JobAnswer | undefined;
	let trouble: TransientError | undefined;
	let waits = growingWaits(TROUBLE_MS);
	let lookedAt = 0;
	/** When the next look is due because of something else than the job's age, in ms of the clock. */
	let dueAt = wait.pollNow ? clock.now() : undefined;

	for (;;) {
		const due = dueAt ?? since + nextLookAt(lookedAt, firstIntervalMs, usual?.shortest());
		const event = await untilDue(wait, Math.min(due, deadline), hurried);
		if (event === 'handedOver') return { answer, end: 'handedOver', waitedMs: age(), trouble };
		if (event === 'firstEnded') continue;
		const seen = await look();
		trouble = seen instanceof TransientError ? seen : undefined;
		if (!(seen instanceof TransientError)) {
			answer = seen;
			waits = growingWaits(TROUBLE_MS);
			if (isFinished(seen.job)) return { answer, end: 'finished', waitedMs: age() };
		}
		if (trouble && !inGrace && !wait.pollOnce && clock.now() >= deadline) {
			inGrace = true;
			deadline = Math.min(clock.now() + GRACE_MS, endsAt);
		}
		const isOver = clock.now() >= deadline || (inGrace && !trouble);
		if (isOver) return { answer, end: 'timedOut', waitedMs: age(), trouble };
		if (wait.pollOnce) return { answer, end: 'handedOver', waitedMs: age(), trouble };
		lookedAt = age();
		dueAt = undefined;
		if (trouble) {
			const again = Math.max(waits.next().value, trouble.retryAfterMs ?? 0);
			dueAt = clock.now() + (inGrace ? GRACE_INTERVAL_MS : again);
		}
	}
}

/** A look that gives a TransientError back; one refusal of the key is one, too. */
function patientLook(poll: Wait['poll']): () => Promise<JobAnswer | TransientError> {
	let keyRefusals = 0;
	return async () => {
		const seen = await poll().catch((error: unknown) => {
			keyRefusals = error instanceof KeyRefusedError ? keyRefusals + 1 : 0;
			const isOdd = error instanceof KeyRefusedError && keyRefusals < MOST_KEY_REFUSALS;
			return isOdd ? new TransientError(error.message, error) : rethrowUnlessTransient(error);
		});
		if (!(seen instanceof TransientError)) keyRefusals = 0;
		return seen;
	};
}

/** Sleeps until the next look is due, or until something else comes before. */
async function untilDue(
	{ clock, handOver }: Wait,
	due: number,
	hurried: () => Promise<void>,
): Promise<'due' | 'handedOver' | 'firstEnded'> {
	const wait = due - clock.now();
	if (wait <= 0) return 'due';
	const events: Array<Promise<'due' | 'handedOver' | 'firstEnded'>> = [
		clock.sleep(wait).then(() => 'due'),
	];
	if (handOver) events.push(handOver.then(() => 'handedOver'));
	events.push(hurried().then(() => 'firstEnded'));
	return await Promise.race(events);
}
