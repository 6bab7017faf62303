/**
 * When to look at a job. As long as none of its kind has ended, it is looked at again when it is a fifth older. Once one has, a
 * look comes when the job is nearly as old as the shortest of the latest ones, until then whenever its age has doubled, and from
 * then on whenever it is 4.6 % older. So an end is noticed late by 2 % of the job's time on average, however long that is: more
 * looks would gain little, fewer would leave slots empty. The first interval that the user chooses is the longest time until the
 * first look.
 */
const GROWTH = { unknown: 0.2, tooEarly: 1, known: 0.046 };
const LEAST_MS = 500;
const MOST_MS = 30_000;
/** When a job is nearly as old as the shortest, as a part of its time. */
const NEARLY = 0.9;
const MOST_SEEN = 40;

/**
 * The age of a job at which to look at it next, in ms.
 * @param age at the last look; 0 if there was none
 * @param firstMs the longest time until the first look
 * @param shortestMs how long the shortest of the latest jobs of its kind took; undefined if none has ended
 */
export function nextLookAt(age: number, firstMs: number, shortestMs?: number): number {
	const begin = NEARLY * (shortestMs ?? Infinity);
	if (age === 0) return Math.min(firstMs, begin);
	if (shortestMs === undefined) return later(age, GROWTH.unknown);
	const next = later(age, GROWTH.known);
	return next < begin ? Math.min(later(age, GROWTH.tooEarly), begin) : next;
}

/** The same for a job of which nothing is known but that somebody needs its slot. */
export const nextUrgentLookAt = (age: number): number => later(age, GROWTH.known);

const later = (age: number, growth: number): number =>
	age + Math.min(Math.max(age * growth, LEAST_MS), MOST_MS);

/** How long the account's latest jobs took, by their kind: those of one action and mode take about as long. */
export class Durations {
	private readonly seen = new Map<string, number[]>();

	/** Who wants to hear of the first one of a kind. */
	private readonly listeners = new Map<string, Set<() => void>>();

	/** Notes a job that succeeded: a failure comes early, and says nothing about the others. */
	note(kind: string, ms: number): void {
		const seen = [...(this.seen.get(kind) ?? []), ms].slice(-MOST_SEEN);
		// The kind that was seen last is the last one in the map, and the first one is dropped.
		this.seen.delete(kind);
		this.seen.set(kind, seen);
		if (this.seen.size > MOST_SEEN) this.seen.delete(this.seen.keys().next().value!);
		this.listeners.get(kind)?.forEach((tell) => tell());
		this.listeners.delete(kind);
	}

	/** How long the shortest of the latest 40 took, in ms; undefined if none has ended. */
	shortest(kind: string): number | undefined {
		const seen = this.seen.get(kind);
		return seen && Math.min(...seen);
	}

	/** Tells when the first one of a kind has ended. @returns a function that ends that */
	onFirst(kind: string, tell: () => void): () => void {
		const listeners = this.listeners.get(kind) ?? new Set();
		this.listeners.set(kind, listeners.add(tell));
		return () => void listeners.delete(tell);
	}
}

const WAIT_GROWTH = 1.2;
/** Each wait varies by up to this fraction, so that many executions don't ask at the same moment. */
const JITTER = 0.05;

/**
 * The waits between the tries of one thing, in whole ms, without end: each is a fifth longer than the one before, up to 30 s.
 * @param first in ms
 * @param random from 0 to 1, for the jitter
 */
export function* growingWaits(
	first: number,
	random: () => number = Math.random,
): Generator<number, never> {
	for (let next = first; ; next = Math.max(next, Math.min(next * WAIT_GROWTH, MOST_MS))) {
		const varied = next * (1 + JITTER * (2 * random() - 1));
		// The first wait may be longer than that.
		yield Math.round(Math.min(varied, Math.max(first, MOST_MS)));
	}
}
