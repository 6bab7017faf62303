/** Waits for its turn. */
export interface InTurn {
	/** The run of the node that it is for. */
	readonly run: object;
	/** Set by `Turns`. */
	round?: number;
}

/**
 * Those that wait, in turns of their runs: in each round, every run has one turn. So the next one of a run comes behind what
 * others have waiting, and a run that comes has to wait for one round only, however many the others wait with.
 */
export class Turns<T extends InTurn> {
	/** In the order of their turns. */
	readonly waiting: T[] = [];

	/** The round that goes on. */
	private round = 0;

	/** The last round in which each run has a turn. */
	private readonly last = new WeakMap<object, number>();

	add(one: T): void {
		one.round = Math.max(this.round, (this.last.get(one.run) ?? -1) + 1);
		this.last.set(one.run, one.round);
		this.insert(one, (round) => round > one.round!);
	}

	/** Takes one out because it is its turn. */
	take(one: T): void {
		this.remove(one);
		this.round = Math.max(this.round, one.round!);
	}

	/** For one that was taken, and needs its turn still. */
	putBack(one: T): void {
		this.insert(one, (round) => round >= one.round!);
	}

	remove(one: T): void {
		const at = this.waiting.indexOf(one);
		if (at >= 0) this.waiting.splice(at, 1);
	}

	private insert(one: T, isLater: (round: number) => boolean): void {
		let at = this.waiting.length;
		// From the end: a run may add thousands, each behind the one before.
		while (at > 0 && isLater(this.waiting[at - 1].round!)) at--;
		this.waiting.splice(at, 0, one);
	}
}
