import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
	TransientError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import {
	NotSubmittedError,
	Scheduler,
	type KnownJob,
	type SchedulerSettings,
} from '../../../nodes/TtapiMidjourney/jobs/scheduler.ts';
import { waitForJob } from '../../../nodes/TtapiMidjourney/jobs/waitForJob.ts';
import { answerWith, doneBody, waitingBody } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { BUSY, FakeAccount, NO_JITTER, type Run } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

let clock: VirtualClock;

function runWith(changes: Partial<SchedulerSettings> = {}): Run {
	const account = new Account(clock.ofProcess);
	const settings = { maxInFlight: 10, stopsAtFirstError: false, handsOver: true, ...changes };
	return { account, scheduler: new Scheduler(clock, settings, account) };
}

const refusing = async () => {
	throw new TtapiError('TTAPI refused the request', { description: '' });
};

beforeEach(() => {
	clock = new VirtualClock();
	jest.spyOn(Math, 'random').mockReturnValue(NO_JITTER);
});

describe('the jobs of a run that pauses', () => {
	test('are handed over at once, without a poll, where all of them are submitted at once', async () => {
		const account = new FakeAccount(clock, 60_000);
		const jobs = await clock.run(account.all(runWith(), 10));
		expect(jobs.map(({ outcome }) => outcome)).toEqual(
			Array(10).fill({ end: 'handedOver', waitedMs: 0 }),
		);
		expect(account.requests).toBe(10);
		expect(clock.now()).toBe(0);
	});

	test('are looked at as long as there are more jobs than slots, and keep the slots full', async () => {
		const account = new FakeAccount(clock, 60_000);
		const jobs = await clock.run(account.all(runWith({ maxInFlight: 2 }), 5));
		expect(account.mostUnfinished).toBe(2);
		// The fourth may be handed over a moment before its end is seen.
		expect(jobs.map(({ outcome }) => outcome?.end)).toEqual([
			...['finished', 'finished', 'finished', expect.any(String)],
			'handedOver',
		]);
		// The fifth is the last one: from its submit on nobody looks any more.
		expect(clock.now()).toBe(account.jobs[4].startsAt);
		expect(account.jobs[4].polls).toBe(0);
	});

	test('have what was last seen of them, and since when they are waited for', async () => {
		const account = new FakeAccount(clock, 60_000);
		const slow = { ...account, poll: async () => answerWith(waitingBody('0')) };
		const run = runWith({ maxInFlight: 2 });
		const jobs = [account.one(run, slow), account.one(run), account.one(run)];
		const [{ outcome }] = await clock.run(Promise.all(jobs));
		expect(outcome).toMatchObject({
			end: 'handedOver',
			answer: { job: { status: 'PENDING_QUEUE' } },
			waitedMs: account.jobs[2].startsAt,
		});
	});

	test('have the trouble of the last poll, and no answer where no look worked', async () => {
		const account = new FakeAccount(clock, 60_000);
		const trouble = new TransientError('TTAPI could not be asked', { description: '' });
		const poll = async () => await Promise.reject(trouble);
		const run = runWith({ maxInFlight: 2 });
		const jobs = [account.one(run, { poll }), account.one(run), account.one(run)];
		const [{ outcome }] = await clock.run(Promise.all(jobs));
		expect(outcome).toMatchObject({ end: 'handedOver', answer: undefined, trouble });
	});

	test('whose time is up before, have timed out', async () => {
		const account = new FakeAccount(clock, 60_000);
		const run = runWith({ maxInFlight: 2 });
		const jobs = [account.one(run, { maxWaitMs: 20_000 }), account.one(run), account.one(run)];
		const ends = (await clock.run(Promise.all(jobs))).map(({ outcome }) => outcome?.end);
		expect(ends).toEqual(['timedOut', 'handedOver', 'handedOver']);
	});

	test('are not handed over while the last one waits for a slot of the account', async () => {
		const account = new FakeAccount(clock, 60_000, 2);
		const jobs = await clock.run(account.all(runWith(), 3));
		expect(account.jobs).toHaveLength(3);
		expect(jobs.at(-1)!.outcome?.end).toBe('handedOver');
	});

	test('are not handed over while the last submit has no answer', async () => {
		const account = new FakeAccount(clock, 20_000);
		const slow = async () => {
			await clock.sleep(50_000);
			return await account.submit();
		};
		const run = runWith();
		const jobs = [account.one(run), account.one(run, { submit: slow })];
		const ends = (await clock.run(Promise.all(jobs))).map(({ outcome }) => outcome?.end);
		expect(ends).toEqual(['finished', 'handedOver']);
		expect(clock.now()).toBe(50_000);
	});

	test('are polled on while the job of a doubtful submit is searched for', async () => {
		const account = new FakeAccount(clock, 20_000);
		const run = runWith();
		const rescue = async () => {
			await clock.sleep(50_000);
			return await refusing();
		};
		const jobs = [account.one(run), account.one(run, { submit: refusing, rescue })];
		const [first] = await clock.run(Promise.allSettled(jobs));
		expect(first).toMatchObject({ value: { outcome: { end: 'finished' } } });
	});

	test.each<[string, () => Promise<never>, number]>([
		['is refused', refusing, 0],
		[
			'gets no slot in time',
			async () => {
				await clock.sleep(30_000);
				return await refusing();
			},
			30_000,
		],
	])('are handed over when the last submit %s', async (_title, submit, at) => {
		const account = new FakeAccount(clock, 600_000);
		const run = runWith();
		const jobs = [account.one(run), account.one(run, { submit })];
		const [first, last] = await clock.run(Promise.allSettled(jobs));
		expect(first).toMatchObject({ value: { outcome: { end: 'handedOver' } } });
		expect(last.status).toBe('rejected');
		expect(clock.now()).toBe(at);
	});

	test('are handed over when the queue stayed full for the last one', async () => {
		const account = new FakeAccount(clock, 600_000);
		const run = runWith();
		const full = { submit: async () => BUSY, maxWaitMs: 40_000 };
		const jobs = [account.one(run), account.one(run, full)];
		const [first] = await clock.run(Promise.allSettled(jobs));
		expect(first).toMatchObject({ value: { outcome: { end: 'handedOver' } } });
		expect(clock.now()).toBe(40_000);
	});

	test('are handed over when an error has ended the submits', async () => {
		const account = new FakeAccount(clock, 600_000);
		const run = runWith({ maxInFlight: 2, stopsAtFirstError: true });
		const jobs = [
			account.one(run),
			account.one(run, { submit: refusing }),
			account.one(run),
			account.one(run),
		];
		const [first, ...others] = await clock.run(Promise.allSettled(jobs));
		expect(first).toMatchObject({ value: { outcome: { end: 'handedOver' } } });
		expect(others.map((each) => each.status === 'rejected' && each.reason)).toMatchObject([
			...[expect.any(TtapiError), expect.any(NotSubmittedError), expect.any(NotSubmittedError)],
		]);
		expect(account.tries).toHaveLength(1);
	});

	test('end with Stop, also those that wait for a slot', async () => {
		const account = new FakeAccount(clock, 600_000);
		const jobs = account.all(runWith({ maxInFlight: 2, stopsAtFirstError: true }), 5);
		const stopped = expect(jobs).rejects.toBeInstanceOf(StoppedError);
		await clock.advance(8_000);
		clock.stop();
		await stopped;
		expect(account.jobs).toHaveLength(2);
	});
});

