import { describe, expect, jest, test } from '@jest/globals';

import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { randomFrom } from '../../../simulator/random.mts';
import { FakeAccount } from '../support/fakeAccount.mts';
import { settle, VirtualClock } from '../support/virtualClock.mts';

jest.setTimeout(300_000);

const SECOND = 1_000;
const HOUR = 3_600_000;

/** Times as those of fast mode: about 45 s. */
function varied(seed: number, meanMs = 45 * SECOND): (n: number) => number {
	const random = randomFrom(`account ${seed}`);
	const times: number[] = [];
	return (n) => {
		while (times.length <= n) times.push(meanMs * (0.5 + (random() + random() + random()) / 3));
		return times[n];
	};
}

const failures = async (work: Array<Promise<unknown>>): Promise<unknown[]> =>
	(await Promise.allSettled(work)).flatMap((each) =>
		each.status === 'rejected' ? [each.reason] : [],
	);

describe('executions with one account', () => {
	test('20 of 10 items in 10 slots: none fails, whatever Max Wait is, and few submits are refused', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, varied(1), 10);
		const account = fake.process();
		const runs = Array.from({ length: 20 }, () => fake.all(fake.run(account), 10));
		expect(await clock.run(failures(runs))).toEqual([]);
		expect(fake.jobs).toHaveLength(200);
		expect(fake.refused).toBeLessThanOrEqual(60);
		const ideal = (200 * 45 * SECOND) / 10;
		expect(clock.now() / ideal).toBeLessThan(1.1);
	});

	test('one run of 200 items that wants them all at once: none fails', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, varied(2), 10);
		const run = fake.run(fake.process(), { maxInFlight: 200 });
		expect(await clock.run(failures([fake.all(run, 200)]))).toEqual([]);
		expect(fake.jobs).toHaveLength(200);
	});

	test('take turns: a single prompt beside 300 gets the first or second slot that becomes free', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 30 * SECOND, 10);
		fake.says = 10;
		const account = fake.process();
		const batch = fake.all(fake.run(account), 300);
		await clock.advance(70 * SECOND);
		const before = fake.jobs.length;
		let at = -1;
		const lone = fake.one(fake.run(account), { onAccepted: ({ jobId }) => (at = Number(jobId)) });
		await clock.run(lone);
		expect(at - before).toBeLessThan(2);
		await clock.run(batch);
		expect(fake.refused).toBeLessThanOrEqual(1);
	});

	test('that are stopped leave the line at once, and what they have submitted still counts', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 30 * SECOND, 10);
		fake.says = 10;
		const account = fake.process();
		const stopped = fake.run(account);
		const work = failures([fake.all(stopped, 50)]);
		await clock.advance(5 * SECOND);
		stopped.scheduler.close();
		const other = fake.all(fake.run(account), 5);
		await clock.run(other);
		await clock.run(work);
		expect(fake.jobs).toHaveLength(15);
		expect(fake.refused).toBe(0);
	});
});

test('an answer that comes late does not bring back a job that has ended', async () => {
	const clock = new VirtualClock();
	const fake = new FakeAccount(clock, 40 * SECOND, 1);
	fake.says = 1;
	const account = fake.process();
	const { accepted } = await clock.run(fake.one(fake.run(account)));
	const { jobId } = accepted;
	account.saw({ jobId, family: 'image', status: 'SUCCESS' });
	account.saw({ jobId: jobId.toUpperCase(), family: 'image', status: 'ON_QUEUE' });
	const before = clock.now();
	const starts: number[] = [];
	const onAccepted = () => starts.push(clock.now());
	await clock.run(fake.one(fake.run(account), { onAccepted }));
	expect(starts).toEqual([before]);
});

test('the job of a submit that Stop has overtaken has a slot once it is accepted', async () => {
	const clock = new VirtualClock();
	const fake = new FakeAccount(clock, 40 * SECOND, 1);
	fake.says = 1;
	const account = fake.process();
	const submit = async () => {
		const answer = await fake.submit();
		await clock.ofProcess.sleep(20 * SECOND);
		return answer;
	};
	const [stopped, next] = [fake.run(account), fake.run(account)];
	const ended = failures([fake.one(stopped, { submit })]);
	await clock.advance(5 * SECOND);
	clock.stop();
	expect(await ended).toEqual([expect.any(StoppedError)]);
	expect(clock.now()).toBe(5 * SECOND);

	const clockOfNext = { ...clock, sleep: clock.ofProcess.sleep };
	const turn = { run: next, family: 'image', clock: clockOfNext, attempt: fake.submit } as const;
	const submitting = account.line.submit({ ...turn, maxWaitMs: HOUR, requireOpen: () => {} });
	await clock.run(submitting);
	expect(fake.refused).toBe(0);
	expect(clock.now()).toBeGreaterThanOrEqual(40 * SECOND);
});

