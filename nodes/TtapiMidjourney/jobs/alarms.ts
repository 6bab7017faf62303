import type { Clock } from './clock';

const LONGEST_SLEEP_MS = 1_000;

/**
 * Limits of time that are rarely reached. A sleep cannot be taken back: one for each limit would stay behind it for
 * minutes, with all that hangs on it. So all of them share one, which ends a second after the last at the latest.
 */
export class Alarms {
	private readonly alarms = new Set<{ at: number; ring: (stopped?: unknown) => void }>();

	private isWatching = false;

	constructor(private readonly clock: Clock) {}

	/**
	 * Calls `ring` after `ms`, or up to a second later; with a StoppedError as soon as the execution is stopped.
	 * @returns takes the alarm back
	 */
	set(ms: number, ring: (stopped?: unknown) => void): () => void {
		const alarm = { at: this.clock.now() + ms, ring };
		this.alarms.add(alarm);
		void this.watch();
		return () => void this.alarms.delete(alarm);
	}

	private async watch(): Promise<void> {
		if (this.isWatching) return;
		this.isWatching = true;
		while (this.alarms.size > 0) {
			let next = this.clock.now() + LONGEST_SLEEP_MS;
			for (const { at } of this.alarms) next = Math.min(next, at);
			const sleeping = this.clock.sleep(Math.max(0, next - this.clock.now()));
			const stopped: unknown = await sleeping.catch((error: unknown) => error);
			for (const alarm of this.alarms) {
				if (!stopped && alarm.at > this.clock.now()) continue;
				this.alarms.delete(alarm);
				alarm.ring(stopped);
			}
		}
		this.isWatching = false;
	}
}
