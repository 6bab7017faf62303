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
 * @param aims ms after which the job may have ended, ascending: then the first looks are there, and short waits follow
 * @param random 0..1, for the jitter
 */
export function* pollIntervals(
	first: number,
	aims: number[] = [],
	random: () => number = Math.random,
): Generator<number, never> {
	let next = first;
	let last = 0;
	for (const aim of aims) {
		// Not varied: a look just before the usual end is a look in vain.
		yield Math.round(aim - last);
		last = aim;
		next = Math.min(first, Math.max(SHORTEST_AFTER_AIM_MS, aim * PART_AFTER_AIM));
	}
	for (;;) {
		const varied = next * (1 + JITTER * (2 * random() - 1));
		// A first interval that the user wants longer than the longest stays as it is.
		yield Math.round(Math.min(varied, Math.max(first, LONGEST_INTERVAL_MS)));
		next = Math.max(next, Math.min(next * GROWTH, LONGEST_INTERVAL_MS));
	}
}
