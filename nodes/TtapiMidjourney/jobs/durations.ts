/** A job that is being polled. */
export interface Pending {
	/** When it was submitted, in ms of the clock. */
	since: number;
	/** Its age at the last poll that found it unfinished, in ms. */
	unfinishedAt: number;
	/** When it is polled next, in ms of the clock; -Infinity while the next poll must not come any sooner. */
	due: number;
	/** Called when `due` has become earlier. */
	wake: () => void;
}

/** A job finished somewhere between two polls. Early in that gap is assumed: a wasted poll costs less than an idle slot. */
const PART_OF_THE_GAP = 1 / 3;
/** A job that is finished at its first poll finished some time before it. */
const PART_OF_A_FIRST_POLL = 0.95;
const MAX_SEEN = 30;

/** How far apart the times of equally long jobs may seem: requests take time, too. */
const ALIKE_WITHIN = 1.03;
/** How close the bounds of a duration must be for it to count as known. */
const KNOWN_WITHIN = 1.02;
/** Polls aim just after the expected finish: just before it they would be wasted. */
const AFTER_THE_FINISH = 1.005;
const MIN_BETWEEN_AIMS_MS = 250;
/** Multiples of the golden ratio, modulo 1, fill an interval evenly, however many there are. */
const GOLDEN_RATIO = 0.618;

/**
 * Learns how long the jobs of one run take, so that the first poll of the next job comes when it has likely finished. As
 * long as all jobs seem equally long, their first polls are spread over the time in which they may finish. Once one is
 * found finished, the others are polled at the same age.
 */
export class Durations {
	/** For each finished job: its age when last seen unfinished, when seen finished, and likely when it finished. */
	private readonly seen: Array<{ after: number; by: number; estimate: number }> = [];

	private readonly pending = new Set<Pending>();

	/** Where between the bounds the last first poll was aimed, from 0 to 1. */
	private part = 0;

	begin(since: number): Pending {
		const pending = { since, unfinishedAt: 0, due: -Infinity, wake: () => {} };
		this.pending.add(pending);
		return pending;
	}

	end(pending: Pending): void {
		this.pending.delete(pending);
	}

	/**
	 * Notes a job that succeeded; the latest 30 count.
	 * @param by its age when it was seen finished, in ms
	 * @param after its age when it was last seen unfinished, in ms; undefined if it never was
	 */
	note(by: number, after?: number): void {
		const estimate =
			after === undefined ? by * PART_OF_A_FIRST_POLL : after + (by - after) * PART_OF_THE_GAP;
		this.seen.push({ after: after ?? 0, by, estimate });
		if (this.seen.length > MAX_SEEN) this.seen.shift();
	}

	/** As long as the jobs seem alike, brings their polls forward to the youngest age at which one was seen finished. */
	hurryOthers(): void {
		const { lower, upper } = this.bounds();
		if (lower >= upper) return;
		for (const pending of this.pending) {
			if (pending.unfinishedAt >= upper || pending.since + upper >= pending.due) continue;
			pending.due = pending.since + upper;
			pending.wake();
		}
	}

	/** The ages at which to poll the next job, in ms; none until a job has finished. */
	aims(): number[] {
		if (this.seen.length === 0) return [];
		const { lower, upper } = this.bounds();
		if (lower > upper * ALIKE_WITHIN) {
			const sorted = this.seen.map(({ estimate }) => estimate).sort((a, b) => a - b);
			return [sorted[Math.floor(sorted.length / 2)]];
		}
		const last = Math.max(lower, upper) * AFTER_THE_FINISH;
		if (upper < lower * KNOWN_WITHIN) return [last];
		this.part = (this.part + GOLDEN_RATIO) % 1;
		const first = lower + (upper - lower) * this.part;
		return last - first < MIN_BETWEEN_AIMS_MS ? [last] : [first, last];
	}

	/** Between which ages all jobs finish, if they are equally long. */
	private bounds(): { lower: number; upper: number } {
		const upper = Math.min(...this.seen.map(({ by }) => by));
		const unfinished = [...this.pending].map(({ unfinishedAt }) => unfinishedAt);
		// Nothing is known about the time before the first poll; half of it is a guess.
		const lower = Math.max(upper / 2, ...this.seen.map(({ after }) => after), ...unfinished);
		return { lower, upper };
	}
}
