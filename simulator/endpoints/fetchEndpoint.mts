import type { Family } from '../jobs/job.mts';
import { fetchAnswer } from '../jobs/jobAnswer.mts';
import type { Settings } from '../options.mts';
import { jobOf } from '../requests/finishedJob.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Endpoint } from './endpoint.mts';

interface FetchEndpoint {
	name: string;
	path: string;
	/** Whose jobs it knows; none: then nobody knows the endpoint either. */
	families(settings: Settings): Family[];
	/** The method that the documents show. */
	method(settings: Settings): string;
}

/** An endpoint that tells the state of a job. Clients ask by GET and by POST. */
export function fetchEndpoint({ name, path, families, method }: FetchEndpoint): Endpoint {
	return {
		name,
		path,
		methods: ['GET', 'POST'],
		answer(fields, ttapi, asked) {
			const { settings, addresses } = ttapi;
			const known = families(settings);
			if (known.length === 0) throw new Refusal(404, 'Not found.');
			if (settings.strictFetch && asked !== method(settings)) {
				throw new Refusal(405, 'Method not allowed.');
			}
			const job = jobOf(fields, ttapi, known);
			job.fetches += 1;
			if (job.end) job.fetchesSinceEnd += 1;
			return fetchAnswer(job, settings, addresses);
		},
	};
}
