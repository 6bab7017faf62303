import { ANSWERS, type AnswerMeaning } from '../jobs/answers';
import { DoubtfulError, TtapiError } from '../jobs/errors';
import { jobIdOf, statusOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import type { SubmitAnswer } from '../jobs/submitLine';
import { ConnectionError, type ApiAnswer, type TtapiClient } from './client';
import { meaningOf, meaningOfSilence, refusalError } from './refusals';

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
	const meaning = meaningOf(answer);
	const isBusy = meaning.submitAgain !== 'never';
	if (isBusy && !jobId) {
		const why = meaning === ANSWERS.queueFull ? 'queueFull' : 'tooManyRequests';
		return { kind: 'busy', why, retryAfterMs };
	}
	if (isBusy || meaning.costs === 'perhaps') {
		const facts = `HTTP ${httpStatus}${jobId ? `, job ${jobId}` : ''}`;
		throw doubtfulError(meaning, ` (${facts})`, { httpStatus, jobId });
	}
	throw refusalError(answer, jobId);
}

function noAnswer(error: unknown): SubmitAnswer {
	if (!(error instanceof ConnectionError)) throw error;
	const meaning = meaningOfSilence(error);
	if (meaning.costs === 'perhaps') throw doubtfulError(meaning, `: ${error.message}`);
	const unreachable = new TtapiError(`${meaning.happened}: ${error.message}`, {
		description: `${meaning.toDo} Nothing was paid.`,
	});
	if (meaning.submitAgain === 'never') throw unreachable;
	return { kind: 'unreachable', error: unreachable };
}

function doubtfulError(
	{ happened, toDo }: AnswerMeaning,
	details: string,
	facts: { httpStatus?: number; jobId?: string } = {},
): DoubtfulError {
	return new DoubtfulError(`${happened}${details}, so the job may or may not exist`, {
		...facts,
		description: `It was not sent again, so that nothing is paid twice. ${toDo}`,
	});
}
