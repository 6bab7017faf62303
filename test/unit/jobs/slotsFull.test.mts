/** How full the slots are, for job times as they are: against an account that takes the next prompt in the moment in which a slot is free. */
import { describe, expect, jest, test } from '@jest/globals';

import { evenly, ideal, lognormal } from '../../../simulator/jobTimes.mts';
import { randomFrom } from '../../../simulator/random.mts';
import { FakeAccount } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

/** Of the shorter runs; a quarter of them for the longer ones. */
const SEEDS = Number(process.env.SEEDS ?? 3);
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

interface Measured {
	count: number;
	seed: number;
	/** Questions that the host answers in a second; more wait for their turn. */
	aSecond?: number;
}

async function measure({ of, firstSeconds }: Times, { count, seed, aSecond = Infinity }: Measured) {
	const random = randomFrom(`times ${seed}`);
	const times = Array.from({ length: count }, (_, n) => 1_000 * of(random, n / count));
	const clock = new VirtualClock();
	const fake = new FakeAccount(clock, (n) => times[n], SLOTS);
	fake.says = SLOTS;
	let turn = 0;
	const poll = async (jobId: string) => {
		const at = Math.max(clock.now(), turn);
		turn = at + 1_000 / aSecond;
		if (at > clock.now()) await clock.sleep(at - clock.now());
		return await fake.poll(jobId);
	};
	const life = { firstIntervalMs: firstSeconds * 1_000, maxWaitMs: 2_000_000, poll };
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

/** The rounds of all seeds, and what they come to. */
async function measureAll(name: string, count: number, aSecond?: number) {
	const rounds = [];
	const seeds = count > 60 ? Math.ceil(SEEDS / 4) : SEEDS;
	for (let seed = 1; seed <= seeds; seed++)
		rounds.push(await measure(TIMES[name], { count, seed, aSecond }));
	const ratios = rounds.map(({ ratio }) => ratio);
	const all = {
		ratio: mean(ratios),
		worst: percentile(ratios, 0.95),
		looks: mean(rounds.map((each) => each.looks)),
		lag: mean(rounds.map((each) => each.lag)),
		refused: Math.max(...rounds.map(({ refused }) => refused)),
	};
	if (process.env.SEEDS)
		console.log(
			`${name} ${count}: ${all.ratio.toFixed(3)} (p95 ${all.worst.toFixed(3)}), ${all.looks.toFixed(1)} looks a job, lag ${(100 * all.lag).toFixed(1)} %`,
		);
	return all;
}

describe.each(Object.keys(TIMES))('%s', (name) => {
	test.each([60, 200])('%i jobs', async (count) => {
		const { ratio, worst, looks, lag, refused } = await measureAll(name, count);
		// The goal is for 20 seeds; fewer vary more.
		expect(ratio).toBeLessThanOrEqual(SEEDS >= 20 ? 1.03 : 1.04);
		expect(worst).toBeLessThanOrEqual(1.06);
		expect(lag).toBeLessThanOrEqual(0.08);
		expect(looks).toBeLessThanOrEqual(40);
		expect(refused).toBe(0);
	});
});

describe('a host that answers 3 questions a second', () => {
	// Ten jobs of 10 s want more looks than that.
	const MOST: Record<string, number> = { 'd: turbo, 5 to 15 s': 1.15 };

	test.each(Object.keys(TIMES))('%s', async (name) => {
		const { ratio, refused } = await measureAll(name, 60, 3);
		expect(ratio).toBeLessThanOrEqual(MOST[name] ?? 1.08);
		expect(refused).toBe(0);
	});
});
