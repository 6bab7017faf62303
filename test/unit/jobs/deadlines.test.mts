import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { Deadlines } from '../../../nodes/TtapiMidjourney/jobs/deadlines.ts';

const sleeps: number[] = [];
let stop: (error: Error) => void;

const clock = {
	now: () => Date.now(),
	date: () => Date.now(),
	sleep: async (ms: number) => {
		sleeps.push(ms);
		await new Promise<void>((resolve, reject) => {
			stop = reject;
			setTimeout(resolve, ms);
		});
	},
};

beforeEach(() => {
	jest.useFakeTimers();
	sleeps.length = 0;
});
afterEach(() => void jest.useRealTimers());

describe('an alarm', () => {
	test('rings when its time is up, not before', async () => {
		const ring = jest.fn();
		new Deadlines(clock).set(5_500, ring);
		await jest.advanceTimersByTimeAsync(5_499);
		expect(ring).not.toHaveBeenCalled();
		await jest.advanceTimersByTimeAsync(1);
		expect(ring.mock.calls).toEqual([[undefined]]);
	});

	test('rings a second late at most where another one was set before', async () => {
		const alarms = new Deadlines(clock);
		const ring = jest.fn();
		alarms.set(60_000, () => {});
		await jest.advanceTimersByTimeAsync(100);
		alarms.set(300, ring);
		await jest.advanceTimersByTimeAsync(1_300);
		expect(ring).toHaveBeenCalledTimes(1);
	});

	test('does not ring once it is taken back', async () => {
		const ring = jest.fn();
		new Deadlines(clock).set(5_000, ring)();
		await jest.advanceTimersByTimeAsync(10_000);
		expect(ring).not.toHaveBeenCalled();
	});

	test('rings at once, with the error, when the execution is stopped', async () => {
		const ring = jest.fn();
		new Deadlines(clock).set(60_000, ring);
		const stopped = new Error('stopped');
		stop(stopped);
		await jest.advanceTimersByTimeAsync(0);
		expect(ring.mock.calls).toEqual([[stopped]]);
	});
});

describe('many alarms', () => {
	test('share one timer, which is gone a second after the last one', async () => {
		const alarms = new Deadlines(clock);
		const all = Array.from({ length: 1_000 }, () => alarms.set(120_000, () => {}));
		expect(jest.getTimerCount()).toBe(1);
		for (const takeBack of all) takeBack();
		await jest.advanceTimersByTimeAsync(1_000);
		expect(jest.getTimerCount()).toBe(0);
		expect(sleeps).toEqual([1_000]);
	});

	test('are watched again after a time without any', async () => {
		const alarms = new Deadlines(clock);
		const ring = jest.fn();
		alarms.set(500, ring);
		await jest.advanceTimersByTimeAsync(5_000);
		alarms.set(500, ring);
		await jest.advanceTimersByTimeAsync(500);
		expect(ring).toHaveBeenCalledTimes(2);
	});
});