describe('the number of slots', () => {
	test.each<[string, number | undefined, number]>([
		['is what the account page says', 5, 0],
		['is learnt from refusals where no page says it', undefined, 5],
	])('%s', async (_title, says, refused) => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 5);
		fake.says = says;
		const work = fake.all(fake.run(), 30);
		await clock.advance(19 * SECOND);
		expect(fake.refused).toBeLessThanOrEqual(refused);
		await clock.run(work);
		expect(fake.jobs).toHaveLength(30);
		expect(fake.refused).toBeLessThanOrEqual(refused + 6);
	});

	test.each([1, 2, 4, 9])(
		'costs no more than 5 refusals, also if there are only %i',
		async (slots) => {
			const clock = new VirtualClock();
			const fake = new FakeAccount(clock, 20 * SECOND, slots);
			const work = fake.all(fake.run(), 30);
			await clock.advance(19 * SECOND);
			expect(fake.refused).toBeLessThanOrEqual(5);
			await clock.run(work);
			expect(fake.jobs).toHaveLength(30);
		},
	);

	test('may be more than ten, though no page says it', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 16);
		await clock.run(fake.all(fake.run(undefined, { maxInFlight: 50 }), 48));
		expect(fake.mostUnfinished).toBe(16);
		expect(clock.now()).toBeLessThan(80 * SECOND);
	});

	test('is asked for once, and not at all for a single job', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 5);
		const account = fake.process();
		const asked = jest.spyOn(account.asks!, 'slots');
		await clock.run(fake.one(fake.run(account)));
		expect(asked).not.toHaveBeenCalled();
		await clock.run(fake.all(fake.run(account), 8));
		await clock.run(fake.all(fake.run(account), 8));
		expect(asked).toHaveBeenCalledTimes(1);
	});

	test('keeps nobody waiting if TTAPI does not say it', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 10);
		const account = fake.process();
		account.asks!.slots = async () => await new Promise(() => {});
		await clock.run(fake.all(fake.run(account), 10));
		expect(clock.now()).toBeLessThan(30 * SECOND);
	});
});

describe('what a submit sends', () => {
	/** Downloads pictures for so long, and notes when and how many are held. */
	function loading(clock: VirtualClock, ms: number) {
		const seen = { begun: [] as number[], held: 0, mostHeld: 0 };
		const load = async () => {
			seen.begun.push(clock.now());
			seen.mostHeld = Math.max(seen.mostHeld, ++seen.held);
			await clock.sleep(ms);
		};
		return { seen, load, onAccepted: () => void seen.held-- };
	}

	test('is loaded before the job has a slot: whoever is ready goes meanwhile', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 1);
		fake.says = 1;
		const account = fake.process();
		const { load } = loading(clock, 15 * SECOND);
		const starts: number[] = [];
		const first = fake.one(fake.run(account), { load, onAccepted: () => starts.push(clock.now()) });
		await clock.advance(SECOND);
		const second = fake.one(fake.run(account), { onAccepted: () => starts.push(clock.now()) });
		await clock.run(Promise.all([first, second]));
		expect(starts[0]).toBe(SECOND);
		expect(starts[1]).toBeGreaterThan(20 * SECOND);
	});

	test('is loaded for two in a long line only', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 1);
		fake.says = 1;
		const account = fake.process();
		const first = fake.one(fake.run(account));
		await clock.advance(SECOND);
		await clock.run(fake.one(fake.run(account)));
		const { seen, ...life } = loading(clock, 3 * SECOND);
		const runs = Array.from({ length: 12 }, () => fake.all(fake.run(account), 2, life));
		await clock.run(Promise.all([first, ...runs]));
		expect(seen.begun).toHaveLength(24);
		expect(seen.mostHeld).toBeLessThanOrEqual(3);
		expect(clock.now()).toBeLessThan(26 * 23 * SECOND);
	});

	test('counts no wait for a slot anew: all give up when the line has stood still for Max Wait', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, (job) => (job < 2 ? SECOND : HOUR), 1);
		fake.says = 1;
		const account = fake.process();
		// It learns that there is one slot.
		await clock.run(fake.all(fake.run(account), 2));
		const holder = fake.one(fake.run(account), { maxWaitMs: 2 * HOUR });
		await clock.advance(SECOND);
		const begun = clock.now();
		const { load } = loading(clock, 2 * SECOND);
		const life = { load, maxWaitMs: 60 * SECOND };
		const work = Array.from({ length: 8 }, async () => await fake.one(fake.run(account), life));
		expect(await clock.run(failures(work))).toHaveLength(8);
		expect(clock.now() - begun).toBeLessThan(75 * SECOND);
		await clock.run(holder);
	});

	test('does not count as a wait for a slot, and is an error of its job alone', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 20 * SECOND, 10);
		const run = fake.run();
		const { load } = loading(clock, 50 * SECOND);
		const failing = async () => await Promise.reject(new Error('no picture'));
		const work = [
			fake.one(run, { load, maxWaitMs: 30 * SECOND, isWaitedFor: false }),
			fake.one(run, { load: failing }),
		];
		expect(await clock.run(failures(work))).toEqual([new Error('no picture')]);
		expect(fake.jobs).toHaveLength(1);
	});
});

