import { jobIdOf } from '../jobs/job';
import { isRecord } from '../jobs/json';

/**
 * The body of an answer if it is TTAPI's own: an object whose `status` is a text, with a message, data or a job ID beside it.
 * Undefined for everything else, such as a proxy's page. Whatever its HTTP status is, that says nothing about a job.
 */
export function envelopeOf(body: unknown): Record<string, unknown> | undefined {
	if (Array.isArray(body)) return listsJobs(body) ? { data: body } : undefined;
	if (!isRecord(body)) return undefined;
	const { status, message, data, jobId } = body;
	const isEnvelope =
		typeof status === 'string' && [message, data, jobId].some((value) => value !== undefined);
	if (isEnvelope || listsJobs(body.list ?? (isRecord(data) ? data.list : data))) return body;
	return undefined;
}

/** The history may come without an envelope, but nobody else knows job IDs. */
const listsJobs = (rows: unknown): boolean =>
	Array.isArray(rows) && rows.some((row) => isRecord(row) && jobIdOf({ data: row }) !== undefined);
