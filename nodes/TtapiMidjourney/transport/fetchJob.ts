import { ANSWERS } from '../jobs/answers';
import { TransientError, TtapiError } from '../jobs/errors';
import {
	JOB_FAMILIES,
	jobIdOf,
	readJob,
	statusOf,
	type JobAnswer,
	type JobFamily,
} from '../jobs/job';
import { Store } from '../n8n/store';
import type { TtapiClient } from './client';
import { getOrPost } from './getOrPost';
import type { Envelope } from './read';
import { messageOf, refusalError } from './refusals';

interface FetchAddress {
	family: JobFamily;
	path: string;
}

/**
 * Where the jobs of each family are fetched, in this order (docs/ttapi.md, Endpoints). The video's own path is a guess, so the
 * image's is tried, too.
 */
const FETCH_ADDRESSES: Record<JobFamily, FetchAddress[]> = {
	image: [{ family: 'image', path: '/midjourney/v1/fetch' }],
	edit: [{ family: 'edit', path: '/midjourney/image-edits/fetch' }],
	video: [
		{ family: 'video', path: '/midjourney/video/fetch' },
		{ family: 'video', path: '/midjourney/v1/fetch' },
	],
};

const ANY_FAMILY = JOB_FAMILIES.map((family) => FETCH_ADDRESSES[family][0]);

/** The address that last knew a job, by base URL and family. */
const lastAddressOf = new Store<FetchAddress>({ most: 100 });

const NEW_FOR_MS = 60_000;

/**
 * Fetches a job once, free of charge (docs/ttapi.md, Endpoints). Throws a TransientError if a retry may work, a TtapiError for
 * any other refusal.
 * @param likely for `auto`: the family to try first
 */
export async function fetchJob(
	client: TtapiClient,
	jobId: string,
	family: JobFamily | 'auto',
	likely: JobFamily = 'image',
): Promise<JobAnswer> {
	const { baseUrl, clock } = client;
	const isAuto = family === 'auto';
	const known = `${baseUrl} ${family}`;
	const first = isAuto ? FETCH_ADDRESSES[likely][0] : lastAddressOf.get(clock, known);
	const others = isAuto ? ANY_FAMILY : FETCH_ADDRESSES[family];
	for (const address of new Set(first ? [first, ...others] : others)) {
		const found = await fetchFrom(client, jobId, address);
		if (!found) continue;
		// A job with components is an image. If a video was asked for, this address is not remembered for videos.
		if (!isAuto && found.job.components.length === 0) lastAddressOf.set(clock, known, address);
		return found;
	}
	const { happened, toDo } = ANSWERS.unknownJob;
	throw new TtapiError(`${happened} ${jobId}`, {
		description: toDo,
		jobId,
		httpStatus: 404,
	});
}

/** Whether an error of `fetchJob` says that TTAPI doesn't know the job. */
export const isUnknownJob = (error: unknown): error is TtapiError =>
	error instanceof TtapiError && error.httpStatus === 404;

/** The same for a job that was submitted `ageMs` ago. TTAPI may not know a job in its first minute, so that is transient. */
export async function fetchNewJob(
	client: TtapiClient,
	jobId: string,
	family: JobFamily,
	ageMs: number,
): Promise<JobAnswer> {
	return await fetchJob(client, jobId, family).catch((error: unknown) => {
		if (!isUnknownJob(error) || ageMs > NEW_FOR_MS) throw error;
		throw new TransientError(error.message, error);
	});
}

/** Undefined if this address doesn't know the job. */
async function fetchFrom(
	client: TtapiClient,
	jobId: string,
	{ family, path }: FetchAddress,
): Promise<JobAnswer | undefined> {
	const envelope = await getOrPost(client, path, { jobId }, `the state of job ${jobId}`, jobId);
	if (saysUnknownJob(envelope)) return undefined;
	if (envelope.httpStatus >= 300) throw refusalError(envelope, jobId);
	const job = readJob(envelope.body, family, jobId);
	if (!job) throw oddAnswer(jobId, 'without a known status', envelope);
	// A proxy's cache may mix jobs up.
	if (job.jobId.toLowerCase() !== jobId.toLowerCase())
		throw oddAnswer(jobId, 'about another job', envelope);
	return { job, body: envelope.body };
}

function oddAnswer(jobId: string, how: string, { httpStatus }: Envelope): TransientError {
	return new TransientError(`TTAPI was asked about job ${jobId} and answered ${how}`, {
		description: 'The job itself continues. Use Job > Get with its ID later.',
		jobId,
		httpStatus,
	});
}

function saysUnknownJob({ httpStatus, body }: Envelope): boolean {
	if (httpStatus === 404) return true;
	// FAILED with a job ID is the status of that job.
	return (
		(httpStatus === 200 || httpStatus === 400) &&
		statusOf(body) === 'FAILED' &&
		jobIdOf(body) === undefined &&
		/\bjob\b.*\b(?:not exist|not found|unknown|invalid)|\b(?:unknown|no such|invalid) job/i.test(
			messageOf(body),
		)
	);
}
