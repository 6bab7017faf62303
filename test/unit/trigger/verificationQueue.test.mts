import { afterEach, describe, expect, test } from '@jest/globals';

import {
	REPORTED_BY,
	VerificationQueue,
	type Verification,
} from '../../../nodes/TtapiMidjourney/trigger/verificationQueue.ts';
import { readJob, type JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { doneBody } from '../support/bodies.mts';

const { trusted, known, anybody } = REPORTED_BY;
const MINUTES = 60_000;

const entered: VerificationQueue[] = [];
afterEach(() => entered.splice(0).forEach((queue) => queue.leave()));

const answerOf = (jobId: string): JobAnswer => {
	const body = doneBody({ jobId });
	return { job: readJob(body, 'image')!, body };
};
const idsOf = (answers?: JobAnswer[]) => answers?.map(({ job }) => job.jobId);

/** A trigger node with this many open calls. */
function queueWith(calls: number): VerificationQueue {
	const queue = new VerificationQueue();
	for (let n = 0; n < calls; n++) enter(queue);
	return queue;
}
function enter(queue: VerificationQueue): boolean {
	const stays = queue.enter();
	if (stays) entered.push(queue);
	return stays;
}
function leave(queue: VerificationQueue): void {
	entered.splice(entered.indexOf(queue), 1);
	queue.leave();
}

const add = (queue: VerificationQueue, jobId: string, reportedBy: 0 | 1 | 2 = known, now = 0) =>
	queue.add(now, { key: jobId, jobId, family: 'image', reportedBy });
const addMany = (queue: VerificationQueue, count: number, reportedBy: 0 | 1 | 2, name = 'job') =>
	Array.from({ length: count }, (_, n) => add(queue, `${name}${n}`, reportedBy));
/** All that may be polled at that moment. */
function polled(queue: VerificationQueue, now = 0): Verification[] {
	const next = queue.next(now);
	return next ? [next, ...polled(queue, now)] : [];
}
/** Polls jobs with success, until none is left at this moment. */
function finish(queue: VerificationQueue, now = 0): void {
	for (let next = queue.next(now); next; next = queue.next(now))
		queue.settle(next, now, answerOf(next.jobId));
}

describe('polls', () => {
	test('are ten at most at a time', () => {
		const queue = queueWith(20);
		addMany(queue, 20, trusted);
		const first = polled(queue);
		expect(first).toHaveLength(10);
		queue.settle(first[0], 0);
		queue.retry(first[1], 0, 1_000);
		expect(polled(queue)).toHaveLength(2);
	});

	test('are ten for all triggers together, with a share for each', () => {
		const [flooded, other] = [queueWith(20), queueWith(1)];
		addMany(flooded, 20, trusted);
		addMany(other, 20, anybody, 'other');
		expect(polled(flooded)).toHaveLength(5);
		expect(polled(other)).toHaveLength(1);
	});

	test('come in the order of trust, then of the fewest polls, then of the reports', () => {
		const queue = queueWith(1);
		add(queue, 'anybody', anybody);
		add(queue, 'known', known);
		add(queue, 'again', trusted);
		const [again] = polled(queue).filter(({ jobId }) => jobId === 'again');
		queue.retry(again, 0, 0);
		add(queue, 'first', trusted);
		add(queue, 'second', trusted);
		expect(polled(queue).map(({ jobId }) => jobId)).toEqual(['first', 'second', 'again']);
	});

	test.each([
		['two a second of jobs that may be invented', anybody, 20],
		['as many as there are of known ones', known, 30],
		['as many as there are for callers with the token', trusted, 30],
	])('start with %s', (_title, reportedBy, expected) => {
		const queue = queueWith(1);
		addMany(queue, 30, reportedBy);
		let begun = 0;
		for (let now = 0; now < 10_000; now += 100)
			for (const job of polled(queue, now)) {
				begun++;
				queue.settle(job, now);
			}
		expect(begun).toBe(expected);
	});

	test('start with two a second for all triggers together', () => {
		const queues = [queueWith(1), queueWith(1), queueWith(1), queueWith(1)];
		for (const queue of queues) addMany(queue, 30, anybody);
		const begun = queues.map(() => 0);
		for (let now = 0; now < 10_000; now += 100)
			queues.forEach((queue, at) => {
				for (const job of polled(queue, now)) {
					begun[at]++;
					queue.settle(job, now);
				}
			});
		expect(begun).toEqual([5, 5, 5, 5]);
	});

	test('of one job wait as long as they should, and end 10 minutes after the first', () => {
		const queue = queueWith(1);
		add(queue, 'a', known, 0);
		const [job] = polled(queue, MINUTES);
		queue.retry(job, MINUTES, 5_000);
		expect(polled(queue, MINUTES + 4_999)).toEqual([]);
		expect(polled(queue, MINUTES + 5_000)).toEqual([job]);
		queue.retry(job, MINUTES, 60 * MINUTES);
		expect(job.nextPollAt).toBe(11 * MINUTES);
		expect(job.giveUpAt).toBe(11 * MINUTES);
	});
});

test('50 real jobs behind 1,000 invented ones are confirmed within 10 minutes, if a poll takes a second', () => {
	const queue = queueWith(1);
	addMany(queue, 1_000, anybody, 'invented');
	addMany(queue, 50, anybody, 'real');
	let underWay: Array<{ job: Verification; endsAt: number }> = [];
	let confirmedAt = 0;
	let confirmed = 0;
	for (let now = 0; confirmed < 50 && now < 20 * MINUTES; now += 100) {
		for (const { job } of underWay.filter(({ endsAt }) => endsAt <= now)) {
			if (job.jobId.startsWith('real')) {
				queue.settle(job, now, answerOf(job.jobId));
				confirmedAt = now;
				confirmed++;
			} else if (job.polls < 3) queue.retry(job, now, job.polls === 1 ? 2_000 : 8_000);
			else queue.settle(job, now);
		}
		underWay = underWay.filter(({ endsAt }) => endsAt > now);
		underWay.push(...polled(queue, now).map((job) => ({ job, endsAt: now + 1_000 })));
	}
	expect(confirmed).toBe(50);
	expect(confirmedAt).toBeLessThan(10 * MINUTES);
});

describe('waiting jobs', () => {
	test('are there once for each key', () => {
		const queue = queueWith(1);
		expect([add(queue, 'a'), add(queue, 'a')]).toEqual(['added', 'waitsAlready']);
	});

	test('are 10,000 at most', () => {
		const queue = queueWith(1);
		expect(new Set(addMany(queue, 10_000, anybody))).toEqual(new Set(['added']));
		expect(add(queue, 'more', anybody)).toBe('full');
		expect(add(queue, 'job7', anybody)).toBe('waitsAlready');
	});

	test.each([
		['with the token', trusted],
		['of a job that is known', known],
	])('one %s takes the place of the newest that may be invented', (_title, reportedBy) => {
		const queue = queueWith(1);
		addMany(queue, 10_000, anybody);
		expect(add(queue, 'mine', reportedBy)).toBe('added');
		expect([add(queue, 'job9999', anybody), add(queue, 'job9998', anybody)]).toEqual([
			...['full', 'waitsAlready'],
		]);
		expect(queue.next(0)?.jobId).toBe('mine');
	});

	test('with the token are never refused', () => {
		const queue = queueWith(1);
		addMany(queue, 10_000, trusted);
		expect(add(queue, 'more', trusted)).toBe('added');
		expect(add(queue, 'known', known)).toBe('full');
	});

	test('of another trigger have their share', () => {
		const [flooded, other] = [queueWith(1), queueWith(1)];
		addMany(other, 4_990, anybody);
		addMany(flooded, 5_010, anybody);
		const more = addMany(other, 20, anybody, 'more');
		expect(more.filter((added) => added === 'added')).toHaveLength(10);
		expect(add(flooded, 'more', anybody)).toBe('full');
	});
});

describe('open calls', () => {
	test('are 50 at most', () => {
		const queue = new VerificationQueue();
		const stays = Array.from({ length: 60 }, () => enter(queue));
		expect(stays.filter(Boolean)).toHaveLength(50);
	});

	test('of another trigger have their share: those of the first leave, as soon as they poll nothing', () => {
		const [flooded, other] = [queueWith(50), new VerificationQueue()];
		addMany(flooded, 100, anybody);
		const stays = Array.from({ length: 30 }, () => enter(other));
		expect(stays.filter(Boolean)).toHaveLength(25);
		let left = 0;
		for (; flooded.take(0); left++) leave(flooded);
		expect(left).toBe(25);
	});

	test('stay at one for each trigger, however many there are', () => {
		queueWith(50);
		const others = Array.from({ length: 60 }, () => new VerificationQueue());
		expect(others.map(enter)).toEqual(others.map(() => true));
		expect(others.map(enter)).toEqual(others.map(() => false));
	});
});

describe('a call', () => {
	test('starts the workflow with one job if there are enough calls', () => {
		const queue = queueWith(3);
		addMany(queue, 3, known);
		finish(queue);
		const taken = [1, 2, 3].map(() => {
			const jobs = idsOf(queue.take(0));
			leave(queue);
			return jobs;
		});
		expect(taken).toEqual([['job0'], ['job1'], ['job2']]);
	});

	test('does not wait for the jobs of other calls', () => {
		const queue = queueWith(3);
		addMany(queue, 3, known);
		const [, second] = polled(queue);
		queue.settle(second, 0, answerOf('job1'));
		expect(idsOf(queue.take(0))).toEqual(['job1']);
	});

	test('takes its share of the jobs if there are more than calls', () => {
		const queue = queueWith(3);
		addMany(queue, 10, known);
		finish(queue);
		const shares = [1, 2, 3].map(() => {
			const { length } = queue.take(0)!;
			leave(queue);
			return length;
		});
		expect(shares).toEqual([4, 3, 3]);
	});

	test('waits for its share, but not for more than 5 s', () => {
		const queue = queueWith(2);
		addMany(queue, 10, known);
		const [first] = polled(queue);
		queue.settle(first, 0, answerOf('job0'));
		expect(queue.take(4_999)).toBeUndefined();
		expect(idsOf(queue.take(5_000))).toEqual(['job0']);
	});

	test('leaves no one with most of the jobs, also if they can be polled slowly only', () => {
		const queue = queueWith(50);
		addMany(queue, 1_000, anybody);
		const taken: number[] = [];
		for (let now = 0; now < 20 * MINUTES; now += 250) {
			finish(queue, now);
			for (let calls = 50 - taken.length; calls > 0; calls--) {
				const jobs = queue.take(now);
				if (!jobs) break;
				taken.push(jobs.length);
				leave(queue);
			}
		}
		expect(taken.reduce((sum, jobs) => sum + jobs)).toBe(1_000);
		expect(Math.max(...taken)).toBeLessThanOrEqual(40);
	});

	test('stays if it is the last one, until all jobs are settled', () => {
		const queue = queueWith(1);
		addMany(queue, 3, known);
		const jobs = polled(queue);
		for (const job of jobs) {
			expect([queue.take(60 * MINUTES), queue.needsLastCall]).toEqual([undefined, true]);
			queue.settle(job, 0, job.jobId === 'job1' ? undefined : answerOf(job.jobId));
		}
		expect(idsOf(queue.take(0))).toEqual(['job0', 'job2']);
		expect(queue.needsLastCall).toBe(false);
	});

	test('leaves without a job if the other calls are enough', () => {
		const queue = queueWith(2);
		addMany(queue, 2, known);
		const [first] = polled(queue);
		expect(queue.take(0)).toBeUndefined();
		queue.settle(first, 0);
		expect(queue.take(0)).toEqual([]);
		leave(queue);
		expect(queue.take(0)).toBeUndefined();
	});
});
