import { describe, expect, test } from '@jest/globals';

import { RunSummary } from '../../../nodes/TtapiMidjourney/run/summary.ts';
import type { Job } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { doneJob, failedBody, jobIn } from '../support/bodies.mts';

/** A wait of that many seconds, for a job that has ended. */
const ended = (job: Job, seconds: number) => ({
	answer: { job, body: {} },
	end: 'finished' as const,
	waitedMs: seconds * 1000,
});

/** @param submitted how many jobs the run submitted */
function summaryOf(
	jobs: Array<[quota: number | null, seconds: number]>,
	submitted = jobs.length,
): RunSummary {
	const summary = new RunSummary();
	for (const [quota, seconds] of jobs) summary.note(ended(doneJob({ quota }), seconds));
	for (let times = 0; times < submitted; times++) summary.noteSubmitted();
	return summary;
}

test('says how many jobs, how much quota and how long they took', () => {
	const { sentence } = summaryOf([
		[3, 41.2],
		[3, 58],
	]);
	expect(sentence).toBe('TTAPI: 2 jobs submitted, 6 quota in all, 41 to 58 s each');
});

test('says it for one job', () => {
	expect(summaryOf([[3, 58]]).sentence).toBe('TTAPI: 1 job submitted, 3 quota in all, 58 s');
});

test('says nothing of quota where TTAPI does not', () => {
	expect(summaryOf([[null, 58]]).sentence).not.toMatch(/quota/);
});

test('adds up fractions of quota as people do', () => {
	const jobs = Array.from({ length: 3 }, (): [number, number] => [0.1, 10]);
	expect(summaryOf(jobs).sentence).toMatch(/ 0\.3 quota/);
});

test('counts no quota for a failed job: TTAPI returns it', () => {
	const summary = summaryOf([[3, 10]], 2);
	summary.note(ended({ ...jobIn(failedBody('Job Timeout')), quota: 5 }, 20));
	expect(summary.sentence).toBe('TTAPI: 2 jobs submitted, 3 quota in all, 10 to 20 s each');
});

test('says what it knows of jobs that were only submitted, or only waited for', () => {
	expect(summaryOf([], 2).sentence).toBe('TTAPI: 2 jobs submitted');
	expect(summaryOf([[3, 10]], 0).sentence).toMatch(/1 job waited for/);
});

test('tells the jobs of an earlier attempt from its own', () => {
	const summary = summaryOf([[3, 10]]);
	summary.noteReused();
	summary.noteReused();
	expect(summary.sentence).toBe(
		'TTAPI: 1 job submitted, 2 jobs of an earlier attempt used again, 3 quota in all, 10 s each',
	);
});

test('says nothing of a run without jobs', () => {
	expect(new RunSummary().sentence).toBeUndefined();
});

test('counts no job that had not ended when its time was up', () => {
	const summary = summaryOf([[3, 10]], 3);
	summary.note({ ...ended(doneJob({ quota: 5 }), 99), end: 'timedOut' });
	summary.note({ end: 'timedOut', waitedMs: 99_000 });
	expect(summary.sentence).toBe('TTAPI: 3 jobs submitted, 3 quota in all, 10 s each');
});

test('counts no job that was handed over unfinished', () => {
	const summary = summaryOf([[3, 10]], 2);
	summary.note({ ...ended(doneJob({ quota: 5 }), 99), end: 'handedOver' });
	expect(summary.sentence).toBe('TTAPI: 2 jobs submitted, 3 quota in all, 10 s each');
});

describe('what else the user should know', () => {
	test('stands at the end of the sentence, all of it', () => {
		const summary = summaryOf([[3, 10]]);
		summary.remark('polled instead of paused');
		summary.remark('and more');
		summary.remark('and more');
		expect(summary.sentence).toMatch(/10 s; polled instead of paused; and more$/);
	});

	test('is said of jobs that were only submitted, too', () => {
		const summary = summaryOf([], 2);
		summary.remark('polled instead of paused');
		expect(summary.sentence).toBe('TTAPI: 2 jobs submitted; polled instead of paused');
	});
});
