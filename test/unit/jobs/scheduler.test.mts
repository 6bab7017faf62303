import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
	StoppedError,
	TransientError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import { OutageError } from '../../../nodes/TtapiMidjourney/jobs/outage.ts';
import { NotSubmittedError, Scheduler } from '../../../nodes/TtapiMidjourney/jobs/scheduler.ts';
import { FIRST_POLL_SECONDS } from '../../../nodes/TtapiMidjourney/jobs/limits.ts';
import { answerWith, doneBody, waitingBody } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { acceptedAs, BUSY, FakeAccount, NO_JITTER, type Run } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

let clock: VirtualClock;
let run: Run;

function runWith(maxInFlight: number, stopsAtFirstError = false): Run {
	const account = new Account(clock.ofProcess);
	const settings = { maxInFlight, stopsAtFirstError, handsOver: false };
	return { account, scheduler: new Scheduler(clock, settings, account) };
}

beforeEach(() => {
	clock = new VirtualClock();
	run = runWith(10);
	jest.spyOn(Math, 'random').mockReturnValue(NO_JITTER);
});

describe('20 jobs with 10 slots', () => {
	test.each([
		['turbo', 30],
		['fast', 60],
		['relax', 120],
	] as const)('take about two job times in %s mode (%i s a job)', async (mode, seconds) => {
		const account = new FakeAccount(clock, seconds * 1000);
		await clock.run(account.all(run, 20, { firstIntervalMs: FIRST_POLL_SECONDS[mode] * 1000 }));
		const ratioToIdeal = clock.now() / (2 * seconds * 1000);
		expect(ratioToIdeal).toBeLessThanOrEqual(1.2);
	});

	test.each([10, 60])(
		'idle little where all take the same %i s, and are asked for rarely',
		async (seconds) => {
			const account = new FakeAccount(clock, seconds * 1000);
			await clock.run(account.all(run, 60));
			expect(clock.now() / (6 * seconds * 1000)).toBeLessThanOrEqual(1.06);
			expect((account.requests - 60) / 60).toBeLessThanOrEqual(10);
		},
	);

	test('never have more than 10 unfinished at any moment', async () => {
		const account = new FakeAccount(clock, 60_000);
		await clock.run(account.all(run, 20));
		expect(account.jobs).toHaveLength(20);
		expect(account.mostUnfinished).toBe(10);
	});
});

describe('the jobs in flight', () => {
	test.each([1, 3, 20])('are at most %i where Max Jobs in Flight says so', async (most) => {
		const account = new FakeAccount(clock, 20_000);
		await clock.run(account.all(runWith(most), 25));
		expect(account.mostUnfinished).toBe(most);
	});

	test('are all submitted at once where there is room', async () => {
		const account = new FakeAccount(clock, 20_000);
		await clock.run(account.all(run, 10));
		expect(account.tries).toEqual(Array(10).fill(0));
	});

	test('let in the next one the moment one is seen to have ended', async () => {
		const account = new FakeAccount(clock, 20_000);
		const one = runWith(1);
		const ends: number[] = [];
		const jobs = [0, 1, 2].map(async () => {
			await account.one(one);
			ends.push(clock.now());
		});
		await clock.run(Promise.all(jobs));
		expect(account.tries.slice(1)).toEqual(ends.slice(0, 2));
	});

	test('keep their slot only until their own time is up', async () => {
		const account = new FakeAccount(clock, Infinity);
		const one = runWith(1);
		const outcomes = await clock.run(account.all(one, 2, { maxWaitMs: 30_000 }));
		expect(outcomes.map(({ outcome }) => outcome?.end)).toEqual(['timedOut', 'timedOut']);
		expect(account.tries).toEqual([0, 30_000]);
	});
});

