import { statusOf, type Job, type JobStatus } from '../jobs/job.mts';
import { spellElapsed, spellProgress, spellQuota } from '../jobs/spell.mts';
import { choice, numberOf } from '../requests/fields.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Ttapi } from '../ttapi.mts';
import type { Endpoint } from './endpoint.mts';

/**
 * The number of each state in a row. TTAPI documents none; 2 has been seen for a success. The others are a guess of the
 * simulator's own: the states in the order in which a job goes through them.
 */
const numbers: Record<JobStatus, number> = {
	PENDING_QUEUE: 0,
	ON_QUEUE: 1,
	SUCCESS: 2,
	FAILED: 3,
};

/** The names that the query has for them: `success` is documented, the others are guessed. */
const statuses: Record<string, JobStatus> = {
	success: 'SUCCESS',
	failed: 'FAILED',
	on_queue: 'ON_QUEUE',
	pending_queue: 'PENDING_QUEUE',
};

/** The account's jobs, a page at a time: only those of one state, by default the successful ones. */
export const fetchList: Endpoint = {
	name: 'fetchList',
	path: '/midjourney/v1/fetch-list',
	// One of TTAPI's pages says POST.
	methods: ['GET', 'POST'],
	answer(fields, ttapi) {
		const { settings } = ttapi;
		if (!settings.history) throw new Refusal(404, 'Not found.');
		const page = numberOf(fields, 'page', { least: 1, otherwise: 1 });
		const limit = numberOf(fields, 'limit', { least: 1, most: 100, otherwise: 10 });
		const status = choice(fields, 'status', Object.keys(statuses), 'success');
		const order = choice(fields, 'order', ['asc', 'desc'], 'desc');

		const jobs = ttapi.jobs
			.all()
			.filter((job) => statusOf(job, settings.pendingShare) === statuses[status]);
		if (order === 'desc') jobs.reverse();
		const list = jobs.slice((page - 1) * limit, page * limit).map((job) => row(job, ttapi));
		const data = settings.spelling.history === 'list' ? list : { list, total: jobs.length };
		return { status: 'SUCCESS', message: 'success', data };
	},
};

function row(job: Job, { settings, addresses }: Ttapi): object {
	const status = statusOf(job, settings.pendingShare);
	// An edit has no grid that could be downloaded, and a video no picture at all.
	const hasPicture = status === 'SUCCESS' && job.family === 'image' && job.picture;
	const picture = hasPicture ? addresses.picture(job) : null;
	return {
		job_id: job.jobId,
		model: job.mode,
		action: job.action,
		quota: spellQuota(job.quota, settings),
		status: numbers[status],
		progress: status === 'SUCCESS' ? spellProgress(100, settings) : spellElapsed(job, settings),
		prompt: job.prompt,
		discord_image: picture && `${picture}?ex=simulator`,
		cdn_image: picture,
		created_at: new Date(job.submittedAt).toISOString().slice(0, 19).replace('T', ' '),
	};
}
