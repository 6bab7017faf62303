import type { Clock } from '../jobs/clock';

interface Limits {
	/** How long a value is kept after it was set, in ms. */
	keptMs: number;
	/** How many values are kept. The oldest are dropped first. */
	most: number;
}

/** At least one limit, so that no store grows without end. */
export type StoreLimits = Partial<Limits> & (Pick<Limits, 'keptMs'> | Pick<Limits, 'most'>);

/**
 * What the process remembers between n8n's calls, by key. A value is never undefined.
 *
 * There is no timer: `get`, `set`, `share` and `keys` drop everything that is past the limits.
 */
export class Store<T> {
	/** The oldest first, which also expires first: setting a key again moves it to the end. */
	private readonly entries = new Map<string, { value: T; until: number }>();

	private readonly keptMs: number;

	private readonly most: number;

	constructor({ keptMs = Infinity, most = Infinity }: StoreLimits) {
		this.keptMs = keptMs;
		this.most = most;
	}

	/** The value of a key; undefined if there is none. */
	get(clock: Clock, key: string): T | undefined {
		this.dropOld(clock.now());
		return this.entries.get(key)?.value;
	}

	/** Sets the value of a key. Its time starts now, even if it was set before. */
	set(clock: Clock, key: string, value: T): void {
		this.entries.delete(key);
		this.entries.set(key, { value, until: clock.now() + this.keptMs });
		this.dropOld(clock.now());
	}

	/**
	 * Removes a key.
	 * @param value if given, the key is only removed if this is still its value
	 */
	delete(key: string, value?: T): void {
		if (value === undefined || this.entries.get(key)?.value === value) this.entries.delete(key);
	}

	/**
	 * The value of a key. If there is none, sets and returns the one from `make`. Callers share a promise, even while it is
	 * pending; if it rejects, it is removed, and the next caller makes a new one.
	 */
	share(clock: Clock, key: string, make: () => T): T {
		const kept = this.get(clock, key);
		if (kept !== undefined) return kept;
		const made = make();
		this.set(clock, key, made);
		void Promise.resolve(made).catch(() => this.delete(key, made));
		return made;
	}

	/** The keys that have a value, the oldest first. */
	keys(clock: Clock): string[] {
		this.dropOld(clock.now());
		return [...this.entries.keys()];
	}

	private dropOld(now: number): void {
		for (const [key, { until }] of this.entries) {
			if (now < until && this.entries.size <= this.most) return;
			this.entries.delete(key);
		}
	}
}
