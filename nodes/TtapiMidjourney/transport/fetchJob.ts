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
 * Where the jobs of each family are fetched, in the order of asking (docs/ttapi.md, Endpoints). The video's own address is
 * known by analogy only, so the picture's follows.
 */
const FETCH_ADDRESSES: Record<JobFamily, FetchAddress[]> = {
	image: [{ family: 'image', path: '/midjourney/v1/fetch' }],
	edit: [{ family: 'edit', path: '/midjourney/image-edits/fetch' }],
	video: [
		{ family: 'video', path: '/midjourney/video/fetch' },
		{ family: 'video', path: '/midjourney/v1/fetch' },
	],
};

/** Where a job of an unknown family is looked for. */
const ANY_FAMILY = JOB_FAMILIES.map((family) => FETCH_ADDRESSES[family][0]);

/** Where a host last knew a job of a family, by base URL and family. */
const lastAddressOf = new Store<FetchAddress>({ most: 100 });

const NEW_FOR_MS = 60_000;

/**
 * Fetches the state of a job, once: free of charge. Throws TransientError where another try may work.
 * @param likely the family in which a job of an unknown one is looked for first
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
		// A job with buttons is an image, whatever was asked for.
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

/** Whether an error of `fetchJob` says that TTAPI does not know the job. */
export const isUnknownJob = (error: unknown): error is TtapiError =>
	error instanceof TtapiError && error.httpStatus === 404;

/** The same for a job that was submitted `ageMs` ago: for its first minute "unknown" may only mean that it is new. */
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

/** Undefined where this address does not know the job. */
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
	// A cache on the way may mix them up: the picture of another job is nobody's result.
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
	// A FAILED with a job id is the job's state, whatever its message says.
	return (
		(httpStatus === 200 || httpStatus === 400) &&
		statusOf(body) === 'FAILED' &&
		jobIdOf(body) === undefined &&
		/\bjob\b.*\b(?:not exist|not found|unknown|invalid)|\b(?:unknown|no such|invalid) job/i.test(
			messageOf(body),
		)
	);
}
