import type { Clock } from './clock';
import { ACCOUNT_SLOTS } from './limits';

/** How long a full account is not asked for a slot although none has become free that this process knows of, in ms. */
const ASK_MS = 30_000;

/** The same for a process that has no job: others have all the slots. Growing with the time that it waits. */
const ASK_ALONE_MS = { first: 1_000, growth: 0.05, most: 6_000 };

/** How long it is not asked for another slot after it had one more than was believed, in ms. */
const ASK_NEXT_MS = 1_000;

/** How many submits may be under way as long as the number of slots is a guess: an account may have few, and refuses the rest. */
const GUESSED_AT_ONCE = 5;

/** How many jobs the account may have unfinished, as far as this process knows, and whether another one is worth a try. */
export class Capacity {
	/** What TTAPI says; undefined if it doesn't. */
	private said?: number;

	/** What this process believes. */
	private slots = ACCOUNT_SLOTS;

	/** Whether nobody has said so yet. */
	private isGuess = true;

	/** Whether the last submit was refused. */
	isRefused = false;

	/** The last refusal, and the first one since the line stands still, in ms of the clock. */
	private refusals = { first: -Infinity, last: -Infinity };

	/** When the first in line may ask although all slots seem taken, in ms of the clock. */
	private askAt = -Infinity;

	/** When a job of the account was last accepted or seen to end, in ms of the clock. */
	movedAt = -Infinity;

	/** How many jobs were seen to end. */
	endings = 0;

	constructor(private readonly clock: Clock) {}

	/**
	 * Since when the line stands still for a job, in ms of the clock: whoever comes late has waited as long as the others, once
	 * it is refused.
	 * @param since when the job came
	 */
	stillSince(since: number): number {
		const { first, last } = this.refusals;
		return Math.max(this.movedAt, last >= since ? Math.min(first, since) : since);
	}

	/** What TTAPI says of the account; undefined if it says nothing. */
	say(slots: number | undefined): void {
		this.said = slots !== undefined && slots >= 1 ? slots : undefined;
		if (this.said === undefined) return;
		this.slots = this.said;
		this.isGuess = false;
	}

	/** How many there are, as far as that is known. */
	get most(): number {
		return this.said ?? this.slots;
	}

	/**
	 * Whether one more job may be submitted.
	 * @param used how many are unfinished or being submitted
	 * @param sending how many of them are being submitted
	 */
	hasRoom(used: number, sending: number): boolean {
		if (this.isGuess && sending >= GUESSED_AT_ONCE) return false;
		if (used < this.slots) return true;
		if (sending > 0) return false;
		const now = this.clock.now();
		// If TTAPI's own number is reached, there is room only if a job has ended unseen.
		const isFull = this.said !== undefined && used >= this.said;
		return now >= this.askAt && (!isFull || now >= this.movedAt + ASK_MS);
	}

	/**
	 * @param used how many jobs are unfinished or being submitted, without the one that was refused
	 * @param endings how many had ended when it was sent: those that have ended since may have had a slot
	 * @param waitedMs how long that one has been in line
	 */
	refused(used: number, endings: number, waitedMs: number): void {
		const { first, growth, most } = ASK_ALONE_MS;
		const wait = used === 0 ? Math.min(most, first + growth * waitedMs) : ASK_MS;
		this.slots = Math.min(this.slots, used + this.endings - endings);
		this.isGuess = false;
		this.isRefused = true;
		const now = this.clock.now();
		const isStill = this.refusals.first > this.movedAt && now < this.refusals.last + 2 * ASK_MS;
		this.refusals = { first: isStill ? this.refusals.first : now, last: now };
		this.askAt = now + wait;
	}

	/** @param used the same, with the one that was accepted */
	accepted(used: number): void {
		this.isRefused = false;
		this.movedAt = this.clock.now();
		if (used <= this.slots) return;
		this.slots = used;
		// Either there are more, or a job has ended and that will be seen soon.
		if (!this.isGuess) this.askAt = this.clock.now() + ASK_NEXT_MS;
	}

	/** Says that a job has ended. */
	ended(): void {
		this.movedAt = this.clock.now();
		this.endings++;
	}
}
