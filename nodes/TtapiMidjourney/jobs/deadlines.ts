import type { Clock } from './clock';

const MAX_SLEEP_MS = 1_000;

/**
 * Deadlines that rarely expire. A sleep can't be cancelled: with one per deadline, each would stay in memory for minutes
 * after its work is done. So all deadlines share a loop of short sleeps.
 */
export class Deadlines {
	private readonly deadlines = new Set<{ at: number; onExpired: (stopped?: unknown) => void }>();

	private isWatching = false;

	constructor(private readonly clock: Clock) {}

	/**
	 * Calls `onExpired` after `ms`, or up to a second later. If the execution is stopped, calls it at once, with a StoppedError.
	 * @returns a function that cancels the deadline
	 */
	set(ms: number, onExpired: (stopped?: unknown) => void): () => void {
		const deadline = { at: this.clock.now() + ms, onExpired };
		this.deadlines.add(deadline);
		void this.watch();
		return () => void this.deadlines.delete(deadline);
	}

	private async watch(): Promise<void> {
		if (this.isWatching) return;
		this.isWatching = true;
		while (this.deadlines.size > 0) {
			let next = this.clock.now() + MAX_SLEEP_MS;
			for (const { at } of this.deadlines) next = Math.min(next, at);
			const sleeping = this.clock.sleep(Math.max(0, next - this.clock.now()));
			const stopped: unknown = await sleeping.catch((error: unknown) => error);
			for (const deadline of this.deadlines) {
				if (!stopped && deadline.at > this.clock.now()) continue;
				this.deadlines.delete(deadline);
				deadline.onExpired(stopped);
			}
		}
		this.isWatching = false;
	}
}
