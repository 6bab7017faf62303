import { describe, expect, test } from '@jest/globals';

import { RunSummary } from '../../../nodes/TtapiMidjourney/actions/runSummary.ts';
import type { Job } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { doneJob, failedBody, jobIn } from '../support/bodies.mts';

/** A wait of that many seconds, for a job that has ended. */
const ended = (job: Job, seconds: number) => ({
	answer: { job, body: {} },
	end: 'finished' as const,
	waitedMs: seconds * 1000,
});

function summaryOf(jobs: Array<[quota: number | null, seconds: number]>): RunSummary {
	const summary = new RunSummary();
	for (const [quota, seconds] of jobs) summary.note(ended(doneJob({ quota }), seconds));
	return summary;
}

test('says how many jobs, how much quota and how long they took', () => {
	const sentence = summaryOf([
		[3, 41.2],
		[3, 58],
	]).sentence(2);
	expect(sentence).toBe('TTAPI: 2 jobs submitted, 6 quota in all, 41 to 58 s each');
});

test('says it for one job', () => {
	expect(summaryOf([[3, 58]]).sentence(1)).toBe(
		'TTAPI: 1 job submitted, 3 quota in all, 58 s each',
	);
});

test('says nothing of quota where TTAPI does not', () => {
	expect(summaryOf([[null, 58]]).sentence(1)).not.toMatch(/quota/);
});

test('adds up fractions of quota as people do', () => {
	const jobs = Array.from({ length: 3 }, (): [number, number] => [0.1, 10]);
	expect(summaryOf(jobs).sentence(3)).toMatch(/ 0\.3 quota/);
});

test('counts no quota for a failed job: TTAPI returns it', () => {
	const summary = summaryOf([[3, 10]]);
	summary.note(ended({ ...jobIn(failedBody('Job Timeout')), quota: 5 }, 20));
	expect(summary.sentence(2)).toBe('TTAPI: 2 jobs submitted, 3 quota in all, 10 to 20 s each');
});

test('says what it knows of jobs that were only submitted, or only waited for', () => {
	expect(new RunSummary().sentence(2)).toBe('TTAPI: 2 jobs submitted');
	expect(summaryOf([[3, 10]]).sentence(0)).toMatch(/1 job waited for/);
});

test('says nothing of a run without jobs', () => {
	expect(new RunSummary().sentence(0)).toBeUndefined();
});

test('counts no job that had not ended when its time was up', () => {
	const summary = summaryOf([[3, 10]]);
	summary.note({ ...ended(doneJob({ quota: 5 }), 99), end: 'timedOut' });
	summary.note({ end: 'timedOut', waitedMs: 99_000 });
	expect(summary.sentence(3)).toBe('TTAPI: 3 jobs submitted, 3 quota in all, 10 s each');
});

test('counts no job that was handed over unfinished', () => {
	const summary = summaryOf([[3, 10]]);
	summary.note({ ...ended(doneJob({ quota: 5 }), 99), end: 'handedOver' });
	expect(summary.sentence(2)).toBe('TTAPI: 2 jobs submitted, 3 quota in all, 10 s each');
});

describe('what else the user should know', () => {
	test('stands at the end of the sentence, all of it', () => {
		const summary = summaryOf([[3, 10]]);
		summary.remark('polled instead of paused');
		summary.remark('and more');
		expect(summary.sentence(1)).toMatch(/10 s each; polled instead of paused; and more$/);
	});

	test('is said of jobs that were only submitted, too', () => {
		const summary = new RunSummary();
		summary.remark('polled instead of paused');
		expect(summary.sentence(2)).toBe('TTAPI: 2 jobs submitted; polled instead of paused');
	});
});