describe('jobs that nobody here waits for', () => {
	/** Ten jobs are submitted without waiting for them, then five more. */
	async function afterTen(account: Account, fake: FakeAccount, clock: VirtualClock) {
		await clock.run(fake.all(fake.run(account), 10, { isWaitedFor: false }));
		const begun = clock.now();
		const starts: number[] = [];
		const onAccepted = () => starts.push(clock.now());
		await clock.run(fake.all(fake.run(account), 5, { onAccepted }));
		return { begun, starts };
	}

	test('are looked at as soon as somebody needs their slots: the next ones start soon after their end', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 10);
		fake.says = 10;
		const { starts } = await afterTen(fake.process(), fake, clock);
		expect(fake.refused).toBeLessThanOrEqual(1);
		for (const at of starts) expect(at).toBeLessThan(50 * SECOND);
	});

	test('are looked at by nobody as long as nobody needs their slots', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 10);
		await clock.run(fake.all(fake.run(), 10, { isWaitedFor: false }));
		await clock.advance(HOUR);
		expect(fake.jobs.every(({ polls }) => polls === 0)).toBe(true);
	});

	test('count for some time only if TTAPI cannot be asked for them', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 10);
		fake.says = 10;
		const account = fake.process();
		account.asks!.look = async () => await Promise.reject(new Error('no'));
		const { starts } = await afterTen(account, fake, clock);
		// The first in line asks now and then.
		expect(starts[0]).toBeLessThan(80 * SECOND);
	});

	test('are not looked at twice if somebody waits for them who has not submitted them', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 1);
		fake.says = 1;
		const account = fake.process();
		const { accepted } = await clock.run(fake.one(fake.run(), { isWaitedFor: false }));
		const looked = jest.spyOn(account.asks!, 'look');
		const { jobId } = accepted;
		const waiting = fake.run(account).scheduler.follow({
			jobId,
			maxWaitMs: 360 * SECOND,
			firstIntervalMs: 5 * SECOND,
			poll: async () => {
				const answer = await fake.poll(jobId);
				account.saw(answer.job);
				return answer;
			},
		});
		await clock.run(Promise.all([waiting, fake.one(fake.run(account))]));
		expect(looked).not.toHaveBeenCalled();
	});

	test('are not left to somebody who looks at them seldom', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 2);
		fake.says = 2;
		const account = fake.process();
		const seldom = { firstIntervalMs: 300 * SECOND };
		const waiting = [
			fake.one(fake.run(account), seldom),
			fake.one(fake.run(account), { ...seldom, kind: 'of which none has ended' }),
		];
		await clock.advance(SECOND);
		const starts: number[] = [];
		const onAccepted = () => starts.push(clock.now());
		await clock.run(fake.all(fake.run(account), 2, { onAccepted }));
		expect(starts).toHaveLength(2);
		for (const at of starts) expect(at).toBeLessThan(55 * SECOND);
		expect(fake.jobs[0].polls).toBeLessThan(15);
		await clock.run(Promise.all(waiting));
	});

	test('do not count if TTAPI does not know them any more', async () => {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, 40 * SECOND, 10);
		fake.says = 10;
		const account = fake.process();
		account.asks!.look = async () => false;
		const { starts } = await afterTen(account, fake, clock);
		expect(starts[0]).toBeLessThan(50 * SECOND);
	});
});