test('no job of a run that polls is ever handed over', async () => {
	const account = new FakeAccount(clock, 60_000);
	const jobs = await clock.run(account.all(runWith({ handsOver: false, maxInFlight: 2 }), 5));
	expect(jobs.map(({ outcome }) => outcome?.end)).toEqual(Array(5).fill('finished'));
});

describe('one more look at a job that was handed over', () => {
	const looks = (changes: Pick<KnownJob, 'poll' | 'since'>) => ({
		jobId: 'j',
		maxWaitMs: 60_000,
		firstIntervalMs: 5_000,
		pollOnce: true,
		...changes,
	});

	test.each([
		['finished', doneBody()],
		['handedOver', waitingBody()],
	])('%s: is made at once, and not repeated', async (end, body) => {
		const poll = jest.fn(async () => answerWith(body));
		const outcome = await clock.run(runWith().scheduler.follow(looks({ poll })));
		expect(outcome).toMatchObject({ end, answer: { body } });
		expect(poll).toHaveBeenCalledTimes(1);
		expect(clock.now()).toBe(0);
	});

	test('that does not work hands it over, with the trouble', async () => {
		const trouble = new TransientError('TTAPI could not be asked', { description: '' });
		const poll = jest.fn(async () => await Promise.reject(trouble));
		const outcome = await clock.run(runWith().scheduler.follow(looks({ poll })));
		expect(outcome).toMatchObject({ end: 'handedOver', trouble });
		expect(poll).toHaveBeenCalledTimes(1);
	});

	test('counts its time from the submit: a job whose time is up is not handed over again', async () => {
		await clock.advance(90_000);
		const poll = async () => answerWith(waitingBody());
		const outcome = await clock.run(runWith().scheduler.follow(looks({ poll, since: 30_000 })));
		expect(outcome).toMatchObject({ end: 'timedOut', waitedMs: 60_000 });
	});

	test('throws what cannot get better', async () => {
		const unknown = new TtapiError('TTAPI does not know the job', { description: '' });
		const poll = async () => await Promise.reject(unknown);
		expect(await caught(clock.run(runWith().scheduler.follow(looks({ poll }))), TtapiError)).toBe(
			unknown,
		);
	});
});

describe('a wait that somebody else takes over', () => {
	const wait = (handOver: Promise<void>, lookMs: number) => {
		const poll = jest.fn(async () => {
			await clock.sleep(lookMs);
			return answerWith(lookMs > 0 && clock.now() > 8_000 ? doneBody() : waitingBody());
		});
		const waiting = waitForJob({
			clock,
			poll,
			handOver,
			since: 0,
			maxWaitMs: 60_000,
			firstIntervalMs: 5_000,
		});
		return { poll, waiting };
	};

	test('ends the moment it is taken over', async () => {
		const { poll, waiting } = wait(clock.sleep(7_000), 0);
		expect(await clock.run(waiting)).toMatchObject({ end: 'handedOver', waitedMs: 7_000 });
		expect(poll).toHaveBeenCalledTimes(2);
	});

	test('goes on as long as it is not taken over', async () => {
		const { poll, waiting } = wait(new Promise(() => {}), 0);
		expect(await clock.run(waiting)).toMatchObject({ end: 'timedOut' });
		expect(poll.mock.calls.length).toBeGreaterThan(3);
	});

	test('ends with the answer of the look that is under way', async () => {
		const { poll, waiting } = wait(clock.sleep(6_000), 4_000);
		expect(await clock.run(waiting)).toMatchObject({ end: 'finished', waitedMs: 9_000 });
		expect(poll).toHaveBeenCalledTimes(1);
	});
});
