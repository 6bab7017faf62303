import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
	DoubtfulError,
	StoppedError,
	TransientError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { OutageError } from '../../../nodes/TtapiMidjourney/jobs/outage.ts';
import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import type { SubmitAnswer } from '../../../nodes/TtapiMidjourney/jobs/line.ts';
import {
	NotSubmittedError,
	Scheduler,
	type SchedulerSettings,
} from '../../../nodes/TtapiMidjourney/jobs/scheduler.ts';
import { caught } from '../support/caught.mts';
import { acceptedAs, BUSY, NO_JITTER, tooMany, unreachable } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

let clock: VirtualClock;
let account: Account;
let line: Scheduler;
let triedAt: number[];

const runOf = (changes: Partial<SchedulerSettings> = {}) =>
	new Scheduler(
		clock,
		{ maxInFlight: 10, stopsAtFirstError: false, handsOver: false, ...changes },
		account,
	);

beforeEach(() => {
	clock = new VirtualClock();
	account = new Account(clock.ofProcess);
	line = runOf();
	triedAt = [];
	jest.spyOn(Math, 'random').mockReturnValue(NO_JITTER);
});

/** Says that a job of this account has ended. */
const jobEnded = (jobId: string) => account.saw({ jobId, family: 'image', status: 'SUCCESS' });

const sending = (send: () => Promise<SubmitAnswer>) => ({
	family: 'image' as const,
	send,
	rescue: async (error: unknown) => await Promise.reject(error as Error),
});

/** Submits one job, and answers its tries one after the other; the last answer again and again. */
async function submit(answers: SubmitAnswer[], { maxWaitMs = 360_000, run = line } = {}) {
	let tries = 0;
	const send = async () => {
		triedAt.push(clock.now());
		await Promise.resolve();
		return answers[Math.min(tries++, answers.length - 1)];
	};
	return await run.submit(sending(send), maxWaitMs);
}

describe('a submit that is accepted', () => {
	test('hands on the receipt at once', async () => {
		const accepted = await clock.run(submit([acceptedAs('a')]));
		expect(accepted).toMatchObject({ jobId: 'a' });
		expect(clock.now()).toBe(0);
	});

	test('is never sent again when it throws', async () => {
		const doubtful = new TtapiError('the job may exist', { description: '' });
		const send = async () => {
			triedAt.push(clock.now());
			throw doubtful;
		};
		const failing = line.submit(sending(send), 360_000);
		await expect(clock.run(failing)).rejects.toBe(doubtful);
		expect(triedAt).toHaveLength(1);
	});
});

describe('a line that ends at a given time', () => {
	beforeEach(() => {
		line = runOf({ until: 20_000 });
	});

	test('gives up the wait for a slot then, and says why', async () => {
		const error = await caught(clock.run(submit([BUSY])), TtapiError);
		expect(error.message).toMatch(/execution timeout is too near.*not submitted/);
		expect(error.description).toMatch(/Nothing was paid/);
		expect(clock.now()).toBe(20_000);
	});

	test('submits nothing from then on', async () => {
		await clock.advance(20_000);
		await expect(clock.run(submit([acceptedAs('a')]))).rejects.toThrow(/too near/);
		expect(triedAt).toEqual([]);
	});

	test('does not try again without a connection from then on', async () => {
		await clock.advance(18_500);
		await expect(clock.run(submit([unreachable()]))).rejects.toThrow(/too near/);
		expect(triedAt).toEqual([18_500, 19_500]);
	});
});

