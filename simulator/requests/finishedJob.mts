import type { Job } from '../jobs/job.mts';
import type { Picture } from '../pictures/picture.mts';
import type { Ttapi } from '../ttapi.mts';
import { requiredText, type Body } from './fields.mts';
import { Refusal, wrongField } from './refusal.mts';

/** The job that `jobId` names. */
export function jobOf(body: Body, ttapi: Ttapi): Job {
	const job = ttapi.jobs.get(requiredText(body, 'jobId'));
	if (!job) throw new Refusal(404, 'Job not found.');
	return job;
}

/** The job that `jobId` names, which must have ended well and made a picture. */
export function finishedJobOf(body: Body, ttapi: Ttapi): Job & { picture: Picture } {
	const job = jobOf(body, ttapi);
	if (job.end?.status !== 'SUCCESS') throw wrongField('jobId', 'The job has not succeeded.');
	if (!job.picture) throw wrongField('jobId', 'The job has no picture.');
	return { ...job, picture: job.picture };
}