describe('several processes with one account', () => {
	/** With a number of seeds, in the size of the goals; else in a smaller one, for every change. */
	const { SEEDS = '1' } = process.env;
	const ITEMS = process.env.SEEDS ? 300 : 100;
	const SLOTS = 10;
	const seeds = Array.from({ length: Number(SEEDS) }, (_, seed) => seed + 1);

	/** What TTAPI shows of all jobs once the last one has ended. */
	function measure({ jobs, refused }: FakeAccount) {
		const times = jobs.map(({ startsAt, endsAt }) => endsAt - startsAt);
		const sum = times.reduce((one, other) => one + other, 0);
		// A run that pauses does not see the last ones end.
		const last = Math.max(...jobs.map(({ endsAt, seenAt }) => seenAt ?? endsAt));
		return {
			meanMs: sum / jobs.length,
			ratio: last / (sum / SLOTS),
			refused: refused / jobs.length,
		};
	}

	/** One process has 300 items; the others one each, a while later. */
	async function beside(seed: number, others: number, handsOver: boolean) {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, varied(seed), SLOTS);
		fake.says = SLOTS;
		const newRun = () => fake.run(undefined, { handsOver });
		const batch = failures([fake.all(newRun(), ITEMS)]);
		await clock.advance((60 + 10 * seed) * SECOND);
		const begun = clock.now();
		const waits: number[] = [];
		const onAccepted = () => waits.push(clock.now() - begun);
		const lone = failures(
			Array.from({ length: others }, async () => await fake.one(newRun(), { onAccepted })),
		);
		const failed = [...(await clock.run(lone)), ...(await clock.run(batch))];
		const { meanMs, ...measured } = measure(fake);
		return { failed, waits: waits.map((ms) => ms / meanMs), ...measured };
	}

	async function share(seed: number, processes: number, handsOver: boolean) {
		const clock = new VirtualClock();
		const fake = new FakeAccount(clock, varied(seed), SLOTS);
		fake.says = SLOTS;
		const each = Math.ceil(ITEMS / processes);
		const work = Array.from({ length: processes }, async () => {
			return await fake.all(fake.run(undefined, { handsOver }), each);
		});
		return { failed: await clock.run(failures(work)), waits: [0], ...measure(fake) };
	}

	const mean = (values: number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

	test.each([
		['1 beside one with many items, polling', beside, 1, false, 1.5],
		['1 beside one with many items, by callback', beside, 1, true, 1.5],
		['3 beside one with many items, polling', beside, 3, false, 4],
		['7 beside one with many items, by callback', beside, 7, true, 4],
		['2 that share many items, polling', share, 2, false, 1.5],
		['2 that share many items, by callback', share, 2, true, 1.5],
		['4 that share many items, polling', share, 4, false, 4],
		['8 that share many items, polling', share, 8, false, 4],
	] as const)(
		'%s: none starves, few submits are refused, the slots stay full',
		async (title, measured, count, handsOver, mostRefused) => {
			const rounds = [];
			for (const seed of seeds) rounds.push(await measured(seed, count, handsOver));
			const waits = rounds.flatMap((round) => round.waits).sort((a, b) => a - b);
			const median = waits[Math.floor(waits.length / 2)];
			const ratio = mean(rounds.map((round) => round.ratio));
			const refused = mean(rounds.map((round) => round.refused));
			if (process.env.SEEDS)
				console.log(
					`${title}: first job after ${median.toFixed(2)} mean times (worst ${waits.at(-1)!.toFixed(2)}), ${ratio.toFixed(3)} of the ideal, ${refused.toFixed(2)} refused a job`,
				);
			expect(rounds.flatMap(({ failed }) => failed)).toEqual([]);
			expect(median).toBeLessThanOrEqual(3);
			// The end of a run, where slots stay empty, is a larger part of few items.
			expect(ratio).toBeLessThanOrEqual(ITEMS === 300 ? 1.1 : 1.2);
			expect(refused).toBeLessThanOrEqual(mostRefused);
		},
	);
});

test('what is not waited for by anybody keeps no clock going', async () => {
	const clock = new VirtualClock();
	const fake = new FakeAccount(clock, SECOND, 10);
	await clock.run(fake.all(fake.run(), 3));
	await clock.advance(5 * SECOND);
	await settle();
	await expect(clock.run(new Promise(() => {}))).rejects.toThrow('Nobody sleeps');
});