describe('a full queue', () => {
	test('is waited for, and the job is submitted then', async () => {
		await expect(clock.run(submit([BUSY, BUSY, acceptedAs('a')]))).resolves.toMatchObject({
			jobId: 'a',
		});
		expect(triedAt).toHaveLength(3);
	});

	test('lets the next one go the moment a job of the account has ended', async () => {
		await clock.run(submit([acceptedAs('a')]));
		const submitting = submit([BUSY, acceptedAs('b')]);
		await clock.advance(10_000);
		jobEnded('a');
		await clock.run(submitting);
		expect(triedAt.at(-1)).toBe(10_000);
	});

	test('lets the next one go at once if a job has ended while the refusal was on its way', async () => {
		await clock.run(submit([acceptedAs('a')]));
		await clock.run(submit([acceptedAs('b')]));
		const send = async () => {
			triedAt.push(clock.now());
			await clock.sleep(1_000);
			return triedAt.length > 3 ? acceptedAs('c') : BUSY;
		};
		const submitting = line.submit(sending(send), 360_000);
		await clock.advance(500);
		jobEnded('a');
		await clock.run(submitting);
		expect(triedAt).toEqual([0, 0, 0, 1_000]);
	});

	test('is asked again and again by a process that has no job in it', async () => {
		void submit([BUSY]).catch(() => {});
		await clock.advance(60_000);
		expect(triedAt.length).toBeGreaterThan(10);
		expect(triedAt.length).toBeLessThan(40);
	});

	test('is asked seldom by one that has some', async () => {
		await clock.run(submit([acceptedAs('a')]));
		triedAt = [];
		void submit([BUSY]).catch(() => {});
		await clock.advance(100_000);
		expect(triedAt).toHaveLength(4);
	});

	test('is asked by one job only, however many wait', async () => {
		const waiting = Array.from({ length: 10 }, async () => await submit([BUSY]));
		void Promise.allSettled(waiting);
		await clock.advance(100);
		triedAt = [];
		await clock.advance(100_000);
		expect(new Set(triedAt).size).toBe(triedAt.length);
	});

	test('lets everybody through as soon as it has room again', async () => {
		const waiting = Array.from({ length: 5 }, async (_, n) => {
			const send = async () => (clock.now() < 5_000 ? BUSY : acceptedAs(`job-${n}`));
			return await line.submit(sending(send), 360_000);
		});
		const accepted = await clock.run(Promise.all(waiting));
		expect(accepted).toHaveLength(5);
		expect(clock.now()).toBeLessThan(15_000);
	});

	test('is given up when Max Wait is over: nothing was paid', async () => {
		const submitting = submit([BUSY], { maxWaitMs: 60_000 });
		const error = await caught(clock.run(submitting), TtapiError);
		expect(clock.now()).toBe(60_000);
		expect(error.message).toMatch(/queue .*full for 60 s.* not submitted/);
		expect(error.description).toMatch(/Nothing was paid/);
		expect(error.jobId).toBeUndefined();
	});

	test('is given up for each job by its own Max Wait, also behind a more patient one', async () => {
		const patient = submit([BUSY], { maxWaitMs: 600_000 });
		void patient.catch(() => {});
		await clock.advance(1);
		await caught(clock.run(submit([BUSY], { maxWaitMs: 60_000 })), TtapiError);
		expect(clock.now()).toBeLessThanOrEqual(61_000);
	});
});

describe('a queue that moves', () => {
	test('is waited for in full again once any job of the account was accepted or has ended', async () => {
		await clock.run(submit([acceptedAs('a')]));
		const waiting = caught(submit([BUSY], { maxWaitMs: 60_000, run: runOf() }), TtapiError);
		await clock.advance(40_000);
		jobEnded('a');
		await clock.run(waiting);
		expect(clock.now()).toBe(100_000);
	});

	test('is one in which jobs of others end, for a process that has none', async () => {
		let last = 0;
		account.letAsk({
			slots: async () => 10,
			look: async () => true,
			lastEnded: async () => (clock.now() < 70_000 ? `${(last = clock.now())}` : `${last}`),
		});
		await clock.run(caught(submit([BUSY], { maxWaitMs: 60_000 }), TtapiError));
		expect(clock.now()).toBeGreaterThan(100_000);
		expect(clock.now()).toBeLessThan(150_000);
	});

	test('is that also for one that has a long job of its own', async () => {
		account.letAsk({
			slots: async () => undefined,
			look: async () => true,
			lastEnded: async () => `${Math.min(clock.now(), 70_000)}`,
		});
		await clock.run(submit([acceptedAs('long')]));
		const waiting = caught(submit([BUSY], { maxWaitMs: 60_000, run: runOf() }), TtapiError);
		await clock.run(waiting);
		expect(clock.now()).toBeGreaterThan(100_000);
		expect(clock.now()).toBeLessThan(150_000);
	});
});

test('during an outage, who gives up says that TTAPI does not answer', async () => {
	const silent = async (): Promise<SubmitAnswer> =>
		await Promise.reject(new DoubtfulError('no answer', { description: '' }));
	const lastEnded = async () => await Promise.reject(new TransientError('no', { description: '' }));
	account.letAsk({ slots: async () => undefined, look: async () => true, lastEnded });
	const failing = Array.from({ length: 3 }, async () => await line.submit(sending(silent), 1e6));
	await clock.run(Promise.allSettled(failing));
	const error = await caught(
		clock.run(submit([acceptedAs('a')], { maxWaitMs: 60_000 })),
		OutageError,
	);
	expect(error.message).toMatch(/does not answer.*not submitted/);
	expect(triedAt).toEqual([]);
});

