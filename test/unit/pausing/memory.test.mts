import { beforeEach, describe, expect, test } from '@jest/globals';

import {
	claim as claimAt,
	inOpenCall,
	release,
} from '../../../nodes/TtapiMidjourney/pausing/memory.ts';
import { VirtualClock } from '../support/virtualClock.mts';

const MINUTE_MS = 60_000;
let number = 0;
/** A pause that no other test knows. */
let id: string;
/** One for all tests: what the process remembers is in the order of its time. */
const clock = new VirtualClock();

beforeEach(() => {
	id = `pause ${number++}`;
});

describe('the claim to resume a pause', () => {
	const claim = (pauseId: string) => claimAt(clock, pauseId);

	test('is given to one of several callbacks at the same moment', () => {
		expect([claim(id), claim(id), claim(id)]).toEqual([true, false, false]);
	});

	test('is there for the next callback if it was given back, once', () => {
		claim(id);
		release(id);
		expect([claim(id), claim(id)]).toEqual([true, false]);
	});

	test('is another one for each pause', () => {
		expect([claim(id), claim(`${id} b`), claim(`${id} c`)]).toEqual([true, true, true]);
		release(`${id} b`);
		expect([claim(id), claim(`${id} b`), claim(`${id} c`)]).toEqual([false, true, false]);
	});

	test('can be given back if nobody holds it', () => {
		release(id);
		expect(claim(id)).toBe(true);
	});

	test('holds longer than any resume takes', async () => {
		claim(id);
		await clock.advance(30 * MINUTE_MS);
		claim(`${id} another`);
		expect(claim(id)).toBe(false);
	});

	test('is forgotten in the end, so that claims do not pile up in memory, but not a younger one', async () => {
		claim(id);
		await clock.advance(59 * MINUTE_MS);
		claim(`${id} younger`);
		await clock.advance(2 * MINUTE_MS);
		expect([claim(id), claim(`${id} younger`)]).toEqual([true, false]);
	});
});

describe('a call that stays open', () => {
	test('is one for each pause', async () => {
		let finish = () => {};
		const first = inOpenCall(id, async () => await new Promise<void>((done) => (finish = done)));
		expect(await inOpenCall(id, async () => 'second')).toBeUndefined();
		expect(await inOpenCall(`${id} b`, async () => 'other')).toBe('other');
		finish();
		await first;
		expect(await inOpenCall(id, async () => 'later')).toBe('later');
	});

	test('may be followed by another one where it failed', async () => {
		await expect(
			inOpenCall(id, async () => await Promise.reject(new Error('no'))),
		).rejects.toThrow();
		expect(await inOpenCall(id, async () => 'later')).toBe('later');
	});
});
