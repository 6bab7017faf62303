import { ANSWERS } from '../jobs/answers';
import { KeyRefusedError, TransientError, TtapiError } from '../jobs/errors';
import {
	JOB_FAMILIES,
	jobIdOf,
	readJob,
	statusOf,
	type JobAnswer,
	type JobFamily,
} from '../jobs/job';
import { saidInShort } from '../jobs/quoted';
import { Store } from '../n8n/store';
import type { TtapiClient } from './client';
import { getOrPost } from './getOrPost';
import type { Envelope } from './read';
import { messageOf, refusalError, saysNoSuchPage } from './refusals';

/** TTAPI doesn't know the job, and neither does this process. */
export class UnknownJobError extends TtapiError {}

/** TTAPI doesn't know the job, although it was accepted or seen before: it may be too new. */
export class NotYetKnownError extends TransientError {}

interface FetchAddress {
	family: JobFamily;
	path: string;
	/** Whether a host may have no such page. Then that says nothing about the job. */
	isGuess?: true;
}

/**
 * Where the jobs of each family are fetched, in this order (docs/ttapi.md, Endpoints). The video's own path is a guess, so the
 * image's is tried, too.
 */
const FETCH_ADDRESSES: Record<JobFamily, FetchAddress[]> = {
	image: [{ family: 'image', path: '/midjourney/v1/fetch' }],
	edit: [{ family: 'edit', path: '/midjourney/image-edits/fetch' }],
	video: [
		{ family: 'video', path: '/midjourney/video/fetch', isGuess: true },
		{ family: 'video', path: '/midjourney/v1/fetch' },
	],
};

const ANY_FAMILY = JOB_FAMILIES.map((family) => FETCH_ADDRESSES[family][0]);

/** The address that last knew a job, by base URL and family. */
const lastAddressOf = new Store<FetchAddress>({ most: 100 });

/**
 * Fetches a job once, free of charge (docs/ttapi.md, Endpoints). Throws an UnknownJobError if TTAPI doesn't know it, a
 * TransientError if a retry may work, and a TtapiError for any other refusal. A job that this process knows (see `knownJobs`)
 * is never unknown or refused for good, unless TTAPI refuses the key.
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
	const key = `${baseUrl} ${family}`;
	const first = isAuto ? FETCH_ADDRESSES[likely][0] : lastAddressOf.get(clock, key);
	const others = isAuto ? ANY_FAMILY : FETCH_ADDRESSES[family];
	let noPage: TransientError | undefined;
	for (const address of new Set(first ? [first, ...others] : others)) {
		const found = await fetchFrom(client, jobId, address).catch(unlessNoPage);
		if (found instanceof TransientError && !address.isGuess) noPage = found;
		if (!found || found instanceof TransientError) continue;
		client.account.saw(found.job);
		// A job with components is an image. If a video was asked for, this address is not remembered for videos.
		if (!isAuto && found.job.components.length === 0) lastAddressOf.set(clock, key, address);
		return found;
	}
	if (noPage) throw noPage;
	const { happened, toDo } = ANSWERS.unknownJob;
	const ErrorOfKind = client.account.knows(jobId) ? NotYetKnownError : UnknownJobError;
	throw new ErrorOfKind(`${happened} ${jobId}`, {
		description: toDo,
		jobId,
		httpStatus: 404,
		isAnswer: true,
	});
}

/** Fetches a job that was accepted: it is known from now on, so that TTAPI not knowing it is transient. Throws like `fetchJob`. */
export async function fetchAcceptedJob(
	client: TtapiClient,
	jobId: string,
	family: JobFamily,
): Promise<JobAnswer> {
	client.account.know(jobId);
	return await fetchJob(client, jobId, family);
}

export const isUnknownJob = (error: unknown): error is UnknownJobError =>
	error instanceof UnknownJobError;

/** For `catch`: returns the error of an address that the host doesn't have, and throws everything else again. */
function unlessNoPage(error: unknown): TransientError {
	if (error instanceof TransientError && saysNoSuchPage(error)) return error;
	throw error;
}

/** Undefined if this address doesn't know the job. */
async function fetchFrom(
	client: TtapiClient,
	jobId: string,
	{ family, path }: FetchAddress,
): Promise<JobAnswer | undefined> {
	const envelope = await getOrPost(client, path, { jobId }, `the state of job ${jobId}`, jobId);
	if (saysUnknownJob(envelope)) return undefined;
	if (envelope.httpStatus >= 300) {
		const error = refusalError(envelope, jobId);
		const isOdd = client.account.knows(jobId) && !(error instanceof KeyRefusedError);
		throw isOdd ? new TransientError(error.message, { ...error, isAnswer: true }) : error;
	}
	const job = readJob(envelope.body, family, jobId);
	if (!job) throw oddAnswer(jobId, 'without its state', envelope);
	// A proxy's cache may mix jobs up.
	if (job.jobId.toLowerCase() !== jobId.toLowerCase())
		throw oddAnswer(jobId, 'about another job', envelope);
	return { job, body: envelope.body };
}

function oddAnswer(jobId: string, how: string, { httpStatus, body }: Envelope): TransientError {
	const said = saidInShort(messageOf(body));
	const words = said && `: ${said}`;
	return new TransientError(`TTAPI was asked about job ${jobId} and answered ${how}${words}`, {
		description: 'The job itself continues. Use Job > Get with its ID later.',
		jobId,
		httpStatus,
		isAnswer: true,
	});
}

/** TTAPI's words for a job that it doesn't know, which it also calls a task (docs/ttapi.md, Errors). */
const UNKNOWN_JOB =
	/\b(?:job|task)(?:[ _-]?id)?\b.*\b(?:not exist|not found|unknown|invalid|expired|status error)|\b(?:unknown|no such|invalid) (?:job|task)|任务.*(?:不存在|过期|状态错误)/i;

function saysUnknownJob({ httpStatus, body }: Envelope): boolean {
	if (httpStatus === 404) return true;
	// FAILED with a job ID is the status of that job.
	return (
		(httpStatus === 200 || httpStatus === 400) &&
		statusOf(body) === 'FAILED' &&
		jobIdOf(body) === undefined &&
		UNKNOWN_JOB.test(messageOf(body))
	);
}
