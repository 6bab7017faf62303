import { DoubtfulError, TtapiError } from '../jobs/errors';
import { isRecord, jobIdOf, statusOf } from '../jobs/job';
import type { SubmitAnswer } from '../jobs/submitLine';
import { ConnectionError, type ApiAnswer, type TtapiClient } from './client';
import { isPassing, refusalError, saysQueueFull } from './refusals';

/** Several pictures of some MB in one body take their time. */
const TIMEOUT_MS = 120_000;

/**
 * Submits a job, once. Says "busy" or "unreachable" where it is sure that nothing was accepted; throws a TtapiError for
 * everything else, and where it is not sure, a DoubtfulError.
 */
export async function submitJob(
	client: TtapiClient,
	path: string,
	body: Record<string, unknown>,
): Promise<SubmitAnswer> {
	let answer: ApiAnswer;
	try {
		answer = await client.send({ method: 'POST', path, body, timeoutMs: TIMEOUT_MS });
	} catch (error) {
		return noAnswer(error);
	}
	const { httpStatus, retryAfterMs } = answer;
	const said = isRecord(answer.body) ? answer.body : {};
	const jobId = jobIdOf(said);
	// A job that has an id exists, whatever else the answer says.
	if (jobId && httpStatus < 300 && statusOf(said) !== 'FAILED')
		return { kind: 'accepted', jobId, body: said };
	if (!jobId && saysQueueFull(answer)) return { kind: 'busy', why: 'queueFull', retryAfterMs };
	if (!jobId && httpStatus === 429) return { kind: 'busy', why: 'tooManyRequests', retryAfterMs };
	if (isPassing(answer))
		throw doubtfulError(`TTAPI answered with HTTP ${httpStatus}`, { httpStatus, jobId });
	if (httpStatus >= 300 || statusOf(said) === 'FAILED') throw refusalError(answer, jobId);
	throw doubtfulError('TTAPI answered without a job ID', { httpStatus });
}

function noAnswer(error: unknown): SubmitAnswer {
	if (!(error instanceof ConnectionError)) throw error;
	if (!error.nothingSent) throw doubtfulError(`TTAPI was asked, but ${error.message}`);
	const unreachable = new TtapiError(`TTAPI cannot be reached: ${error.message}`, {
		description: 'Nothing was paid. Check the network of n8n and the Base URL in the credential.',
	});
	if (!error.passing) throw unreachable;
	return { kind: 'unreachable', error: unreachable };
}

function doubtfulError(
	happened: string,
	facts: { httpStatus?: number; jobId?: string } = {},
): DoubtfulError {
	const about = facts.jobId ? ` (job ${facts.jobId})` : '';
	return new DoubtfulError(`${happened}${about}, so the job may or may not exist`, {
		...facts,
		description: 'It was not sent again, so that nothing is paid twice.',
	});
}