describe('the requests to TTAPI', () => {
	test.each([0, 0.5, 1])(
		'are at most 17 for one fast job of 60 s, the submit included (jitter %d)',
		async (jitter) => {
			jest.spyOn(Math, 'random').mockReturnValue(jitter);
			const account = new FakeAccount(clock, 60_000);
			await clock.run(account.all(run, 1));
			expect(account.requests).toBeLessThanOrEqual(17);
		},
	);

	test('are few until the shortest time of such a job is over: none ends much sooner', async () => {
		const account = new FakeAccount(clock, 60_000);
		await clock.run(account.all(run, 20));
		const polls = account.jobs.map((job) => job.polls);
		expect(Math.max(...polls.slice(10))).toBeLessThanOrEqual(9);
	});

	test('become more for all that run, as soon as the first one of their kind has ended', async () => {
		const account = new FakeAccount(clock, (n) => (n === 0 ? 20_000 : 60_000));
		await clock.run(account.all(run, 3));
		for (const { endsAt, seenAt } of account.jobs.slice(1))
			expect(seenAt! - endsAt).toBeLessThan(3_000);
	});

	test('are not misled by jobs of another kind that take longer', async () => {
		const slow = new FakeAccount(clock, 120_000);
		const quick = new FakeAccount(clock, 5_000);
		await clock.run(slow.one(run, { kind: 'relax imagine' }));
		const began = clock.now();
		await clock.run(quick.one(run, { kind: 'turbo imagine', firstIntervalMs: 3_000 }));
		expect(clock.now() - began).toBeLessThan(10_000);
	});

	test('begin no later than the user wants, also when longer times were seen', async () => {
		const account = new FakeAccount(clock, (n) => (n === 0 ? 60_000 : 1_500));
		await clock.run(account.one(run));
		const began = clock.now();
		await clock.run(account.one(run, { firstIntervalMs: 1_000 }));
		const lookedAt = account.jobs[1].seenAt! - began;
		expect(account.jobs[1].polls).toBeGreaterThanOrEqual(2);
		expect(lookedAt).toBeLessThanOrEqual(60_000);
	});
});

describe('a full queue', () => {
	test('is waited for: with 5 slots, 20 jobs take about four job times', async () => {
		const account = new FakeAccount(clock, 60_000, 5);
		await clock.run(account.all(run, 20));
		expect(account.jobs).toHaveLength(20);
		expect(clock.now() / (4 * 60_000)).toBeLessThanOrEqual(1.2);
	});

	test('lets in the next one the moment a job of this run is seen to have ended', async () => {
		const account = new FakeAccount(clock, 100_000, 1);
		await clock.run(account.all(run, 3));
		// It may have got in earlier, as it asks now and then by itself.
		const late = account.jobs
			.slice(1)
			.map(({ startsAt }, at) => startsAt - account.jobs[at].seenAt!);
		for (const ms of late) expect(ms).toBeLessThanOrEqual(0);
	});

	test('is given up when nothing has moved for that time, while the jobs in flight go on to their end', async () => {
		const account = new FakeAccount(clock, 90_000, 1);
		const jobs = [account.one(run), account.one(run, { maxWaitMs: 30_000 })];
		const [done, refused] = await clock.run(Promise.allSettled(jobs));
		expect(done).toMatchObject({ value: { outcome: { end: 'finished' } } });
		expect(refused).toMatchObject({
			reason: { description: expect.stringMatching(/Nothing was paid/) },
		});
		expect(account.jobs).toHaveLength(1);
	});

	test('does not count against the time that a job has: that begins with its submit', async () => {
		const account = new FakeAccount(clock, 60_000, 1);
		const jobs = await clock.run(account.all(run, 2, { maxWaitMs: 80_000 }));
		expect(jobs.map(({ outcome }) => outcome?.end)).toEqual(['finished', 'finished']);
	});
});

describe('what a submit gives', () => {
	test('the job id is told before anything else happens', async () => {
		const told: string[] = [];
		const poll = async () => {
			told.push('polled');
			return answerWith(doneBody());
		};
		const account = new FakeAccount(clock, 0);
		await clock.run(
			account.one(run, { poll, onAccepted: ({ jobId }) => told.push(`accepted ${jobId}`) }),
		);
		expect(told).toEqual(['accepted 0', 'polled']);
	});

	test('only the receipt where nobody wants to wait, and no question to TTAPI', async () => {
		const account = new FakeAccount(clock, 60_000);
		const { accepted, outcome } = await clock.run(account.one(run, { isWaitedFor: false }));
		expect(accepted).toEqual(acceptedAs('0'));
		expect(outcome).toBeUndefined();
		expect(clock.now()).toBe(0);
	});

	test('a full queue is waited for even where only the receipt is wanted', async () => {
		const account = new FakeAccount(clock, 20_000, 1);
		await clock.run(account.all(run, 3, { isWaitedFor: false }));
		expect(account.jobs).toHaveLength(3);
	});
});

describe('a job that exists already', () => {
	const WAITING = answerWith(waitingBody());

	test('is looked at right away, and followed to its end', async () => {
		const lookedAt: number[] = [];
		const poll = async () => {
			lookedAt.push(clock.now());
			return lookedAt.length < 3 ? WAITING : answerWith(doneBody());
		};
		const following = run.scheduler.follow({
			jobId: 'j',
			poll,
			maxWaitMs: 1_260_000,
			firstIntervalMs: 5_000,
		});
		expect(await clock.run(following)).toMatchObject({ end: 'finished' });
		expect(lookedAt).toEqual([0, 5_000, 6_000]);
	});

	test('has its time counted from the start of the node', async () => {
		await clock.advance(50_000);
		const poll = async () => WAITING;
		const following = run.scheduler.follow({
			jobId: 'j',
			poll,
			maxWaitMs: 60_000,
			firstIntervalMs: 5_000,
		});
		expect(await clock.run(following)).toMatchObject({ end: 'timedOut', waitedMs: 60_000 });
		expect(clock.now()).toBe(60_000);
	});
});

