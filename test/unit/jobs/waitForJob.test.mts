import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
	KeyRefusedError,
	TransientError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import type { JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { waitForJob, type Wait } from '../../../nodes/TtapiMidjourney/jobs/waitForJob.ts';
import { answerWith, doneBody, failedBody, waitingBody } from '../support/bodies.mts';
import { NO_JITTER } from '../support/fakeAccount.mts';
import { VirtualClock } from '../support/virtualClock.mts';

const DONE = answerWith(doneBody());
const WAITING = answerWith(waitingBody());
const FAILED = answerWith(failedBody('Job Timeout'));

const again = (retryAfterMs?: number) =>
	new TransientError('TTAPI could not be asked', { description: '', retryAfterMs });

let clock: VirtualClock;
let lookedAt: number[];

beforeEach(() => {
	clock = new VirtualClock();
	lookedAt = [];
	jest.spyOn(Math, 'random').mockReturnValue(NO_JITTER);
});

/** Waits for a job that answers as `see` says, by the number of the look and the time. */
async function wait(
	see: (poll: number, now: number) => JobAnswer | Error,
	changes: Partial<Wait> = {},
) {
	return await clock.run(
		waitForJob({
			clock,
			since: clock.now(),
			maxWaitMs: 360_000,
			firstIntervalMs: 5_000,
			poll: async () => {
				lookedAt.push(clock.now());
				const seen = see(lookedAt.length, clock.now());
				if (seen instanceof Error) throw seen;
				return seen;
			},
			...changes,
		}),
	);
}

const endsAt = (ms: number) => (_: number, now: number) => (now >= ms ? DONE : WAITING);

test('a wait ends at a given time, even before the time to wait is over', async () => {
	const outcome = await wait(() => WAITING, { endsAt: 50_000 });
	expect(outcome).toMatchObject({ end: 'timedOut', answer: WAITING, waitedMs: 50_000 });
	expect(lookedAt.at(-1)).toBe(50_000);
});

describe('waiting for a job', () => {
	test('ends with the answer that says SUCCESS, and says how long it took', async () => {
		const outcome = await wait(endsAt(12_000));
		expect(outcome).toMatchObject({ answer: DONE, end: 'finished' });
		expect(outcome.waitedMs).toBeGreaterThanOrEqual(12_000);
		expect(outcome.waitedMs).toBeLessThan(20_000);
	});

	test('ends with the answer that says FAILED: to call that an error is up to others', async () => {
		expect(await wait(() => FAILED)).toMatchObject({ answer: FAILED, end: 'finished' });
	});

	test('goes on while only the progress says 100', async () => {
		const preview = answerWith(doneBody({ progress: '100' }, { status: 'ON_QUEUE' }));
		await wait((poll) => (poll === 1 ? preview : DONE));
		expect(lookedAt).toHaveLength(2);
	});

	test('looks the first time after the first interval', async () => {
		await wait(() => DONE, { firstIntervalMs: 3_000 });
		expect(lookedAt).toEqual([3_000]);
	});

	test('looks right away at a job that may have ended long ago', async () => {
		await wait(() => DONE, { pollNow: true });
		expect(lookedAt).toEqual([0]);
	});

	const seen = (ms: number) => ({
		shortest: () => ms,
		onFirst: () => () => {},
	});

	test('looks with growing waits while nobody knows how long such jobs take', async () => {
		await wait(endsAt(60_000));
		expect(lookedAt.map(Math.round)).toEqual([
			...[5_000, 6_000, 7_200, 8_640, 10_368, 12_442, 14_930, 17_916, 21_499, 25_799, 30_959],
			...[37_150, 44_581, 53_497, 64_196],
		]);
	});

	test('looks when it is nearly as old as the shortest of the latest, then whenever it is 4.6 % older', async () => {
		await wait(endsAt(60_000), { usual: seen(50_000) });
		expect(lookedAt.map(Math.round)).toEqual([
			...[
				5_000, 10_000, 20_000, 40_000, 45_000, 47_070, 49_235, 51_500, 53_869, 56_347, 58_939,
				61_650,
			],
		]);
	});

	test('sees a short job soon, also if only long ones have been seen', async () => {
		const { waitedMs } = await wait(endsAt(20_000), { usual: seen(300_000) });
		expect(waitedMs).toBeLessThanOrEqual(40_000);
	});

	test('looks as early as the user wants, and earlier if such jobs are short', async () => {
		await wait(endsAt(1), { usual: seen(60_000), firstIntervalMs: 1_000 });
		await wait((_, now) => (now > 0 ? DONE : WAITING), { usual: seen(2_000) });
		expect(lookedAt).toEqual([1_000, 1_000 + 1_800]);
	});

	test('looks oftener from the moment in which the first of its kind ends', async () => {
		let shortest: number | undefined;
		const onFirst = (tell: () => void) => {
			void clock.sleep(20_000).then(() => {
				shortest = 20_000;
				tell();
			});
			return () => {};
		};
		const usual = { shortest: () => shortest, onFirst };
		const outcome = await wait(endsAt(40_000), { usual });
		expect(outcome.waitedMs).toBeLessThan(42_000);
	});
});

describe('a wait that runs out', () => {
	test('never looks past the time left, and looks the last time when it is up', async () => {
		const outcome = await wait(() => WAITING, { maxWaitMs: 20_000 });
		expect(lookedAt.at(-1)).toBe(20_000);
		expect(outcome).toMatchObject({ answer: WAITING, end: 'timedOut', waitedMs: 20_000 });
	});

	test('counts from the submit, not from the beginning of the wait', async () => {
		await clock.advance(15_000);
		await wait(() => WAITING, { since: 0, maxWaitMs: 20_000 });
		expect(lookedAt).toEqual([15_000, 18_000, 20_000]);
	});

	test.each([0, 1])('looks at least once, even with %i ms', async (maxWaitMs) => {
		await wait(() => WAITING, { maxWaitMs });
		expect(lookedAt.length).toBeGreaterThanOrEqual(1);
	});

	test('still takes the end of the job that the last look sees', async () => {
		expect(await wait(endsAt(20_000), { maxWaitMs: 20_000 })).toMatchObject({ end: 'finished' });
	});

	test('ends before its time if something else ends it, with a last look', async () => {
		const outcome = await wait(() => WAITING, { endsAt: 12_000 });
		expect(lookedAt.at(-1)).toBe(12_000);
		expect(outcome).toMatchObject({ answer: WAITING, end: 'timedOut', waitedMs: 12_000 });
	});

	test('keeps the last state that was seen, and says why the last look did not work', async () => {
		const trouble = again();
		const outcome = await wait((poll) => (poll === 1 ? WAITING : trouble), { maxWaitMs: 20_000 });
		expect(outcome).toMatchObject({ answer: WAITING, end: 'timedOut', trouble });
	});

	test('has no answer when no look worked', async () => {
		const outcome = await wait(() => again(), { maxWaitMs: 20_000 });
		expect(outcome).toMatchObject({ answer: undefined, end: 'timedOut' });
	});
});

describe('a last look that did not work', () => {
	/** The machine sleeps for an hour: the looks fail until a moment after it wakes. */
	const awake = (at: number) => (_: number, now: number) => {
		if (now < 20_000) return WAITING;
		return now < at ? again() : DONE;
	};

	test('is repeated for half a minute, so that a finished job does not time out', async () => {
		expect(await wait(awake(45_000), { maxWaitMs: 20_000 })).toMatchObject({ end: 'finished' });
	});

	test('counts that time from the first look that failed after the end', async () => {
		await clock.advance(3_600_000);
		const outcome = await wait((_, now) => (now < 3_625_000 ? again() : DONE), { since: 0 });
		expect(outcome.end).toBe('finished');
		expect(lookedAt[0]).toBe(3_600_000);
	});

	test('ends the wait if it still does not work then', async () => {
		const outcome = await wait(() => again(), { maxWaitMs: 20_000 });
		expect(outcome.end).toBe('timedOut');
		expect(clock.now()).toBe(50_000);
	});

	test('ends it at once when it works and the job has not finished', async () => {
		const outcome = await wait((_, now) => (now === 20_000 ? again() : WAITING), {
			maxWaitMs: 20_000,
		});
		expect(outcome).toMatchObject({ end: 'timedOut', answer: WAITING, trouble: undefined });
		expect(clock.now()).toBe(25_000);
	});

	test('is not repeated past the moment that ends everything', async () => {
		await wait(() => again(), { maxWaitMs: 20_000, endsAt: 26_000 });
		expect(clock.now()).toBe(26_000);
	});
});

describe('a refused key', () => {
	const refused = new KeyRefusedError('TTAPI refused the API key', { description: '' });

	test('ends the wait the third time in a row', async () => {
		await expect(wait(() => refused)).rejects.toBe(refused);
		expect(lookedAt).toHaveLength(3);
	});

	test.each([
		['an answer', WAITING],
		['other trouble', again()],
	])('is only trouble as long as %s comes between', async (_, between) => {
		const outcome = await wait((poll) => {
			if (poll === 9) return DONE;
			return poll % 3 === 0 ? between : refused;
		});
		expect(outcome.end).toBe('finished');
	});
});

describe('trouble on the way', () => {
	test('a look that did not work is repeated with growing waits, within the time left', async () => {
		await wait((poll) => (poll < 4 ? again() : DONE));
		const waits = lookedAt.slice(1).map((at, poll) => at - lookedAt[poll]);
		expect(waits).toEqual([...waits].sort((a, b) => a - b));
		expect(lookedAt).toHaveLength(4);
	});

	test('Retry-After is respected', async () => {
		await wait((poll) => (poll === 1 ? again(60_000) : DONE));
		expect(lookedAt[1] - lookedAt[0]).toBeGreaterThanOrEqual(60_000);
	});

	test('what cannot get better ends the wait at once', async () => {
		const refused = new TtapiError('TTAPI does not know the job', { description: '' });
		await expect(wait(() => refused)).rejects.toBe(refused);
		expect(lookedAt).toHaveLength(1);
	});

	test('Stop ends the wait at once', async () => {
		const waiting = wait(() => WAITING);
		const expectation = expect(waiting).rejects.toBeInstanceOf(StoppedError);
		clock.stop();
		await expectation;
		expect(lookedAt).toEqual([]);
	});
});
