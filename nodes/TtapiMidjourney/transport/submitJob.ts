import { ANSWERS, doubtfulError } from '../jobs/answers';
import { jobIdOf, statusOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { UnreachableError } from '../jobs/outage';
import type { SubmitAnswer } from '../jobs/line';
import type { ApiAnswer, TtapiClient } from './client';
import { ConnectionError } from './connection';
import { envelopeOf, meaningOf, meaningOfNoAnswer, refusalError } from './refusals';

/** Enough to upload several images of some MB. */
const TIMEOUT_MS = 120_000;

/**
 * Submits a job once. Returns "busy" or "unreachable" if TTAPI has certainly accepted nothing and a retry may work. Throws a
 * DoubtfulError if the job may exist, and a TtapiError if TTAPI refused it (docs/ttapi.md, Errors). Neither a Stop nor the end of
 * the execution ends it.
 */
export async function submitJob(
	client: TtapiClient,
	path: string,
	body: Record<string, unknown>,
): Promise<SubmitAnswer> {
	let answer: ApiAnswer;
	try {
		answer = await client.send({ method: 'POST', path, body, timeoutMs: TIMEOUT_MS, goesOn: true });
	} catch (error) {
		return noAnswer(error);
	}
	const { httpStatus, retryAfterMs } = answer;
	const said = isRecord(answer.body) ? answer.body : {};
	const jobId = jobIdOf(said);
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
		const isAnswer = httpStatus < 500 && envelopeOf(answer.body) !== undefined;
		throw doubtfulError(meaning, ` (${facts})`, { httpStatus, jobId, isAnswer });
	}
	throw refusalError(answer, jobId);
}

function noAnswer(error: unknown): SubmitAnswer {
	if (!(error instanceof ConnectionError)) throw error;
	const meaning = meaningOfNoAnswer(error);
	if (meaning.costs === 'perhaps') throw doubtfulError(meaning, `: ${error.message}`);
	const unreachable = new UnreachableError(`${meaning.happened}: ${error.message}`, {
		description: `${meaning.toDo} Nothing was paid.`,
	});
	if (meaning.submitAgain === 'never') throw unreachable;
	return { kind: 'unreachable', error: unreachable };
}
