import { describe, expect, test } from '@jest/globals';

import { pollIntervals } from '../../../nodes/TtapiMidjourney/jobs/pollIntervals.ts';

const NO_JITTER = () => 0.5;

function first(count: number, intervals: Generator<number, never>): number[] {
	return Array.from({ length: count }, () => intervals.next().value);
}

describe('the waits between two looks', () => {
	test('the first wait is the interval that was asked for, each further one is longer by a fifth', () => {
		const waits = first(4, pollIntervals(5_000, undefined, NO_JITTER));
		expect(waits.map(Math.round)).toEqual([5_000, 6_000, 7_200, 8_640]);
	});

	test('they grow to 30 s and not further', () => {
		const waits = first(40, pollIntervals(5_000, undefined, NO_JITTER));
		expect(Math.max(...waits)).toBe(30_000);
		expect(waits.at(-1)).toBe(30_000);
	});

	test('no wait is longer than 30 s, the jitter included', () => {
		const waits = first(
			40,
			pollIntervals(5_000, undefined, () => 1),
		);
		expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
	});

	test('they are jittered a little, so that many executions do not ask at the same moment', () => {
		const [early] = first(
			1,
			pollIntervals(10_000, undefined, () => 0),
		);
		const [late] = first(
			1,
			pollIntervals(10_000, undefined, () => 1),
		);
		expect(early).toBeLessThan(10_000);
		expect(late).toBeGreaterThan(10_000);
		expect(late - early).toBeLessThanOrEqual(2_000);
	});
});

describe('with an aim', () => {
	test('the first look comes at the duration seen', () => {
		expect(first(1, pollIntervals(5_000, [42_000], NO_JITTER))).toEqual([42_000]);
	});

	test('a look that came too early is repeated soon, at growing distances again', () => {
		const [, second, third] = first(3, pollIntervals(5_000, [42_000], NO_JITTER));
		expect(second).toBeLessThanOrEqual(5_000);
		expect(third).toBeGreaterThan(second);
	});

	test('a look that came too early is not repeated in a hurry, however short the jobs are', () => {
		const [, second] = first(2, pollIntervals(5_000, [100], NO_JITTER));
		expect(second).toBeGreaterThanOrEqual(1_000);
	});
});
