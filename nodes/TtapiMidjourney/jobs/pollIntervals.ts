const GROWTH = 1.2;
const MAX_INTERVAL_MS = 30_000;
/** Each interval varies by up to this fraction, so that many executions don't poll at the same moment. */
const JITTER = 0.05;
/** If a poll aimed at a job's usual duration is too early, the next one follows after this fraction of that duration. */
const PART_AFTER_AIM = 0.1;
const MIN_AFTER_AIM_MS = 1_000;

/**
 * The waits between the polls of one job, in whole ms, without end. Each is a fifth longer than the one before, up to 30 s.
 * @param first the wait before the first poll, in ms
 * @param aims the ages at which the job has likely finished, in ms, ascending: the first polls come then, and short waits follow
 * @param random from 0 to 1, for the jitter
 */
export function* pollIntervals(
	first: number,
	aims: number[] = [],
	random: () => number = Math.random,
): Generator<number, never> {
	let next = first;
	let last = 0;
	for (const aim of aims) {
		// No jitter: a poll just before the job finishes is wasted.
		yield Math.round(aim - last);
		last = aim;
		next = Math.min(first, Math.max(MIN_AFTER_AIM_MS, aim * PART_AFTER_AIM));
	}
	for (;;) {
		const varied = next * (1 + JITTER * (2 * random() - 1));
		// The user may want a first interval of more than 30 s.
		yield Math.round(Math.min(varied, Math.max(first, MAX_INTERVAL_MS)));
		next = Math.max(next, Math.min(next * GROWTH, MAX_INTERVAL_MS));
	}
}
