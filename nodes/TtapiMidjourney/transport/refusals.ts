import { ANSWERS, type AnswerMeaning } from '../jobs/answers';
import { KeyRefusedError, TtapiError, ViolationError } from '../jobs/errors';
import { failureAdvice } from '../jobs/failure';
import { jobIdOf, statusOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { saidInShort } from '../jobs/quoted';
import type { ApiAnswer } from './client';
import type { ConnectionError } from './connection';

const IN_ORDER: readonly AnswerMeaning[] = Object.values(ANSWERS);

/** The `message` of a body; empty if there is none. */
export function messageOf(body: unknown): string {
	return isRecord(body) && typeof body.message === 'string' ? body.message.trim() : '';
}

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

/** What an answer means that is not about a job's status: then HTTP 200 with FAILED is a refusal, just like a 400. */
export function meaningOf({ httpStatus, body }: ApiAnswer): AnswerMeaning {
	const isRefusal = httpStatus < 300 && isRecord(body) && statusOf(body) === 'FAILED';
	const status = isRefusal ? 400 : httpStatus;
	const said = messageOf(body);
	const isTtapi = envelopeOf(body) !== undefined;
	return IN_ORDER.find(({ is }) => is?.(status, said, isTtapi)) ?? ANSWERS.noJobId;
}

/** Whether TTAPI refused the key or the account, so that it refuses every other request with the key, too. */
export const refusesKey = (error: unknown): error is KeyRefusedError =>
	error instanceof KeyRefusedError;

/** Whether the host has no such page, or a proxy says so. That is no word of TTAPI's about what was asked for. */
export const saysNoSuchPage = (error: unknown): error is TtapiError =>
	error instanceof TtapiError && (error.httpStatus === 404 || error.httpStatus === 405);

/** What it means that there was no answer. */
export function meaningOfNoAnswer({ nothingSent, transient }: ConnectionError): AnswerMeaning {
	if (!nothingSent) return ANSWERS.answerLost;
	return transient ? ANSWERS.unreachable : ANSWERS.untrusted;
}

function errorOf(meaning: AnswerMeaning): typeof TtapiError {
	if (meaning === ANSWERS.violation) return ViolationError;
	return meaning.endsRun ? KeyRefusedError : TtapiError;
}

/**
 * The error for a final answer.
 * @param jobId the job that was asked for, if it was one
 */
export function refusalError(answer: ApiAnswer, jobId?: string): TtapiError {
	const meaning = meaningOf(answer);
	// "Answered without a job ID" only fits a submit.
	const { happened, toDo } = meaning === ANSWERS.noJobId ? ANSWERS.otherRefusal : meaning;
	const said = messageOf(answer.body);
	const about = jobId ? ` (job ${jobId})` : '';
	const words = said ? `: ${saidInShort(said)}` : ` (HTTP ${answer.httpStatus})`;
	const advice = meaning === ANSWERS.violation ? failureAdvice(said) : toDo;
	const after = jobId
		? 'Job > Wait or Job > Get with its ID shows the job later, free of charge.'
		: 'Nothing was paid.';
	const ErrorOfKind = errorOf(meaning);
	return new ErrorOfKind(`${happened}${about}${words}`, {
		description: `${advice} ${after}`,
		jobId,
		httpStatus: answer.httpStatus,
	});
}
