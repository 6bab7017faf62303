import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';

import { n8nClock } from '../../../nodes/TtapiMidjourney/n8n/clock.ts';
import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { fakeContext } from '../support/fakeContext.mts';

let timers: { mock: { calls: unknown[][] } };

/** The longest time that a timer was set to. */
const longestTimer = () => Math.max(...timers.mock.calls.map(([, ms]) => Number(ms)));

beforeEach(() => {
	jest.useFakeTimers();
	timers = jest.spyOn(globalThis, 'setTimeout');
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

test('sleeps as long as it is told, and its time goes on meanwhile', async () => {
	const clock = n8nClock(fakeContext().context);
	const start = clock.now();
	let isAwake = false;
	void clock.sleep(5_000).then(() => (isAwake = true));
	await jest.advanceTimersByTimeAsync(4_999);
	expect(isAwake).toBe(false);
	await jest.advanceTimersByTimeAsync(1);
	expect(isAwake).toBe(true);
	expect(clock.now() - start).toBe(5_000);
});

test('Stop ends a sleep within a second', async () => {
	const { context, stop } = fakeContext();
	const sleeping = expect(n8nClock(context).sleep(30_000)).rejects.toBeInstanceOf(StoppedError);
	stop.abort();
	await jest.advanceTimersByTimeAsync(1_000);
	await sleeping;
});

test('nobody falls asleep after a Stop', async () => {
	const { context, stop } = fakeContext();
	stop.abort();
	await expect(n8nClock(context).sleep(30_000)).rejects.toBeInstanceOf(StoppedError);
});

test('takes one listener for all its sleeps, however many there are at once', async () => {
	const { context, stop } = fakeContext();
	const taken = jest.spyOn(stop.signal, 'addEventListener');
	const clock = n8nClock(context);
	const sleeping = Array.from({ length: 20 }, async () => await clock.sleep(10));
	await jest.advanceTimersByTimeAsync(10);
	await Promise.all(sleeping);
	// Node warns of a leak at the eleventh.
	expect(taken).toHaveBeenCalledTimes(1);
});

test('takes no listener while nobody sleeps: all rounds of a loop have the same signal', async () => {
	const { context, stop } = fakeContext();
	const taken = jest.spyOn(stop.signal, 'addEventListener');
	const given = jest.spyOn(stop.signal, 'removeEventListener');
	for (let round = 0; round < 30; round++) {
		const sleeping = n8nClock(context).sleep(10);
		await jest.advanceTimersByTimeAsync(10);
		await sleeping;
	}
	expect(given.mock.calls).toEqual(taken.mock.calls);
});

test('sleeps where n8n gives no signal', async () => {
	const context = { ...fakeContext().context, getExecutionCancelSignal: () => undefined };
	const sleeping = n8nClock(context as never).sleep(10);
	await jest.advanceTimersByTimeAsync(10);
	await expect(sleeping).resolves.toBeUndefined();
});

test.each([2 ** 31, 1e12, Infinity])(
	'a sleep longer than a timer can be set to does not end at once: %d ms',
	async (ms) => {
		let isAwake = false;
		void n8nClock(fakeContext().context)
			.sleep(ms)
			.then(() => (isAwake = true));
		// Jest's timers take any number, Node's fire at once beyond this one.
		expect(longestTimer()).toBeLessThanOrEqual(2 ** 31 - 1);
		await jest.advanceTimersByTimeAsync(24 * 3_600_000);
		expect(isAwake).toBe(false);
	},
);

test('goes on when the system clock is set back, for what is waited for', async () => {
	const clock = n8nClock(fakeContext().context);
	const [start, date] = [clock.now(), clock.date()];
	await jest.advanceTimersByTimeAsync(5_000);
	jest.setSystemTime(Date.now() - 3_600_000);
	expect(clock.now() - start).toBe(5_000);
	expect(clock.date() - date).toBe(5_000 - 3_600_000);
});
