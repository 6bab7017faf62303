import { expect, test } from '@jest/globals';

import { TransientError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import type { JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { Looks } from '../../../nodes/TtapiMidjourney/pausing/looks.ts';
import { unfinished } from '../support/pauses.mts';
import { VirtualClock } from '../support/virtualClock.mts';

const MINUTE = 60_000;

interface Asked {
	jobId: string;
	answer: (status: string) => void;
	fail: (error: Error) => void;
}

/** Jobs a, b, c, ..., the last one the youngest, whose fetches the test answers. */
function looking(ids: string[], { until = 30 * MINUTE, maxWaitMs = 60 * MINUTE } = {}) {
	const clock = new VirtualClock();
	const asked: Asked[] = [];
	const jobs = ids.map((id, n) => {
		const job = unfinished(id, n, { settings: { maxWaitMs } });
		return { ...job, submittedAt: n };
	});
	const fetch = async (job: (typeof jobs)[number]): Promise<JobAnswer> =>
		await new Promise((resolve, reject) => {
			const { receipt } = job;
			const answer = (status: string) =>
				resolve({ job: { ...receipt.job, status: status as never }, body: {} });
			asked.push({ jobId: receipt.job.jobId, answer, fail: reject });
		});
	const looks = new Looks(clock, jobs, fetch as never, until);
	const outcomeOf = (id: string) => looks.outcomes.get(id);
	return { clock, asked, looks, jobs, outcomeOf };
}

const trouble = (retryAfterMs?: number) =>
	new TransientError('no answer', { description: '', retryAfterMs });

test('a look that is answered late does not undo the end that a newer one has seen', async () => {
	const { clock, asked, looks, jobs, outcomeOf } = looking(['a']);
	const slow = looks.look([]);
	await clock.advance(1_000);
	looks.outdate(jobs[0]);
	const newer = looks.look([jobs[0]]);
	await clock.advance(1_000);
	asked[1].answer('SUCCESS');
	expect(await clock.run(newer)).toBe('allOver');
	asked[0].answer('ON_QUEUE');
	await clock.run(slow);
	expect(outcomeOf('a')).toMatchObject({ end: 'finished' });
	expect(await looks.look([])).toBe('allOver');
});

test('a job that was seen finished does not come out unfinished because TTAPI is silent at the end of the pause', async () => {
	const { clock, asked, looks, outcomeOf } = looking(['a', 'b']);
	const first = looks.look([]);
	await clock.advance(0);
	asked[0].answer('SUCCESS');
	await clock.advance(0);
	asked[1].answer('SUCCESS');
	await clock.run(first);
	await clock.advance(20 * MINUTE);
	const later = looks.look([]);
	await clock.advance(0);
	asked[2].fail(trouble());
	expect(await clock.run(later)).toBe('unsettled');
	await clock.advance(10 * MINUTE);
	expect(await looks.look([])).toBe('allOver');
	expect([outcomeOf('a')?.end, outcomeOf('b')?.end]).toEqual(['finished', 'finished']);
});

test('when the time is up, nothing is asked any more, and a request under way is not waited for', async () => {
	const { clock, asked, looks, outcomeOf } = looking(['a'], { until: MINUTE });
	void looks.look([]);
	await clock.advance(MINUTE);
	expect(await looks.look([])).toBe('allOver');
	expect(outcomeOf('a')).toMatchObject({ end: 'timedOut' });
	expect(asked).toHaveLength(1);
});

test('looks that were given up send nothing later', async () => {
	const ids = Array.from({ length: 60 }, (_, n) => `job-${n}`);
	const { clock, asked, looks, jobs } = looking(ids);
	for (let time = 0; time < 5; time++) {
		void looks.look(jobs);
		await clock.advance(5_000);
		for (const job of jobs) looks.outdate(job);
	}
	expect(asked).toHaveLength(10);
	for (const { fail } of asked) fail(trouble());
	await clock.advance(1_000);
	expect(asked).toHaveLength(10);
});

test('one unfinished job is enough: the others are not asked for', async () => {
	const ids = Array.from({ length: 60 }, (_, n) => `job-${n}`);
	const { clock, asked, looks } = looking(ids);
	const look = looks.look([]);
	await clock.advance(0);
	asked[0].answer('SUCCESS');
	await clock.advance(0);
	for (const { answer } of asked.slice(1)) answer('ON_QUEUE');
	expect(await clock.run(look)).toBe('unfinished');
	expect(asked.length).toBeLessThanOrEqual(3);
	expect(asked[0].jobId).toBe('job-59');
});

test('says until when TTAPI wants no question', async () => {
	const { clock, asked, looks } = looking(['a']);
	const look = looks.look([]);
	await clock.advance(0);
	asked[0].fail(trouble(40_000));
	await clock.run(look);
	expect(looks.notBefore).toBe(clock.now() + 40_000);
});
