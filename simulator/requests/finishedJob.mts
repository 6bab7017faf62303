import type { Family, Job } from '../jobs/job.mts';
import type { Picture } from '../pictures/picture.mts';
import type { Ttapi } from '../ttapi.mts';
import { requiredText, type Body } from './fields.mts';
import { Refusal, wrongField } from './refusal.mts';

/** The job with this `jobId`. Jobs of other families count as unknown. */
export function jobOf(body: Body, ttapi: Ttapi, families: Family[]): Job {
	const job = ttapi.jobs.get(requiredText(body, 'jobId'));
	if (!job || !families.includes(job.family)) throw new Refusal(404, 'Job not found.');
	return job;
}

/** The job with this `jobId`, which must have succeeded. */
export function succeededJobOf(body: Body, ttapi: Ttapi, family: Family): Job {
	const job = jobOf(body, ttapi, [family]);
	if (job.end?.status !== 'SUCCESS') throw wrongField('jobId', 'The job has not succeeded.');
	return job;
}

/** The job with this `jobId`, which must have succeeded and made a picture. */
export function finishedJobOf(body: Body, ttapi: Ttapi): Job & { picture: Picture } {
	const job = succeededJobOf(body, ttapi, 'image');
	if (!job.picture) throw wrongField('jobId', 'The job has no picture.');
	return { ...job, picture: job.picture };
}
