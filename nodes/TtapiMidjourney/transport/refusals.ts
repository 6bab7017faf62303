import { TtapiError } from '../jobs/errors';
import { isRecord, statusOf } from '../jobs/job';
import type { ApiAnswer } from './client';

/** What a status means and what to do about it (docs/ttapi.md, Errors). */
interface Refusal {
	happened: string;
	description: string;
}

const REFUSALS: Record<number, Refusal> = {
	400: {
		happened: 'TTAPI refused the request',
		description: 'Correct what TTAPI names, then run it again. Nothing was paid.',
	},
	401: {
		happened: 'TTAPI refused the API key',
		description: "Check the key in the credential, and that the account's email is confirmed.",
	},
	402: {
		happened: 'The quota of the TTAPI account is used up',
		description: 'Top up the account, then run it again. Nothing was paid.',
	},
	403: {
		happened: 'TTAPI has blocked the account',
		description: 'Ask TTAPI for the reason.',
	},
	404: {
		happened: 'TTAPI did not find this endpoint or job',
		description: 'Check the job ID, and the Base URL in the credential.',
	},
	413: {
		happened: 'The request is too large for TTAPI',
		description: 'Use smaller images. Nothing was paid.',
	},
};

const OTHER: Refusal = {
	happened: 'TTAPI refused the request',
	description: 'Check the input of this node, then run it again.',
};

const REDIRECT: Refusal = {
	happened:
		'TTAPI answered with a redirect, which is not followed because the API key would go along',
	description: 'Check the Base URL in the credential: it must be the address of TTAPI itself.',
};

/** What TTAPI says for itself: the `message` of the body, where there is one. */
export function messageOf(body: unknown): string {
	return isRecord(body) && typeof body.message === 'string' ? body.message.trim() : '';
}

/** Whether the answer refuses a submit because all of the account's job slots are taken: 499, or a refusal about the full queue. */
export function saysQueueFull({ httpStatus, body }: ApiAnswer): boolean {
	if (httpStatus === 499) return true;
	const isRefusal =
		httpStatus === 400 || (httpStatus === 200 && isRecord(body) && statusOf(body) === 'FAILED');
	return isRefusal && /queue is full/i.test(messageOf(body));
}

/** Whether the answer may be another one next time: too many requests, or trouble at TTAPI. */
export function isPassing({ httpStatus }: ApiAnswer): boolean {
	return [408, 425, 429, 499].includes(httpStatus) || httpStatus >= 500;
}

/**
 * The error for an answer that is final: TTAPI will say the same again.
 * @param jobId the job that was asked for, where it was one
 */
export function refusalError(answer: ApiAnswer, jobId?: string): TtapiError {
	const { httpStatus } = answer;
	const isRedirect = httpStatus >= 300 && httpStatus < 400;
	const { happened, description } = isRedirect ? REDIRECT : (REFUSALS[httpStatus] ?? OTHER);
	const said = messageOf(answer.body);
	const about = jobId ? ` (job ${jobId})` : '';
	return new TtapiError(`${happened}${about}${said ? `: ${said}` : ` (HTTP ${httpStatus})`}`, {
		description,
		jobId,
		httpStatus,
	});
}