describe('too many requests', () => {
	test('waits no longer than Max Wait, however long Retry-After is', async () => {
		const submitting = submit([tooMany(1e12)], { maxWaitMs: 60_000 });
		await caught(clock.run(submitting), TtapiError);
		expect(clock.now()).toBe(60_000);
	});

	test('is not believed for more than some minutes: a day would end every run', async () => {
		await clock.run(submit([tooMany(24 * 3_600_000), acceptedAs('a')]));
		expect(triedAt).toEqual([0, 300_000]);
	});

	test('waits as long as the longest Retry-After says', async () => {
		account.noteTooMany(60_000);
		account.noteTooMany(5_000);
		await clock.run(submit([acceptedAs('a')]));
		expect(triedAt).toEqual([60_000]);
	});

	test('waits as long as Retry-After says, then asks again', async () => {
		await clock.run(submit([tooMany(40_000), acceptedAs('a')]));
		expect(triedAt).toEqual([0, 40_000]);
	});

	test('respects Retry-After even when a job of the account ends before', async () => {
		await clock.run(submit([acceptedAs('a')]));
		const submitting = submit([tooMany(40_000), acceptedAs('b')]);
		await clock.advance(10_000);
		jobEnded('a');
		await clock.run(submitting);
		expect(triedAt).toEqual([0, 0, 40_000]);
	});

	test('waits with growing waits where there is no Retry-After', async () => {
		await clock.run(submit([tooMany(), tooMany(), acceptedAs('a')]));
		expect(triedAt.map(Math.round)).toEqual([0, 2_000, 4_400]);
	});

	test('holds back the jobs of other runs, too', async () => {
		const first = submit([tooMany(40_000), acceptedAs('a')]);
		await clock.advance(1_000);
		const second = submit([acceptedAs('b')], { run: runOf() });
		await clock.run(Promise.all([first, second]));
		expect(triedAt).toEqual([0, 40_000, 40_000]);
	});

	test('is given up when Max Wait is over: nothing was paid', async () => {
		const error = await caught(
			clock.run(submit([tooMany(7_000)], { maxWaitMs: 60_000 })),
			TtapiError,
		);
		expect(clock.now()).toBe(60_000);
		expect(error.message).toMatch(/too many requests.* for 60 s.* not submitted/);
		expect(error.description).toMatch(/Nothing was paid/);
	});
});

describe('no connection', () => {
	test('is tried at most 3 times more', async () => {
		await expect(clock.run(submit([unreachable()]))).rejects.toThrow(/cannot be reached/);
		expect(triedAt).toHaveLength(4);
	});

	test('is tried again with growing waits, and the job is submitted when it is back', async () => {
		const answers = [unreachable(), unreachable(), acceptedAs('a')];
		await expect(clock.run(submit(answers))).resolves.toMatchObject({ jobId: 'a' });
		const [first, second] = [triedAt[1] - triedAt[0], triedAt[2] - triedAt[1]];
		expect(first).toBeGreaterThan(0);
		expect(second).toBeGreaterThan(first);
	});
});

describe('a closed line', () => {
	test('lets nothing more through', async () => {
		line.close();
		await expect(clock.run(submit([acceptedAs('a')]))).rejects.toBeInstanceOf(NotSubmittedError);
		expect(triedAt).toEqual([]);
	});

	test('ends the wait of who is waiting for a slot at once', async () => {
		const waiting = [submit([BUSY]), submit([BUSY])];
		void Promise.allSettled(waiting);
		await clock.advance(1_000);
		triedAt = [];
		line.close();
		for (const each of waiting) await expect(each).rejects.toBeInstanceOf(NotSubmittedError);
		expect(triedAt).toEqual([]);
		expect(clock.now()).toBe(1_000);
	});

	test('ends the wait of who is asking just now as soon as the queue says that it is full', async () => {
		let answer!: (said: SubmitAnswer) => void;
		const first = submit([BUSY]);
		void first.catch(() => {});
		const send = async () => await new Promise<SubmitAnswer>((resolve) => (answer = resolve));
		const asking = line.submit(sending(send), 360_000);
		await clock.advance(0);
		line.close();
		answer(BUSY);
		await expect(clock.run(asking)).rejects.toBeInstanceOf(NotSubmittedError);
		expect(clock.now()).toBeLessThanOrEqual(1_000);
	});

	test('tells everybody the reason that it was closed for, the first one', async () => {
		const refused = new TtapiError('TTAPI refused the API key', { description: '' });
		line.close(refused);
		line.close();
		await expect(clock.run(submit([acceptedAs('a')]))).rejects.toBe(refused);
	});

	test('does not lose the job of a submit that is under way', async () => {
		const send = async () => {
			await clock.sleep(1_000);
			return acceptedAs('a');
		};
		const submitting = line.submit(sending(send), 360_000);
		await clock.advance(500);
		line.close();
		await expect(clock.run(submitting)).resolves.toMatchObject({ jobId: 'a' });
	});

	test('takes back no job that was refused meanwhile, whoever else fills the account', async () => {
		await clock.run(submit([acceptedAs('other')], { run: runOf() }));
		const send = async () => {
			await clock.sleep(1_000);
			return BUSY;
		};
		const closed = expect(line.submit(sending(send), 360_000)).rejects.toBeInstanceOf(
			NotSubmittedError,
		);
		await clock.advance(500);
		line.close();
		await clock.advance(600);
		await closed;
	});

	test('does not try to connect again', async () => {
		const submitting = submit([unreachable()]);
		const expectation = expect(submitting).rejects.toBeInstanceOf(NotSubmittedError);
		await clock.advance(100);
		line.close();
		await clock.advance(60_000);
		await expectation;
		expect(triedAt).toHaveLength(1);
	});
});

test('Stop ends everybody who waits, at once', async () => {
	const waiting = [submit([BUSY]), submit([BUSY]), submit([BUSY])];
	const expectations = waiting.map(
		async (each) => await expect(each).rejects.toBeInstanceOf(StoppedError),
	);
	await clock.advance(1_000);
	clock.stop();
	await Promise.all(expectations);
	expect(clock.now()).toBe(1_000);
});
