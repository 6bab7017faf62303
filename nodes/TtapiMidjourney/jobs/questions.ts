import { TICK_MS, type Clock } from './clock';
import { StoppedError } from './errors';
import { Turns, type InTurn } from './turns';

/** How many questions may be under way. */
const AT_ONCE = 10;

/** How many may begin in a second: for each slot of the account, and in all. */
const A_SECOND_AND_SLOT = 2;
const A_SECOND = 20;

/** How long half as many may, after TTAPI has said that there were too many, in ms. */
const CAREFUL_MS = 60_000;

/** Longer TTAPI is not believed that it wants no question, in ms: paid jobs wait. */
const LONGEST_BREAK_MS = 60_000;

/** Waits to ask. */
interface Asker extends InTurn {
	/** Its clock is its run: each run of the node has one. */
	readonly run: Clock;
	begin: () => void;
	leave: (reason: Error) => void;
}

/**
 * Lets the free questions about one account go, evenly and not too many, because TTAPI answers 429 to those that are. The runs
 * take turns.
 */
export class Questions {
	private readonly turns = new Turns<Asker>();

	private isWatched = false;

	private underWay = 0;

	/** Tells that one was answered. */
	private answered = () => {};

	/** When the next one may begin, in ms of the clock. */
	private nextAt = -Infinity;

	/** Until when TTAPI wants none, and until when it gets few, in ms of the clock. */
	private breakUntil = -Infinity;

	private carefulUntil = -Infinity;

	/** @param slots how many jobs the account may have unfinished */
	constructor(
		private readonly clock: Clock,
		private readonly slots: () => number,
	) {}

	/**
	 * Asks one question in its turn.
	 * @param clock of the run that asks: once that is stopped, it takes no turn of others
	 */
	async ask<T>(clock: Clock, question: () => Promise<T>): Promise<T> {
		await new Promise<void>((begin, leave) => {
			this.turns.add({ run: clock, begin, leave });
			void this.watch();
		});
		return await question().finally(() => {
			this.underWay--;
			this.answered();
		});
	}

	/** Says that TTAPI has answered "too many requests". */
	noteTooMany(retryAfterMs = 0): void {
		const now = this.clock.now();
		this.carefulUntil = now + CAREFUL_MS;
		this.breakUntil = Math.max(this.breakUntil, now + Math.min(retryAfterMs, LONGEST_BREAK_MS));
	}

	/** Lets the first one go as often as one may, until nobody waits. */
	private async watch(): Promise<void> {
		if (this.isWatched) return;
		this.isWatched = true;
		while (this.turns.waiting.length > 0) {
			const [first] = this.turns.waiting;
			const now = this.clock.now();
			const left = Math.max(this.nextAt, this.breakUntil) - now;
			if (first.run.isStopped) {
				this.turns.remove(first);
				first.leave(new StoppedError());
			} else if (left > 0) {
				await this.clock.sleep(Math.min(left, TICK_MS));
			} else if (this.underWay >= AT_ONCE) {
				await new Promise<void>((resolve) => (this.answered = resolve));
			} else {
				this.turns.take(first);
				this.nextAt = now + this.intervalMs;
				this.underWay++;
				first.begin();
			}
		}
		this.isWatched = false;
	}

	private get intervalMs(): number {
		const perSecond = Math.min(A_SECOND, A_SECOND_AND_SLOT * Math.max(1, this.slots()));
		return (this.clock.now() < this.carefulUntil ? 2 : 1) * (1_000 / perSecond);
	}
}
