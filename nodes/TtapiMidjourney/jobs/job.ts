import { labelledActions, type OfferedAction } from './actions';
import { firstFilled, inCamelCase, isRecord, numeric, text, texts } from './json';

/** A job's state: TTAPI's own four, and `SUBMITTED` for a job that nobody has looked at yet. */
export type JobStatus = 'SUBMITTED' | 'PENDING_QUEUE' | 'ON_QUEUE' | 'SUCCESS' | 'FAILED';

/** Which of TTAPI's fetch endpoints knows the job. */
export const JOB_FAMILIES = ['image', 'edit', 'video'] as const;
export type JobFamily = (typeof JOB_FAMILIES)[number];

/** A job as the node hands it on: every key is always there, whatever dialect TTAPI answered in. */
export interface Job {
	jobId: string;
	status: JobStatus;
	family: JobFamily;
	/** `imagine`, `upsample1`, ... */
	action: string | null;
	prompt: string | null;
	/** 0..100. May say 100 while the job still runs: only `status` says that it has ended. */
	progress: number | null;
	cdnImage: string | null;
	discordImage: string | null;
	/** The separate pictures: top-left, top-right, bottom-left, bottom-right (U1..U4). */
	images: string[];
	width: number | null;
	height: number | null;
	/** The actions that the finished job takes. */
	components: string[];
	/** The same with labels, once the job has ended with SUCCESS: empty until then. */
	actions: OfferedAction[];
	seed: string | null;
	quota: number | null;
	/** `success` or empty, or the reason why the job failed. */
	message: string;
	/** Only on a describe job: the prompts that TTAPI found for the picture. */
	prompts?: string[];
	/** Only on a video: its addresses. */
	videos?: string[];
}

/** A job together with the body that said so. */
export interface JobAnswer {
	job: Job;
	body: Record<string, unknown>;
}

const STATUSES: readonly string[] = ['PENDING_QUEUE', 'ON_QUEUE', 'SUCCESS', 'FAILED'];

/** Whether the job has ended, well or badly. */
export const isFinished = ({ status }: Pick<Job, 'status'>): boolean =>
	status === 'SUCCESS' || status === 'FAILED';

/**
 * The job id in an answer to a submit or a fetch: `data.jobId`, `data.job_id` or `jobId`.
 * Undefined where there is none.
 */
export function jobIdOf(body: Record<string, unknown>): string | undefined {
	const data = isRecord(body.data) ? body.data : {};
	return [data.jobId, data.job_id, body.jobId].map(text).find((id) => id !== null) ?? undefined;
}

/** The `status` of an answer, in upper case whatever its spelling; empty where there is none. */
export const statusOf = ({ status }: Record<string, unknown>): string =>
	typeof status === 'string' ? status.toUpperCase() : '';

/**
 * Reads the body of a fetch or a callback, or a row of the history as its `data`, in any of TTAPI's dialects, into a Job
 * (docs/ttapi.md, Answers). Undefined where the body says no known state.
 * @param knownFamily what the job is as far as it is known: what it holds may say better than "image"
 */
export function readJob(
	body: Record<string, unknown>,
	knownFamily: JobFamily,
	askedFor?: string,
): Job | undefined {
	const jobId = jobIdOf(body) ?? askedFor;
	const status = statusOf(body);
	if (!jobId || !STATUSES.includes(status)) return undefined;

	const data = inCamelCase(body.data);
	const action = text(data.action) ?? text(data.actions);
	const prompt = text(data.prompt);
	const components = texts(data.components);
	const family = knownFamily === 'image' ? familyOf(data, action) : knownFamily;
	return {
		...emptyJob(jobId, family),
		status: status as JobStatus,
		action,
		prompt,
		progress: numeric(data.progress ?? data.progess),
		cdnImage: text(data.cdnImage),
		discordImage: text(data.discordImage),
		// An edit has `cdnImages`, which anybody may download, beside Midjourney's own `images`, which not everybody may.
		images: firstFilled(texts(data.cdnImages), texts(data.images)),
		width: numeric(data.width),
		height: numeric(data.height),
		components,
		actions: status === 'SUCCESS' ? labelledActions(components) : [],
		seed: text(data.seed),
		quota: numeric(data.quota),
		message: text(body.message) ?? '',
		...(action === 'describe' ? { prompts: promptLines(prompt ?? '') } : {}),
		...(family === 'video' ? { videos: videosOf(data) } : {}),
	};
}

