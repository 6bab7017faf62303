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
	/** `data` of a failed job: an empty list, an object of nulls around what is known, or nulls only. */
	failedData: 'list' | 'nulls' | 'onlyNulls';
	/** What stands for something missing, such as `data.seed` of a grid: `''` or `[]`, or null. */
	missing: 'empty' | 'null';
	/** Which grids of a pay-per-use account have separate images: all, or those asked for by `getUImages`. */
	images: 'all' | 'asked';
	/** `2026-03-12T07:35:36Z`, or `2026-03-12 07:35:36` in UTC. */
	times: 'iso' | 'plain';
	/**
	 * Whether only requests as documented are accepted; the wire also takes `timeout` as text, and `model` in place of
	 * `mode`.
	 */
	requests: 'documented' | 'lenient';
	/** Whose words refuse a request: ours, or the vendor's, in the `language` and with the status `refusals`. */
	words: 'ours' | 'vendor';
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

/**
 * The two spellings of TTAPI's docs, and `wire`: what its server by all signs sends (docs/ttapi.md, Three dialects).
 */
export type Dialect = 'seed' | 'new' | 'wire';

export const dialects: Record<Dialect, Spelling> = {
	seed: {
		receiptId: 'jobId',
		receiptMessage: '',
		successMessage: 'success',
		actionKey: 'actions',
		progress: 'plain',
		quota: 'number',
		failedData: 'list',
		missing: 'empty',
		images: 'asked',
		times: 'plain',
		requests: 'documented',
		words: 'ours',
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
		missing: 'null',
		images: 'asked',
		times: 'iso',
		requests: 'documented',
		words: 'ours',
		describe: 'keycaps',
		history: 'page',
		videos: 'list',
		fetchMethod: 'GET',
	},
	wire: {
		receiptId: 'jobId',
		receiptMessage: 'success',
		successMessage: 'success',
		actionKey: 'action',
		progress: 'plain',
		quota: 'string',
		failedData: 'onlyNulls',
		missing: 'null',
		images: 'all',
		times: 'iso',
		requests: 'lenient',
		words: 'vendor',
		describe: 'keycaps',
		history: 'list',
		videos: 'list',
		fetchMethod: 'GET',
	},
};
