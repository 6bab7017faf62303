/** What TTAPI spells differently from one page of its docs, or from one answer, to the next. */
export interface Spelling {
	/** Where a receipt has the job ID: `data.jobId`, `data.job_id`, or `jobId` next to `data: null`. */
	receiptId: 'jobId' | 'job_id' | 'top';
	receiptMessage: 'success' | '';
	successMessage: 'success' | '';
	actionKey: 'actions' | 'action';
	/** `100`, `100%` or null. */
	progress: 'plain' | 'percent' | 'none';
	quota: 'number' | 'string';
	/** `data` of a failed job: an empty list, or an object of nulls. */
	failedData: 'list' | 'nulls';
	/** `data.images` of a job without separate images. */
	noImages: [] | null;
	/** `data.seed` of every job that is not a seed job. */
	noSeed: '' | null;
	/** The four prompts of describe, one per line: bare, or starting with `1️⃣` or `1.`. */
	describe: 'lines' | 'keycaps' | 'numbered';
	/** `data` of the job history: the rows, or `{ list, total }`. */
	history: 'list' | 'page';
	/**
	 * Where a finished video job has its URLs: the list `videos`; `video_urls`, a list of objects
	 * with a `url`; or the first one in `videoUrl` and all of them in `videoList`.
	 */
	videos: 'list' | 'objects' | 'first';
	/** The documented HTTP method of fetch. `strictFetch` refuses the other one. */
	fetchMethod: 'GET' | 'POST';
}

export type Dialect = 'seed' | 'new';

export const dialects: Record<Dialect, Spelling> = {
	seed: {
		receiptId: 'jobId',
		receiptMessage: '',
		successMessage: 'success',
		actionKey: 'actions',
		progress: 'plain',
		quota: 'number',
		failedData: 'list',
		noImages: [],
		noSeed: '',
		describe: 'lines',
		history: 'list',
		videos: 'list',
		fetchMethod: 'POST',
	},
	new: {
		receiptId: 'job_id',
		receiptMessage: 'success',
		successMessage: '',
		actionKey: 'action',
		progress: 'percent',
		quota: 'string',
		failedData: 'nulls',
		noImages: null,
		noSeed: null,
		describe: 'keycaps',
		history: 'page',
		videos: 'list',
		fetchMethod: 'GET',
	},
};
