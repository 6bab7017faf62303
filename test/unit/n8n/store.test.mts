import { beforeEach, describe, expect, test } from '@jest/globals';

import { Store } from '../../../nodes/TtapiMidjourney/n8n/store.ts';
import { settle, VirtualClock } from '../support/virtualClock.mts';

let clock: VirtualClock;

beforeEach(() => {
	clock = new VirtualClock();
});

describe('a value', () => {
	test('is there once it was set, for its key only', () => {
		const store = new Store<string>({ most: 10 });
		store.set(clock, 'a', 'value');
		expect([store.get(clock, 'a'), store.get(clock, 'b')]).toEqual(['value', undefined]);
	});

	test('replaces the one before', () => {
		const store = new Store<string>({ most: 10 });
		store.set(clock, 'a', 'old');
		store.set(clock, 'a', 'new');
		expect(store.get(clock, 'a')).toBe('new');
		expect(store.keys(clock)).toEqual(['a']);
	});

	test('is gone once it was deleted', () => {
		const store = new Store<string>({ most: 10 });
		store.set(clock, 'a', 'value');
		store.delete('a');
		expect(store.get(clock, 'a')).toBeUndefined();
	});

	test('is not deleted in the place of another one', () => {
		const store = new Store<string>({ most: 10 });
		store.set(clock, 'a', 'new');
		store.delete('a', 'old');
		expect(store.get(clock, 'a')).toBe('new');
		store.delete('a', 'new');
		expect(store.get(clock, 'a')).toBeUndefined();
	});
});

describe('a store with a time', () => {
	test('keeps a value for that time, and not a moment longer', async () => {
		const store = new Store<string>({ keptMs: 1_000 });
		store.set(clock, 'a', 'value');
		await clock.advance(999);
		expect(store.get(clock, 'a')).toBe('value');
		await clock.advance(1);
		expect(store.get(clock, 'a')).toBeUndefined();
	});

	test('counts from the last time that the value was set, not from the last time it was read', async () => {
		const store = new Store<string>({ keptMs: 1_000 });
		store.set(clock, 'set again', 'value');
		store.set(clock, 'read', 'value');
		await clock.advance(600);
		store.set(clock, 'set again', 'value');
		store.get(clock, 'read');
		await clock.advance(600);
		expect(store.keys(clock)).toEqual(['set again']);
	});

	test.each<[string, (store: Store<string>) => void]>([
		['a read', (store) => store.get(clock, 'other')],
		['a set', (store) => store.set(clock, 'other', 'value')],
		['a shared value', (store) => store.share(clock, 'other', () => 'value')],
	])('drops at %s of any key all that has expired, and nothing else', async (_title, use) => {
		const store = new Store<string>({ keptMs: 1_000 });
		for (const key of ['a', 'b']) store.set(clock, key, 'value');
		await clock.advance(500);
		store.set(clock, 'younger', 'value');
		await clock.advance(500);
		use(store);
		expect(heldBy(store).filter((key) => key !== 'other')).toEqual(['younger']);
	});
});

describe('a store with a number', () => {
	test('keeps so many values, those that were set last', () => {
		const store = new Store<number>({ most: 3 });
		for (const [at, key] of ['a', 'b', 'c', 'd', 'e'].entries()) store.set(clock, key, at);
		expect(store.keys(clock)).toEqual(['c', 'd', 'e']);
	});

	test('keeps longer what is set again', () => {
		const store = new Store<string>({ most: 2 });
		for (const key of ['a', 'b', 'a', 'c']) store.set(clock, key, key);
		expect(store.keys(clock)).toEqual(['a', 'c']);
	});

	test('keeps them for any time', async () => {
		const store = new Store<string>({ most: 1 });
		store.set(clock, 'a', 'value');
		await clock.advance(365 * 24 * 3_600_000);
		expect(store.get(clock, 'a')).toBe('value');
	});
});

test('a store with both drops what has expired, and what is too many', async () => {
	const store = new Store<string>({ keptMs: 1_000, most: 2 });
	for (const key of ['a', 'b', 'c']) store.set(clock, key, key);
	expect(store.keys(clock)).toEqual(['b', 'c']);
	await clock.advance(1_000);
	expect(store.keys(clock)).toEqual([]);
});

describe('a shared promise', () => {
	test('is one for all who ask while it is under way, and after it', async () => {
		const store = new Store<Promise<number>>({ keptMs: 1_000 });
		const { asked, ask } = asking();
		const first = store.share(clock, 'a', ask);
		const second = store.share(clock, 'a', ask);
		asked[0].resolve(7);
		expect(await Promise.all([first, second, store.share(clock, 'a', ask)])).toEqual([7, 7, 7]);
		expect(asked).toHaveLength(1);
	});

	test('is one for each key', () => {
		const store = new Store<Promise<number>>({ keptMs: 1_000 });
		const { asked, ask } = asking();
		for (const key of ['a', 'b', 'a']) void store.share(clock, key, ask);
		expect(asked).toHaveLength(2);
	});

	test('is made anew when its time is over, counted from when it was made', async () => {
		const store = new Store<Promise<number>>({ keptMs: 1_000 });
		const { asked, ask } = asking();
		void store.share(clock, 'a', ask);
		await clock.advance(600);
		asked[0].resolve(7);
		await clock.advance(400);
		void store.share(clock, 'a', ask);
		expect(asked).toHaveLength(2);
	});

	test('that rejects does so for all who share it, and is forgotten', async () => {
		const store = new Store<Promise<number>>({ keptMs: 1_000 });
		const { asked, ask } = asking();
		const shared = [store.share(clock, 'a', ask), store.share(clock, 'a', ask)];
		asked[0].reject(new Error('no'));
		const outcomes = await Promise.allSettled(shared);
		expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
		void store.share(clock, 'a', ask);
		expect(asked).toHaveLength(2);
	});

	test('that rejects late does not take away the one that came after it', async () => {
		const store = new Store<Promise<number>>({ keptMs: 1_000 });
		const { asked, ask } = asking();
		const first = store.share(clock, 'a', ask);
		store.delete('a');
		const second = store.share(clock, 'a', ask);
		asked[0].reject(new Error('no'));
		await expect(first).rejects.toThrow('no');
		await settle();
		expect(store.get(clock, 'a')).toBe(second);
	});
});

test('a shared value that is no promise is made once, too', () => {
	const store = new Store<object>({ most: 10 });
	const shared = store.share(clock, 'a', () => ({}));
	expect(store.share(clock, 'a', () => ({}))).toBe(shared);
});

/** What the store holds in memory: a clock that stands at the beginning of time makes it drop nothing more. */
const heldBy = (store: Store<string>): string[] => store.keys(new VirtualClock());

/** Something to ask for, and each time that it was asked. */
function asking() {
	const asked: Array<{ resolve: (value: number) => void; reject: (error: Error) => void }> = [];
	const ask = async () =>
		await new Promise<number>((resolve, reject) => asked.push({ resolve, reject }));
	return { asked, ask };
}
