import type { Clock } from '../jobs/clock';

interface Limits {
	/** How long a value is kept after it was set, in ms. */
	keptMs: number;
	/** How many values are kept: those that were set last. */
	most: number;
}

/** One of the two at least, so that no store grows without end. */
export type StoreLimits = Partial<Limits> & (Pick<Limits, 'keptMs'> | Pick<Limits, 'most'>);

/**
 * What the process remembers from one call of n8n to the next, by key. A value is never undefined.
 *
 * What is past the limits is dropped by the next `get`, `set`, `share` or `keys`, whatever its key: no timer runs, and no
 * user of a store has to clean it up. Time is that of the clock which is handed in.
 */
export class Store<T> {
	/** The oldest first: to set a key again moves it to the end. All are kept equally long, so the first one expires first. */
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
		const entry = this.entries.get(key);
		// If the system's clock was set back, an expired entry may stand behind one that has not expired.
		return entry && clock.now() < entry.until ? entry.value : undefined;
	}

	/** Sets the value of a key. Its time starts now, also if it was set before. */
	set(clock: Clock, key: string, value: T): void {
		this.entries.delete(key);
		this.entries.set(key, { value, until: clock.now() + this.keptMs });
		this.dropOld(clock.now());
	}

	/**
	 * Forgets a key.
	 * @param value if given, the key is forgotten only if this is still its value
	 */
	delete(key: string, value?: T): void {
		if (value === undefined || this.entries.get(key)?.value === value) this.entries.delete(key);
	}

	/**
	 * The value of a key; if there is none, the one that `make` gives, which is set. So all who ask share one promise, while
	 * it is under way and as long as it is kept. If it rejects, it is forgotten, and the next to ask makes a new one.
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

	/** Drops what is past the limits. It looks at one entry more than it drops. */
	private dropOld(now: number): void {
		for (const [key, { until }] of this.entries) {
			if (now < until && this.entries.size <= this.most) return;
			this.entries.delete(key);
		}
	}
}
