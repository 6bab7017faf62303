import type { Family, Job } from '../jobs/job.mts';
import type { Picture } from '../pictures/picture.mts';
import type { Ttapi } from '../ttapi.mts';
import { requiredText, type Body } from './fields.mts';
import { Refusal, unknownJob, words, wrongField } from './refusal.mts';

/** The job with this `jobId`. Jobs of other families count as unknown. */
export function jobOf(body: Body, ttapi: Ttapi, families: Family[]): Job {
	const job = ttapi.jobs.get(requiredText(body, 'jobId'));
	if (!job || !families.includes(job.family)) throw unknownJob();
	return job;
}

/** The job with this `jobId`, which must have succeeded. */
export function succeededJobOf(body: Body, ttapi: Ttapi, family: Family): Job {
	const job = jobOf(body, ttapi, [family]);
	if (job.end?.status !== 'SUCCESS') throw new Refusal(400, words.unfinishedJob);
	return job;
}

/** The job with this `jobId`, which must have succeeded and made a picture. */
export function finishedJobOf(body: Body, ttapi: Ttapi): Job & { picture: Picture } {
	const job = succeededJobOf(body, ttapi, 'image');
	if (!job.picture) throw wrongField('jobId', 'The job has no picture.');
	return { ...job, picture: job.picture };
}
