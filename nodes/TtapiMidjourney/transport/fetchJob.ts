import { TtapiError } from '../jobs/errors';
import { jobIdOf, readJob, type JobAnswer, type JobFamily } from '../jobs/job';
import type { TtapiClient } from './client';
import { read, type Envelope } from './read';
import { messageOf, refusalError } from './refusals';

/** Where each family of jobs is fetched (ttapi-api.md 2: 7, 11, 14). */
const FETCH_PATHS: Record<JobFamily, string> = {
	image: '/midjourney/v1/fetch',
	edit: '/midjourney/image-edits/fetch',
	video: '/midjourney/video/fetch',
};

type Method = 'GET' | 'POST';

/** The method that a fetch address was seen to answer: the seed page says POST, newer pages say GET. */
const methodOf = new Map<string, Method>();

/** Fetches the state of a job, once: free of charge. Throws ReadAgainError where another try may work. */
export async function fetchJob(
	client: TtapiClient,
	jobId: string,
	family: JobFamily | 'auto',
): Promise<JobAnswer> {
	const families: JobFamily[] = family === 'auto' ? ['image', 'edit', 'video'] : [family];
	for (const candidate of families) {
		const found = await fetchFrom(client, jobId, candidate);
		if (found) return found;
	}
	throw new TtapiError(`TTAPI does not know the job ${jobId}`, {
		description:
			'Check the job ID, and that the credential belongs to the account that submitted it.',
		jobId,
		httpStatus: 404,
	});
}

/** Undefined where this family does not know the job. */
async function fetchFrom(
	client: TtapiClient,
	jobId: string,
	family: JobFamily,
): Promise<JobAnswer | undefined> {
	const envelope = await ask(client, jobId, FETCH_PATHS[family]);
	if (saysUnknownJob(envelope)) return undefined;
	if (envelope.httpStatus >= 300) throw refusalError(envelope, jobId);
	const job = readJob(envelope.body, family, jobId);
	if (!job) {
		throw new TtapiError(`TTAPI answered without a state for job ${jobId}`, {
			description: 'The job itself goes on. Use Job > Get with its ID later.',
			jobId,
			httpStatus: envelope.httpStatus,
		});
	}
	return { job, body: envelope.body };
}

/** Asks by the method that this address is known to take; where none is known yet, by GET and, if refused, by POST. */
async function ask(client: TtapiClient, jobId: string, path: string): Promise<Envelope> {
	const address = client.baseUrl + path;
	const known = methodOf.get(address);
	const send = async (method: Method) =>
		await read(
			client,
			{ method, path, ...(method === 'GET' ? { query: { jobId } } : { body: { jobId } }) },
			`the state of job ${jobId}`,
			jobId,
		);

	const first = await send(known ?? 'GET');
	const refused = first.httpStatus === 405 || (first.httpStatus === 404 && known === undefined);
	if (!refused) {
		if (first.httpStatus < 300) methodOf.set(address, known ?? 'GET');
		return first;
	}
	const other: Method = known === 'POST' ? 'GET' : 'POST';
	const second = await send(other);
	if (second.httpStatus < 300) methodOf.set(address, other);
	return second.httpStatus === 405 ? first : second;
}

function saysUnknownJob({ httpStatus, body }: Envelope): boolean {
	if (httpStatus === 404) return true;
	// A FAILED with a job id is the job's state, whatever its message says.
	return (
		(httpStatus === 200 || httpStatus === 400) &&
		body.status === 'FAILED' &&
		jobIdOf(body) === undefined &&
		/\bjob\b.*\b(?:not exist|not found|unknown|invalid)|\b(?:unknown|no such|invalid) job/i.test(
			messageOf(body),
		)
	);
}
