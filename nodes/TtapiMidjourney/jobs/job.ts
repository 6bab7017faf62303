import { labelledActions, type OfferedAction } from './actions';
import { firstFilled, inCamelCase, isRecord, numeric, text, texts } from './json';

/** TTAPI's own four statuses, and `SUBMITTED` for a job that has not been polled yet. */
export type JobStatus = 'SUBMITTED' | 'PENDING_QUEUE' | 'ON_QUEUE' | 'SUCCESS' | 'FAILED';

/** Which of TTAPI's fetch endpoints knows the job. */
export const JOB_FAMILIES = ['image', 'edit', 'video'] as const;
export type JobFamily = (typeof JOB_FAMILIES)[number];

/** A job as the node outputs it. Every key is always there, in whichever dialect TTAPI answered. */
export interface Job {
	jobId: string;
	status: JobStatus;
	family: JobFamily;
	/** `imagine`, `upsample1`, ... */
	action: string | null;
	prompt: string | null;
	/** 0 to 100. May be 100 before the job has finished: only `status` tells. */
	progress: number | null;
	cdnImage: string | null;
	discordImage: string | null;
	/** The separate images (U1 to U4): top left, top right, bottom left, bottom right. */
	images: string[];
	width: number | null;
	height: number | null;
	/** TTAPI's names for the actions that the job offers. */
	components: string[];
	/** The same with labels; empty unless the job succeeded. */
	actions: OfferedAction[];
	seed: string | null;
	quota: number | null;
	/** `success`, empty, or why the job failed. */
	message: string;
	/** Only on a describe job: the prompts that TTAPI found for the image. */
	prompts?: string[];
	/** Only on a video: its URLs. */
	videos?: string[];
}

/** A job, and the response body that it was read from. */
export interface JobAnswer {
	job: Job;
	body: Record<string, unknown>;
}

const UNFINISHED: readonly string[] = ['PENDING_QUEUE', 'ON_QUEUE'] satisfies JobStatus[];
const STATUSES: readonly JobStatus[] = ['PENDING_QUEUE', 'ON_QUEUE', 'SUCCESS', 'FAILED'];

/** Whether the job has succeeded or failed. */
export const isFinished = ({ status }: Pick<Job, 'status'>): boolean =>
	status === 'SUCCESS' || status === 'FAILED';

/** The job ID in the body of a submit, a fetch or a callback; undefined if there is none. */
export function jobIdOf(body: Record<string, unknown>): string | undefined {
	const data = isRecord(body.data) ? body.data : {};
	return text(data.jobId) ?? text(data.job_id) ?? text(body.jobId) ?? undefined;
}

/** The `status` in a body, in upper case; empty if there is none. */
export const statusOf = ({ status }: Record<string, unknown>): string =>
	typeof status === 'string' ? status.toUpperCase() : '';

/**
 * Reads a Job from the body of a fetch or a callback, in any of TTAPI's dialects (docs/ttapi.md, Answers). A row of the
 * history can be passed as the body's `data`. Undefined if the body has no status, or no job ID.
 * @param knownFamily the family by the endpoint. The data may still show that an "image" is an edit or a video
 * @param askedFor the job ID to use if the body has none
 */
export function readJob(
	body: Record<string, unknown>,
	knownFamily: JobFamily,
	askedFor?: string,
): Job | undefined {
	const ownId = jobIdOf(body);
	const jobId = ownId ?? askedFor;
	const said = statusOf(body);
	if (!jobId || said === '') return undefined;

	const data = inCamelCase(body.data);
	// TTAPI names the job that has ended. Without that, FAILED is a refusal, and an empty SUCCESS may be about anything.
	const isAboutJob =
		ownId !== undefined ||
		UNFINISHED.includes(said) ||
		(said === 'SUCCESS' && Object.keys(data).length > 0);
	if (!isAboutJob) return undefined;
	// A state that TTAPI has added since is not the end.
	const status = STATUSES.find((known) => known === said) ?? 'ON_QUEUE';
	const action = text(data.action) ?? text(data.actions);
	const prompt = text(data.prompt);
	const components = texts(data.components);
	const family = knownFamily === 'image' ? familyOf(data, action) : knownFamily;
	return {
		...emptyJob(jobId, family),
		status,
		action,
		prompt,
		progress: numeric(data.progress ?? data.progess),
		cdnImage: text(data.cdnImage),
		discordImage: text(data.discordImage),
		// An edit has public `cdnImages` beside Midjourney's own `images`, which may be protected.
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

/** Callbacks and the history don't name the family, but each family has fields of its own. */
function familyOf(data: Record<string, unknown>, action: string | null): JobFamily {
	if (Array.isArray(data.cdnImages) || /edit|retexture/i.test(action ?? '')) return 'edit';
	const hasVideo = Object.entries(data).some(
		// String, because an empty list is truthy.
		([key, value]) => /video/i.test(key) && value && String(value),
	);
	const isVideo = hasVideo || videoAddresses(data).length > 0 || /video/i.test(action ?? '');
	return isVideo ? 'video' : 'image';
}

/** A job that TTAPI has accepted, before its first poll. */
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

/** The job, with fields from its submit if TTAPI leaves them out, as it does while a job is new. */
export function withReceipt(job: Job, submitted: Job): Job {
	return {
		...submitted,
		...job,
		action: job.action ?? submitted.action,
		prompt: job.prompt ?? submitted.prompt,
		// TTAPI doesn't always repeat that it is a describe job.
		...(submitted.prompts ? { prompts: job.prompts ?? promptLines(job.prompt ?? '') } : {}),
	};
}

/** A copy of the body without `hookUrl`, at any depth: it may contain a resume token. */
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

/** The prompts of a describe job: one per line, numbered with keycaps (`1️⃣`), `1.`, `1)` or not at all. */
function promptLines(raw: string): string[] {
	return raw
		.split(/\r?\n/)
		.map((line) => line.replace(/^\s*(?:\d\uFE0F?\u20E3\s*|\d+[.)]\s+)/u, '').trim())
		.filter((line) => line !== '');
}

/** The URLs of the videos, on TTAPI's own host if it has them. */
function videosOf(data: Record<string, unknown>): string[] {
	const own = Object.entries(data).filter(([key]) => /^cdn.*video/i.test(key));
	return firstFilled(videoAddresses(Object.fromEntries(own)), videoAddresses(data));
}

/** Every URL of a video in `data`, at any depth, because the shape of the result is not documented. */
function videoAddresses(data: unknown): string[] {
	if (typeof data === 'string')
		return /^https?:\/\/[^?#]+\.(?:mp4|webm|mov)(?:[?#]|$)/i.test(data) ? [data] : [];
	if (Array.isArray(data)) return [...new Set(data.flatMap(videoAddresses))];
	return isRecord(data) ? videoAddresses(Object.values(data)) : [];
}
