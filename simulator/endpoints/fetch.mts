import { fetchAnswer } from '../jobs/jobAnswer.mts';
import { jobOf } from '../requests/finishedJob.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Endpoint } from './endpoint.mts';

/** The state of a job. TTAPI's older page asks by POST, the newer ones by GET. */
export const fetch: Endpoint = {
	name: 'fetch',
	path: '/midjourney/v1/fetch',
	methods: ['GET', 'POST'],
	answer(fields, ttapi, method) {
		const { settings } = ttapi;
		if (settings.strictFetch && method !== settings.spelling.fetchMethod) {
			throw new Refusal(405, 'Method not allowed.');
		}
		const job = jobOf(fields, ttapi);
		job.fetches += 1;
		if (job.end) job.fetchesSinceEnd += 1;
		return fetchAnswer(job, settings, ttapi.pictureUrl);
	},
};
