import { beforeEach, describe, expect, test } from '@jest/globals';

import {
	claim as claimAt,
	forgetPolls,
	release,
	sharedPolls,
} from '../../../nodes/TtapiMidjourney/pausing/memory.ts';
import { VirtualClock } from '../support/virtualClock.mts';

const MINUTE_MS = 60_000;
let number = 0;
/** A pause that no other test knows. */
let id: string;
let clock: VirtualClock;

beforeEach(() => {
	id = `pause ${number++}`;
	clock = new VirtualClock();
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

describe('the polls of a pause', () => {
	const polls = (pauseId = id) => sharedPolls(clock, pauseId);

	test('are the same for all its callbacks, and others for another pause', () => {
		expect(polls()).toBe(polls());
		expect(polls()).not.toBe(polls(`${id} another`));
	});

	test('are kept for ten minutes from the first callback on, and no longer', async () => {
		const first = polls();
		await clock.advance(10 * MINUTE_MS - 1);
		expect(polls()).toBe(first);
		await clock.advance(1);
		expect(polls()).not.toBe(first);
	});

	test('are forgotten once the pause is resumed', () => {
		const first = polls();
		forgetPolls(id);
		expect(polls()).not.toBe(first);
	});
});