/** Neither a callback nor the history names the family, but each has fields of its own. */
function familyOf(data: Record<string, unknown>, action: string | null): JobFamily {
	if (Array.isArray(data.cdnImages) || /edit|retexture/i.test(action ?? '')) return 'edit';
	const hasVideo = Object.entries(data).some(
		// An empty list is no video, but true.
		([key, value]) => /video/i.test(key) && value && String(value),
	);
	const isVideo = hasVideo || videoAddresses(data).length > 0 || /video/i.test(action ?? '');
	return isVideo ? 'video' : 'image';
}

/** A job that was accepted and not looked at yet. */
export function submittedJob(
	jobId: string,
	family: JobFamily,
	known: Partial<Pick<Job, 'action' | 'prompt'>> = {},
): Job {
	return {
		...emptyJob(jobId, family),
		...known,
		...(known.action === 'describe' ? { prompts: [] } : {}),
	};
}

/** The job, with what is known from its submit in the place of what TTAPI does not say while the job is young. */
export function withReceipt(job: Job, submitted: Job): Job {
	return {
		...submitted,
		...job,
		action: job.action ?? submitted.action,
		prompt: job.prompt ?? submitted.prompt,
		// TTAPI does not always repeat that it is a describe job.
		...(submitted.prompts ? { prompts: job.prompts ?? promptLines(job.prompt ?? '') } : {}),
	};
}

/** The body without `hookUrl` at any depth: it may hold a resume token. The body itself stays as it is. */
export function withoutHookUrl(body: Record<string, unknown>): Record<string, unknown> {
	return Object.fromEntries(
		Object.entries(body)
			.filter(([key]) => !/^hook_?url$/i.test(key))
			.map(([key, value]) => [key, cleaned(value)]),
	);
}

function cleaned(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(cleaned);
	return isRecord(value) ? withoutHookUrl(value) : value;
}

function emptyJob(jobId: string, family: JobFamily): Job {
	return {
		jobId,
		status: 'SUBMITTED',
		family,
		action: null,
		prompt: null,
		progress: null,
		cdnImage: null,
		discordImage: null,
		images: [],
		width: null,
		height: null,
		components: [],
		actions: [],
		seed: null,
		quota: null,
		message: '',
		...(family === 'video' ? { videos: [] } : {}),
	};
}

/** The prompts of a describe answer: one a line, numbered with keycaps (`1️⃣`), `1.`, `1)` or not at all. */
function promptLines(raw: string): string[] {
	return raw
		.split(/\r?\n/)
		.map((line) => line.replace(/^\s*(?:\d\uFE0F?\u20E3\s*|\d+[.)]\s+)/u, '').trim())
		.filter((line) => line !== '');
}

/** As of edits, those on TTAPI's own host are preferred, where it has them. */
function videosOf(data: Record<string, unknown>): string[] {
	const own = Object.entries(data).filter(([key]) => /^cdn.*video/i.test(key));
	return firstFilled(videoAddresses(Object.fromEntries(own)), videoAddresses(data));
}

/** Every address of a video in `data`, at any depth: the result's shape is not documented. */
function videoAddresses(data: unknown): string[] {
	if (typeof data === 'string')
		return /^https?:\/\/[^?#]+\.(?:mp4|webm|mov)(?:[?#]|$)/i.test(data) ? [data] : [];
	if (Array.isArray(data)) return [...new Set(data.flatMap(videoAddresses))];
	return isRecord(data) ? videoAddresses(Object.values(data)) : [];
}
