import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { claim, release } from '../../../nodes/TtapiMidjourney/pausing/claims.ts';

const MINUTE_MS = 60_000;
let number = 0;
/** A pause that no other test has claimed. */
let id: string;

beforeEach(() => {
	// The claims of all tests are in one memory, so time does not go back between them.
	jest.useFakeTimers({ now: Date.UTC(2026, 0, 1 + number) });
	id = `pause ${number++}`;
});
afterEach(() => void jest.useRealTimers());

test('of several callbacks at the same moment, one resumes the pause', () => {
	expect([claim(id), claim(id), claim(id)]).toEqual([true, false, false]);
});

test('a claim that was given back is there for the next callback, once', () => {
	claim(id);
	release(id);
	expect([claim(id), claim(id)]).toEqual([true, false]);
});

test('each pause has a claim of its own', () => {
	expect([claim(id), claim(`${id} b`), claim(`${id} c`)]).toEqual([true, true, true]);
	release(`${id} b`);
	expect([claim(id), claim(`${id} b`), claim(`${id} c`)]).toEqual([false, true, false]);
});

test('nothing happens where nobody holds the claim that is given back', () => {
	release(id);
	expect(claim(id)).toBe(true);
});

test('a claim holds longer than any resume takes', () => {
	claim(id);
	jest.advanceTimersByTime(30 * MINUTE_MS);
	claim(`${id} another`);
	expect(claim(id)).toBe(false);
});

test('claims are forgotten in the end, so that they do not pile up in memory, but not the younger ones', () => {
	claim(id);
	jest.advanceTimersByTime(59 * MINUTE_MS);
	claim(`${id} younger`);
	jest.advanceTimersByTime(2 * MINUTE_MS);
	expect([claim(id), claim(`${id} younger`)]).toEqual([true, false]);
});
