import { isInOutage, type Family } from '../jobs/job.mts';
import { fetchAnswer } from '../jobs/jobAnswer.mts';
import type { Settings } from '../options.mts';
import { jobOf } from '../requests/finishedJob.mts';
import { Refusal, unknownJob } from '../requests/refusal.mts';
import type { Endpoint } from './endpoint.mts';

interface FetchEndpoint {
	name: string;
	path: string;
	/** The families whose jobs it knows. Without any, the endpoint answers 404. */
	families(settings: Settings): Family[];
	/** The HTTP method in TTAPI's docs; with `strictFetch`, the only one accepted. */
	documentedMethod(settings: Settings): string;
}

/** An endpoint that returns the state of a job, by GET or POST. */
export function fetchEndpoint(endpoint: FetchEndpoint): Endpoint {
	const { name, path, families, documentedMethod } = endpoint;
	return {
		name,
		path,
		methods: ['GET', 'POST'],
		findsJobs: true,
		answer(fields, ttapi, method) {
			const { settings, addresses } = ttapi;
			const known = families(settings);
			if (known.length === 0) throw new Refusal(404, 'Not found.');
			if (settings.strictFetch && method !== documentedMethod(settings)) {
				throw new Refusal(405, 'Method not allowed.');
			}
			const job = jobOf(fields, ttapi, known);
			job.fetches += 1;
			if (job.end) job.fetchesSinceEnd += 1;
			if (isInOutage(job)) throw new Refusal(503, 'Service unavailable.');
			const answer = fetchAnswer(job, settings, addresses);
			const isRunning = !['SUCCESS', 'FAILED'].includes(answer.status);
			const subject = { endpoint: name, prompt: job.prompt, isRunning };
			const [fault] = ttapi.faults.take('fetch', subject);
			if (fault?.kind === 'unknownJob') throw unknownJob();
			if (fault?.kind === 'unknownState') return { ...answer, status: fault.state ?? 'RUNNING' };
			return answer;
		},
	};
}
