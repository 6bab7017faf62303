import { describe, expect, jest, test } from '@jest/globals';

import { Durations } from '../../../nodes/TtapiMidjourney/jobs/durations.ts';

/** A job that is looked at next at this time. */
const waiting = (durations: Durations, since: number, due = 20_000) =>
	Object.assign(durations.begin(since), { due, wake: jest.fn() });

/** The ages of the first looks at the next ten jobs. */
const firstLooks = (durations: Durations): number[] =>
	Array.from({ length: 10 }, () => durations.aims()[0]).sort((a, b) => a - b);

describe('the durations seen', () => {
	test('say nothing before the first job has ended', () => {
		expect(new Durations().aims()).toEqual([]);
	});

	test('are taken between the last look at the unfinished job and the one that saw it finished', () => {
		const durations = new Durations();
		durations.note(60_000, 40_000);
		for (const aim of firstLooks(durations)) {
			expect(aim).toBeGreaterThan(40_000);
			expect(aim).toBeLessThan(60_000);
		}
	});

	test('are not misled by one job that took very long', () => {
		const durations = new Durations();
		for (const finishedAt of [50_000, 52_000, 900_000]) durations.note(finishedAt, finishedAt);
		expect(durations.aims()).toEqual([52_000]);
	});

	test('of 30 jobs count', () => {
		const durations = new Durations();
		durations.note(500_000, 400_000);
		for (let job = 0; job < 30; job++) durations.note(12_000, 10_000);
		expect(Math.max(...firstLooks(durations))).toBeLessThan(12_100);
	});
});

describe('as long as all jobs seem to take the same time', () => {
	test('the first looks divide what is not known among them, evenly', () => {
		const durations = new Durations();
		durations.note(11_000, 5_000);
		const looks = firstLooks(durations);
		const gaps = looks.slice(1).map((look, at) => look - looks[at]);
		expect(looks[0]).toBeLessThan(6_000);
		expect(looks[9]).toBeGreaterThan(10_000);
		expect(Math.max(...gaps)).toBeLessThan(1_200);
	});

	test('a second look comes where all of them had ended', () => {
		const durations = new Durations();
		durations.note(11_000, 5_000);
		const [, second] = durations.aims();
		expect(second).toBeGreaterThanOrEqual(11_000);
		expect(second).toBeLessThan(11_200);
	});

	test('one look is enough once the time is known closely', () => {
		const durations = new Durations();
		durations.note(11_000, 5_000);
		durations.note(10_100, 9_950);
		const [aim, ...more] = durations.aims();
		expect(more).toEqual([]);
		expect(aim).toBeGreaterThanOrEqual(10_100);
		expect(aim).toBeLessThan(10_300);
	});

	test('one that is seen finished hurries the looks at the others to its age', () => {
		const durations = new Durations();
		const sameAge = waiting(durations, 0);
		const younger = waiting(durations, 3_000);
		durations.note(10_400, 9_000);
		durations.hurryOthers();
		expect([sameAge.due, younger.due]).toEqual([10_400, 13_400]);
	});

	test('nobody is woken whose look is due before, or under way', () => {
		const durations = new Durations();
		const soon = waiting(durations, 0, 10_000);
		const underWay = waiting(durations, 0, -Infinity);
		durations.note(10_400, 9_000);
		durations.hurryOthers();
		expect([soon.due, underWay.due]).toEqual([10_000, -Infinity]);
		expect([soon.wake, underWay.wake].map((wake) => jest.mocked(wake).mock.calls)).toEqual([
			[],
			[],
		]);
	});
});

describe('once a job has taken longer than another', () => {
	test('no look is hurried any more', () => {
		const durations = new Durations();
		const longer = waiting(durations, 0);
		longer.unfinishedAt = 12_000;
		const another = waiting(durations, 0);
		durations.note(10_400, 9_000);
		durations.hurryOthers();
		expect([longer.due, another.due]).toEqual([20_000, 20_000]);
	});

	test('its waiting for it counts no more when that has ended', () => {
		const durations = new Durations();
		const longer = waiting(durations, 0);
		longer.unfinishedAt = 12_000;
		durations.end(longer);
		const another = waiting(durations, 0);
		durations.note(10_400, 9_000);
		durations.hurryOthers();
		expect(another.due).toBe(10_400);
	});
});
