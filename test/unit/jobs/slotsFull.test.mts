/** How full the slots are, for job times as they are: against an account that takes the next prompt in the moment in which a slot is free. */
import { describe, expect, jest, test } from '@jest/globals';

import { evenly, ideal, lognormal } from '../../../simulator/jobTimes.mts';
import { randomFrom } from '../../../simulator/random.mts';
import { FakeAccount } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

/** Of the shorter runs; a quarter of them for the longer ones. */
const SEEDS = Number(process.env.SEEDS ?? 8);
const SLOTS = 10;
jest.setTimeout(600_000);

/** Seconds; `part` says how far the run is. */
interface Times {
	of: (random: () => number, part: number) => number;
	firstSeconds: number;
}

const fast = lognormal(45, 15);
const TIMES: Record<string, Times> = {
	'a: fast, 45 s': { of: fast, firstSeconds: 5 },
	'b: relax, 90 s': { of: lognormal(90, 40), firstSeconds: 10 },
	'c: 20 s or 300 s': { of: (random) => (random() < 0.5 ? 20 : 300), firstSeconds: 5 },
	'd: turbo, 5 to 15 s': { of: evenly(5, 15), firstSeconds: 3 },
	'e: Pareto, from 20 s': {
		of: (random) => Math.min(1_200, 20 * (1 - random()) ** (-1 / 1.5)),
		firstSeconds: 5,
	},
	'f: twice as long from the middle on': {
		of: (random, part) => fast(random) * (part < 0.5 ? 1 : 2),
		firstSeconds: 5,
	},
};

async function measure({ of, firstSeconds }: Times, count: number, seed: number) {
	const random = randomFrom(`times ${seed}`);
	const times = Array.from({ length: count }, (_, n) => 1_000 * of(random, n / count));
	const clock = new VirtualClock();
	const fake = new FakeAccount(clock, (n) => times[n], SLOTS);
	fake.says = SLOTS;
	const life = { firstIntervalMs: firstSeconds * 1_000, maxWaitMs: 2_000_000 };
	await clock.run(fake.all(fake.run(), count, life));
	const mean = times.reduce((sum, time) => sum + time, 0) / count;
	const lags = fake.jobs.map(({ seenAt, endsAt }) => seenAt! - endsAt);
	return {
		ratio: Math.max(...fake.jobs.map(({ seenAt }) => seenAt!)) / ideal(times, SLOTS),
		looks: fake.jobs.reduce((sum, { polls }) => sum + polls, 0) / count,
		lag: percentile(lags, 0.95) / mean,
		refused: fake.refused,
	};
}

const percentile = (values: number[], part: number): number =>
	[...values].sort((a, b) => a - b)[Math.ceil(part * values.length) - 1];
const mean = (values: number[]): number =>
	values.reduce((sum, each) => sum + each, 0) / values.length;

describe.each(Object.entries(TIMES))('%s', (name, times) => {
	test.each([60, 200])('%i jobs', async (count) => {
		const rounds = [];
		const seeds = count > 60 ? Math.ceil(SEEDS / 4) : SEEDS;
		for (let seed = 1; seed <= seeds; seed++) rounds.push(await measure(times, count, seed));
		const ratios = rounds.map(({ ratio }) => ratio);
		const looks = mean(rounds.map((each) => each.looks));
		const lag = mean(rounds.map((each) => each.lag));
		if (process.env.SEEDS)
			console.log(
				`${name} ${count}: ${mean(ratios).toFixed(3)} (p95 ${percentile(ratios, 0.95).toFixed(3)}), ${looks.toFixed(1)} looks a job, lag ${(100 * lag).toFixed(1)} %`,
			);
		// The goal is for 20 seeds; fewer vary more.
		expect(mean(ratios)).toBeLessThanOrEqual(SEEDS >= 20 ? 1.03 : 1.04);
		expect(percentile(ratios, 0.95)).toBeLessThanOrEqual(1.06);
		expect(lag).toBeLessThanOrEqual(0.08);
		expect(looks).toBeLessThanOrEqual(40);
		expect(rounds.every(({ refused }) => refused === 0)).toBe(true);
	});
});