describe('an outage', () => {
	const undone = { undone: 'it was not asked', description: '' };
	const silent = async () =>
		await Promise.reject(new TransientError('no answer', { description: '', httpStatus: 503 }));

	test('found by a run that ends with its first error is no outage for ever', async () => {
		const first = runWith(10, true);
		const { account } = first;
		account.letAsk({ slots: silent, look: silent, lastEnded: silent });
		for (let n = 0; n < 3; n++) await caught(first.scheduler.ask(silent, undone), TransientError);
		await caught(first.scheduler.ask(silent, undone), OutageError);
		account.asks!.lastEnded = async () => 'job';
		const settings = { maxInFlight: 10, stopsAtFirstError: true, handsOver: false };
		const next = new Scheduler(clock, settings, account);
		expect(await clock.run(next.ask(async () => 'answer', undone))).toBe('answer');
	});
});

describe('the end of a run', () => {
	test('after a close nothing more is submitted, and the jobs in flight are waited for', async () => {
		const account = new FakeAccount(clock, 60_000);
		const all = Promise.allSettled(Array.from({ length: 20 }, async () => await account.one(run)));
		await clock.advance(10_000);
		run.scheduler.close();
		const results = await clock.run(all);
		expect(account.tries).toHaveLength(10);
		expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
		const reasons = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
		for (const reason of reasons) expect(reason).toBeInstanceOf(NotSubmittedError);
	});

	test('after a close with a reason, every job that is not submitted gets this reason', async () => {
		const refused = new TtapiError('TTAPI refused the API key', { description: '' });
		const account = new FakeAccount(clock, 60_000);
		run.scheduler.close(refused);
		expect(await caught(account.all(run, 2), TtapiError)).toBe(refused);
		expect(account.tries).toEqual([]);
	});

	test('nothing is submitted for an execution that is stopped already', async () => {
		const clock = new VirtualClock();
		const account = new FakeAccount(clock, 10_000);
		const run = account.run();
		clock.stop();
		await expect(account.one(run)).rejects.toThrow(StoppedError);
		await clock.advance(5_000);
		expect(account.tries).toEqual([]);
	});

	test('Stop ends everything within a second, and takes no more jobs', async () => {
		const account = new FakeAccount(clock, 60_000, 5);
		const submit = async () => {
			await clock.sleep(0);
			return await account.submit();
		};
		const all = Promise.allSettled(
			Array.from({ length: 20 }, async () => await account.one(run, { submit })),
		);
		await clock.advance(8_000);
		const taken = account.jobs.length;
		clock.stop();
		const ends = (await all).map((each) => each.status === 'rejected' && each.reason);
		// Those that had no slot of the run yet are not begun any more.
		expect(ends.filter((reason) => reason instanceof StoppedError)).toHaveLength(10);
		expect(ends.filter((reason) => reason instanceof NotSubmittedError)).toHaveLength(10);
		expect(clock.now()).toBeLessThanOrEqual(9_000);
		expect(account.jobs).toHaveLength(taken);
	});

	test.each([
		[true, 1],
		[false, 3],
	])('the first error ends the submits: %s', async (stopsAtFirstError, submitted) => {
		const account = new FakeAccount(clock, 10_000);
		const onEnd = () => {
			throw new TtapiError('Job failed', { description: '' });
		};
		const one = runWith(1, stopsAtFirstError);
		await clock.run(
			Promise.allSettled([1, 2, 3].map(async () => await account.one(one, { onEnd }))),
		);
		expect(account.tries).toHaveLength(submitted);
	});

	test('a job whose submit fails gives its slot to the next one', async () => {
		const account = new FakeAccount(clock, 10_000);
		const one = runWith(1);
		const failing = account.one(one, {
			submit: async () => {
				throw new TtapiError('TTAPI refused the request', { description: '' });
			},
		});
		const next = account.one(one);
		await expect(clock.run(failing)).rejects.toThrow(/refused/);
		await expect(clock.run(next)).resolves.toMatchObject({ outcome: { end: 'finished' } });
	});

	test('a job that gets no slot gives up its place in flight', async () => {
		const account = new FakeAccount(clock, 10_000);
		const one = runWith(1);
		const busy = account.one(one, { submit: async () => BUSY, maxWaitMs: 20_000 });
		const next = account.one(one, { maxWaitMs: 60_000 });
		await expect(clock.run(busy)).rejects.toThrow(/queue/);
		await expect(clock.run(next)).resolves.toMatchObject({ outcome: { end: 'finished' } });
	});
});
