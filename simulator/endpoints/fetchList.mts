import { statusOf, type Job, type JobStatus } from '../jobs/job.mts';
import { spellElapsed, spellProgress, spellQuota } from '../jobs/spell.mts';
import { choice, numberOf } from '../requests/fields.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Ttapi } from '../ttapi.mts';
import type { Endpoint } from './endpoint.mts';

/**
 * `status` in a row. TTAPI doesn't document the numbers: we have seen 2 for success and guess the
 * others, in the order in which a job goes through them.
 */
const numbers: Record<JobStatus, number> = {
	PENDING_QUEUE: 0,
	ON_QUEUE: 1,
	SUCCESS: 2,
	FAILED: 3,
};

/** `status` in the query. `success` is documented, the others are guesses. */
const statuses: Record<string, JobStatus> = {
	success: 'SUCCESS',
	failed: 'FAILED',
	on_queue: 'ON_QUEUE',
	pending_queue: 'PENDING_QUEUE',
};

/** Lists the account's jobs of one status, a page at a time. */
export const fetchList: Endpoint = {
	name: 'fetchList',
	path: '/midjourney/v1/fetch-list',
	// One of TTAPI's pages documents POST.
	methods: ['GET', 'POST'],
	answer(fields, ttapi) {
		const { settings } = ttapi;
		if (!settings.history) throw new Refusal(404, 'Not found.');
		const page = numberOf(fields, 'page', { min: 1, fallback: 1 });
		const limit = numberOf(fields, 'limit', { min: 1, max: 100, fallback: 10 });
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
	// An edit has no grid to download, and a video has no picture.
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
