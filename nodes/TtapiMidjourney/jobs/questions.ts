import type { Clock } from './clock';
import { StoppedError } from './errors';
import { ACCOUNT_SLOTS } from './limits';
import { Places } from './places';

/** How many questions may be under way. */
const AT_ONCE = 10;

/** How many may begin in a second: for each slot of the account, and in all. */
const A_SECOND_AND_SLOT = 2;
const A_SECOND = 20;

/** How long half as many may, after TTAPI has said that there were too many, in ms. */
const CAREFUL_MS = 60_000;

/** Longer TTAPI is not believed that it wants no question, in ms: paid jobs wait. */
const LONGEST_QUESTION_BREAK_MS = 60_000;

/** Lets the free questions about one account go, evenly and not too many: TTAPI answers 429 to those that are. */
export class Questions {
	/** How many jobs the account may have unfinished. */
	slots = ACCOUNT_SLOTS;

	/** When the next one may begin, in ms of the clock. */
	private nextAt = -Infinity;

	/** Until when TTAPI wants none, and until when it gets few, in ms of the clock. */
	private breakUntil = -Infinity;

	private carefulUntil = -Infinity;

	private readonly places = new Places(AT_ONCE);

	constructor(private readonly clock: Clock) {}

	/**
	 * Asks one question in its turn.
	 * @param clock of whoever asks: a Stop ends its wait
	 */
	async ask<T>(clock: Clock, question: () => Promise<T>): Promise<T> {
		// It takes no turn of others.
		if (clock.isStopped) throw new StoppedError();
		const now = this.clock.now();
		const at = Math.max(now, this.nextAt, this.breakUntil);
		this.nextAt = at + this.intervalMs(at);
		if (at > now) await clock.sleep(at - now);
		// TTAPI may have said so meanwhile.
		const left = this.breakUntil - this.clock.now();
		if (left > 0) await clock.sleep(left);
		return await this.places.run(question);
	}

	/** Says that TTAPI has answered "too many requests". */
	noteTooMany(retryAfterMs = 0): void {
		const now = this.clock.now();
		this.carefulUntil = now + CAREFUL_MS;
		this.breakUntil = Math.max(
			this.breakUntil,
			now + Math.min(retryAfterMs, LONGEST_QUESTION_BREAK_MS),
		);
	}

	private intervalMs(at: number): number {
		const perSecond = Math.min(A_SECOND, A_SECOND_AND_SLOT * Math.max(1, this.slots));
		return (at < this.carefulUntil ? 2 : 1) * (1_000 / perSecond);
	}
}
