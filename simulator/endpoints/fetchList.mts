import { statusOf, type Job, type JobStatus } from '../jobs/job.mts';
import { spellElapsed, spellProgress, spellQuota, spellTime } from '../jobs/spell.mts';
import { choice, numberOf, type Body } from '../requests/fields.mts';
import type { Settings } from '../options.mts';
import { Refusal } from '../requests/refusal.mts';
import type { Ttapi } from '../ttapi.mts';
import type { Endpoint } from './endpoint.mts';

/** `status` in a row. */
const numbers: Record<JobStatus, number> = {
	PENDING_QUEUE: 0,
	ON_QUEUE: 1,
	SUCCESS: 2,
	FAILED: 3,
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
		const status = statusIn(fields, settings);
		const order = choice(fields, 'order', ['asc', 'desc'], 'desc');

		const jobs = ttapi.jobs
			.all()
			.filter((job) => statusOf(job, settings.pendingShare) === status)
			.filter((job) => job.end || settings.historyJobs === 'all');
		if (order === 'desc') jobs.reverse();
		const list = jobs.slice((page - 1) * limit, page * limit).map((job) => row(job, ttapi));
		const data = settings.spelling.history === 'list' ? list : { list, total: jobs.length };
		return { status: 'SUCCESS', message: 'success', data };
	},
};

/** `status` in the query: the names are those of jobs, but in which case, no page says. */
function statusIn(fields: Body, { historyStatus }: Settings): JobStatus {
	const names = Object.keys(numbers) as JobStatus[];
	const isAnyCase = historyStatus === 'any' && typeof fields.status === 'string';
	const status = isAnyCase ? String(fields.status).toUpperCase() : fields.status;
	return choice({ status }, 'status', names, 'SUCCESS');
}

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
		created_at: spellTime(job.submittedAt, settings),
	};
}
