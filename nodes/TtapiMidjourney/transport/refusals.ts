import { ANSWERS, type AnswerMeaning } from '../jobs/answers';
import { KeyRefusedError, TtapiError, ViolationError } from '../jobs/errors';
import { failureAdvice } from '../jobs/failure';
import { statusOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { saidInShort } from '../jobs/quoted';
import type { ApiAnswer } from './client';
import type { ConnectionError } from './connection';
import { envelopeOf } from './envelope';

const IN_ORDER: readonly AnswerMeaning[] = Object.values(ANSWERS);

/** The `message` of a body; empty if there is none. */
export function messageOf(body: unknown): string {
	return isRecord(body) && typeof body.message === 'string' ? body.message.trim() : '';
}

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
