import type { Clock } from './clock';

const LONGEST_SLEEP_MS = 1_000;

/**
 * Limits of time that are rarely reached. A sleep cannot be taken back: one for each limit would stay behind it for
 * minutes, with all that hangs on it. So all of them share one, which ends a second after the last at the latest.
 */
export class Deadlines {
	private readonly deadlines = new Set<{ at: number; onExpired: (stopped?: unknown) => void }>();

	private isWatching = false;

	constructor(private readonly clock: Clock) {}

	/**
	 * Calls `onExpired` after `ms`, or up to a second later; with a StoppedError as soon as the execution is stopped.
	 * @returns takes the deadline back
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
			let next = this.clock.now() + LONGEST_SLEEP_MS;
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
