/** When the first look at a job is due, in ms, by mode: a part of its usual duration, so that a look is rarely in vain. */
export const FIRST_INTERVAL_MS: Record<string, number> = {
	turbo: 3_000,
	fast: 5_000,
	relax: 10_000,
};

const GROWTH = 1.2;
const LONGEST_INTERVAL_MS = 30_000;
/** Each interval is varied by up to this part, so that many executions do not ask at the same moment. */
const JITTER = 0.05;
/** A look that was aimed at the usual duration and came too early is repeated after this part of it. */
const PART_AFTER_AIM = 0.1;
const SHORTEST_AFTER_AIM_MS = 1_000;

/**
 * The waits between two looks at one job, in whole ms (timers cut the rest off), without end.
 * The first is `first`, each further one is longer by a fifth, up to 30 s.
 * @param first ms until the first look
 * @param aim ms after which the job is expected to have ended: then the first look is there, and short waits follow
 * @param random 0..1, for the jitter
 */
export function* lookIntervals(
	first: number,
	aim?: number,
	random: () => number = Math.random,
): Generator<number, never> {
	let next = first;
	if (aim !== undefined) {
		// Not varied: a look just before the usual end is a look in vain.
		yield Math.round(aim);
		next = Math.min(first, Math.max(SHORTEST_AFTER_AIM_MS, aim * PART_AFTER_AIM));
	}
	for (;;) {
		const varied = next * (1 + JITTER * (2 * random() - 1));
		// A first interval that the user wants longer than the longest stays as it is.
		yield Math.round(Math.min(varied, Math.max(first, LONGEST_INTERVAL_MS)));
		next = Math.max(next, Math.min(next * GROWTH, LONGEST_INTERVAL_MS));
	}
}

/** A job ended somewhere between two looks: early in between is assumed, as a look in vain costs less than a slot that stands idle. */
const PART_OF_THE_GAP = 1 / 3;
/** A job that had ended at the first look ended some time before it. */
const PART_OF_A_FIRST_LOOK = 0.95;
const SEEN_AT_MOST = 30;

/** Learns how long the jobs of one run take, so that the first look at the next job comes when it is likely to have ended. */
export class Durations {
	private readonly seen: number[] = [];

	/**
	 * Notes one ended job; the latest 30 count.
	 * @param finishedAt ms after the submit at which it was seen finished
	 * @param unfinishedAt ms after the submit at which it was last seen unfinished; undefined where it was never
	 */
	note(finishedAt: number, unfinishedAt?: number): void {
		this.seen.push(
			unfinishedAt === undefined
				? finishedAt * PART_OF_A_FIRST_LOOK
				: unfinishedAt + (finishedAt - unfinishedAt) * PART_OF_THE_GAP,
		);
		if (this.seen.length > SEEN_AT_MOST) this.seen.shift();
	}

	/** The median of the durations seen, in ms; undefined as long as no job has ended. */
	typical(): number | undefined {
		const sorted = [...this.seen].sort((a, b) => a - b);
		return sorted[Math.floor(sorted.length / 2)];
	}
}
