import { tooMany } from './notStarted';

/** So many calls wait for the same thing at most: n8n holds some MB for each. */
const MOST_WAITING = 10;

/** What is under way for one call, and what others that come for the same wait for. */
export class UnderWay<T> {
	private readonly byKey = new Map<string, { result: Promise<T>; waiting: number }>();

	/** How many different things are under way. */
	get size(): number {
		return this.byKey.size;
	}

	/** Waits for what is under way for another call; undefined where nothing is. Throws where too many wait for it. */
	join(key: string): Promise<T> | undefined {
		const found = this.byKey.get(key);
		if (!found) return undefined;
		if (found.waiting >= MOST_WAITING) throw tooMany();
		found.waiting++;
		return found.result;
	}

	/** Lets others join until there is a result. */
	add(key: string, result: Promise<T>): void {
		this.byKey.set(key, { result, waiting: 0 });
		const end = () => this.byKey.delete(key);
		result.then(end, end);
	}
}
