/** What TTAPI spells differently from one page of its documents, or one answer, to the next. */
export interface Spelling {
	/**
	 * Where a receipt holds the job id: `data.jobId`, `data.job_id` or `jobId` beside an empty
	 * `data`.
	 */
	receiptId: 'jobId' | 'job_id' | 'top';
	receiptMessage: 'success' | '';
	successMessage: 'success' | '';
	actionKey: 'actions' | 'action';
	/** `100`, `100%` or null. */
	progress: 'plain' | 'percent' | 'none';
	quota: 'number' | 'string';
	/** `data` of a failed job: an empty list, or an object full of nulls. */
	failedData: 'list' | 'nulls';
	/** `data.images` of a job that brings no small pictures. */
	noImages: [] | null;
	/** `data.seed` of a job that nobody asked for a seed. */
	noSeed: '' | null;
	/** The four prompts of describe, one a line: bare, after `1️⃣`, or after `1.`. */
	describe: 'lines' | 'keycaps' | 'numbered';
	/** `data` of the job history: the list of its rows, or `{ list, total }`. */
	history: 'list' | 'page';
	/**
	 * Where a finished video job holds its addresses: `videos`, a list; `video_urls`, a list of objects with `url` and
	 * others; or `videoUrl`, the first one, beside all of them in `videoList`.
	 */
	videos: 'list' | 'objects' | 'first';
	/** The method of fetch that the document shows; the other one is refused under `strictFetch`. */
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
