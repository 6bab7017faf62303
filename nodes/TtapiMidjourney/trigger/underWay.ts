import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { tooMany } from './notStarted';

/** How many calls may wait for the same thing: n8n holds some MB for each. */
const MOST_WAITING = 10;

/** Longer than any call lasts, in ms. */
const LONGEST_MS = 60 * 60_000;

/** What one call of a trigger does, while others that come for the same wait for its result. */
export class UnderWay<T> {
	private readonly byKey = new Store<{ result: Promise<T>; waiting: number }>({
		keptMs: LONGEST_MS,
	});

	/** How many different things are under way. */
	count(clock: Clock): number {
		return this.byKey.keys(clock).length;
	}

	/** Waits for what another call does; undefined if none does. Throws if too many wait for it already. */
	join(clock: Clock, key: string): Promise<T> | undefined {
		const found = this.byKey.get(clock, key);
		if (!found) return undefined;
		if (found.waiting >= MOST_WAITING) throw tooMany();
		found.waiting++;
		return found.result;
	}

	/** Lets others join until there is a result. */
	add(clock: Clock, key: string, result: Promise<T>): void {
		const added = { result, waiting: 0 };
		this.byKey.set(clock, key, added);
		const finish = () => this.byKey.delete(key, added);
		result.then(finish, finish);
	}
}
