/** A job that is waited for. */
export interface Pending {
	/** When it was submitted, in ms of the clock. */
	since: number;
	/** Its age when it was last seen unfinished, in ms. */
	unfinishedAt: number;
	/** When it is looked at next, in ms of the clock; -Infinity where that is not to be any earlier. */
	due: number;
	/** Tells whoever waits that `due` is earlier now. */
	wake: () => void;
}

/** A job ended somewhere between two looks: early in between is assumed, as a look in vain costs less than a slot that stands idle. */
const PART_OF_THE_GAP = 1 / 3;
/** A job that had ended at the first look ended some time before it. */
const PART_OF_A_FIRST_LOOK = 0.95;
const SEEN_AT_MOST = 30;

/** So far apart the times of jobs that take the same time may be: the answers themselves take theirs. */
const ALIKE_WITHIN = 1.03;
const KNOWN_WITHIN = 1.02;
/** A look just before the end would be in vain. */
const BEHIND_THE_END = 1.005;
const SHORTEST_BETWEEN_AIMS_MS = 250;
/** Parts of a whole that fill it evenly, however many of them there are. */
const GOLDEN = 0.618;

/**
 * Learns how long the jobs of one run take, so that the first look at the next job comes when it is likely to have ended.
 * As long as all jobs seem to take the same time, the first looks divide among them what is not known of it, and the first
 * job that is seen finished lets the others of its age be looked at, too.
 */
export class Durations {
	/** Of each ended job: the ages at which it was last seen unfinished, and seen finished. */
	private readonly seen: Array<{ after: number; by: number; estimate: number }> = [];

	private readonly pending = new Set<Pending>();

	/** Where in what is not known the last first look was. */
	private part = 0;

	/** Begins to wait for a job. */
	begin(since: number): Pending {
		const pending = { since, unfinishedAt: 0, due: -Infinity, wake: () => {} };
		this.pending.add(pending);
		return pending;
	}

	/** Nobody waits for the job any more. */
	end(pending: Pending): void {
		this.pending.delete(pending);
	}

	/**
	 * Notes one job that ended well; the latest 30 count.
	 * @param by ms after the submit at which it was seen finished
	 * @param after ms after the submit at which it was last seen unfinished; undefined where it was never
	 */
	note(by: number, after?: number): void {
		const estimate =
			after === undefined ? by * PART_OF_A_FIRST_LOOK : after + (by - after) * PART_OF_THE_GAP;
		this.seen.push({ after: after ?? 0, by, estimate });
		if (this.seen.length > SEEN_AT_MOST) this.seen.shift();
	}

	/** Hurries the looks at all jobs to the youngest age at which one was seen finished, as long as they seem alike. */
	hurryOthers(): void {
		const { lower, upper } = this.bounds();
		if (lower >= upper) return;
		for (const pending of this.pending) {
			if (pending.unfinishedAt >= upper || pending.since + upper >= pending.due) continue;
			pending.due = pending.since + upper;
			pending.wake();
		}
	}

	/** The ages at which to look at the next job, in ms; none as long as no job has ended. */
	aims(): number[] {
		if (this.seen.length === 0) return [];
		const { lower, upper } = this.bounds();
		if (lower > upper * ALIKE_WITHIN) {
			const sorted = this.seen.map(({ estimate }) => estimate).sort((a, b) => a - b);
			return [sorted[Math.floor(sorted.length / 2)]];
		}
		const end = Math.max(lower, upper) * BEHIND_THE_END;
		if (upper < lower * KNOWN_WITHIN) return [end];
		this.part = (this.part + GOLDEN) % 1;
		const first = lower + (upper - lower) * this.part;
		return end - first < SHORTEST_BETWEEN_AIMS_MS ? [end] : [first, end];
	}

	/** Between which ages all jobs ended, if they take the same time. */
	private bounds(): { lower: number; upper: number } {
		const upper = Math.min(...this.seen.map(({ by }) => by));
		const unfinished = [...this.pending].map(({ unfinishedAt }) => unfinishedAt);
		// Nothing is known of what comes before the first look: half of it is as good as any.
		const lower = Math.max(upper / 2, ...this.seen.map(({ after }) => after), ...unfinished);
		return { lower, upper };
	}
}
