import { DoubtfulError } from './errors';
import { isViolation, VIOLATION_WARNING } from './failure';

/** What an answer of TTAPI means, and what the node does about it. */
export interface AnswerMeaning {
	/**
	 * Whether an answer with this HTTP status and message belongs to this row. The first such row counts.
	 * @param isTtapi whether TTAPI itself answered, and not a proxy (transport/refusals.ts)
	 */
	is?: (httpStatus: number, said: string, isTtapi: boolean) => boolean;
	/** The error's sentence, or its beginning. */
	happened: string;
	toDo: string;
	/** Whether a free request is retried. */
	readAgain: boolean;
	/** When a submit is retried: only if TTAPI has certainly accepted nothing. */
	submitAgain: 'whenASlotIsFree' | 'afterAWait' | 'threeTimes' | 'never';
	/** What a submit has cost: "perhaps" if nobody knows whether TTAPI accepted the job. */
	costs: 'nothing' | 'perhaps';
	/** Whether TTAPI refuses every other request with this key, too. Then nothing more is submitted. */
	endsRun?: true;
}

const FINAL = { readAgain: false, submitAgain: 'never', costs: 'nothing' } as const;
const DOUBTFUL = { readAgain: true, submitAgain: 'never', costs: 'perhaps' } as const;

/** What means the same from a proxy: too many requests, too large, or that it has no answer of TTAPI. */
const FROM_ANYBODY = new Set([408, 413, 414, 425, 429, 431, 499]);
/** What a proxy answers without passing the request on. */
const NOT_PASSED_ON = new Set([401, 404, 405]);

const MORE_SLOTS =
	'Run it again when fewer jobs are under way, raise Max Wait, or ask TTAPI for more slots.';
const FIND_IT =
	'Look for the job with Job > Get Many or in the TTAPI dashboard: with its job ID, Job > Wait gets the result.';

/** Every answer that TTAPI documents, and what else may come. docs/errors-and-costs.md has the same rows. */
export const ANSWERS = {
	// The next two come first, because the status and the words of a proxy's answer are not TTAPI's.
	notPassedOn: {
		is: (httpStatus, _said, isTtapi) => !isTtapi && NOT_PASSED_ON.has(httpStatus),
		happened: 'Something other than TTAPI refused the request',
		toDo: 'Check the Base URL in the credential, and the proxy between n8n and TTAPI if there is one.',
		readAgain: true,
		submitAgain: 'never',
		costs: 'nothing',
	},
	notTtapi: {
		is: (httpStatus, _said, isTtapi) =>
			!isTtapi && httpStatus >= 400 && httpStatus < 500 && !FROM_ANYBODY.has(httpStatus),
		happened: 'Something other than TTAPI answered',
		toDo: FIND_IT,
		...DOUBTFUL,
	},
	// Before queueFull, because the message may quote a prompt that says "queue is full".
	violation: {
		is: (httpStatus, said) => httpStatus === 400 && isViolation(said),
		happened: 'TTAPI refuses the prompt or the image',
		toDo: VIOLATION_WARNING,
		...FINAL,
	},
	queueFull: {
		is: (httpStatus, said) =>
			httpStatus === 499 || (httpStatus === 400 && /queue (?:is )?full|队列已满/i.test(said)),
		happened: 'The queue of the TTAPI account stayed full',
		toDo: MORE_SLOTS,
		readAgain: true,
		submitAgain: 'whenASlotIsFree',
		costs: 'nothing',
	},
	tooManyRequests: {
		is: (httpStatus) => httpStatus === 429,
		happened: 'TTAPI kept refusing with "too many requests"',
		toDo: MORE_SLOTS,
		readAgain: true,
		submitAgain: 'afterAWait',
		costs: 'nothing',
	},
	noAccount: {
		is: (httpStatus, said) => httpStatus === 400 && /no available accounts/i.test(said),
		happened: 'None of your own Midjourney accounts at TTAPI was available in this mode',
		toDo: 'TTAPI may have queued the job all the same: look for it in the TTAPI dashboard before you run it again, and try another mode. Without a hold account, choose pay per use as the Base URL in the credential.',
		...DOUBTFUL,
	},
	wrong: {
		is: (httpStatus) => httpStatus === 400,
		happened: 'TTAPI refused the request',
		toDo: 'Correct what TTAPI names, then run it again.',
		...FINAL,
	},
	keyRefused: {
		is: (httpStatus) => httpStatus === 401,
		happened: 'TTAPI refused the API key',
		toDo: "Check the key in the credential, and that the account's email is confirmed.",
		...FINAL,
		endsRun: true,
	},
	noQuota: {
		is: (httpStatus) => httpStatus === 402,
		happened: 'The quota of the TTAPI account is used up',
		toDo: 'Top up the account, then run it again.',
		...FINAL,
	},
	blocked: {
		is: (httpStatus) => httpStatus === 403,
		happened: 'TTAPI has blocked the account',
		toDo: 'Ask TTAPI for the reason.',
		...FINAL,
		endsRun: true,
	},
	/** Used by `fetchJob`. */
	unknownJob: {
		happened: 'TTAPI does not know the job',
		toDo: 'Check the job ID, and that the credential belongs to the account that submitted it.',
		...FINAL,
	},
	notFound: {
		is: (httpStatus) => httpStatus === 404,
		happened: 'TTAPI did not find this endpoint or job',
		toDo: 'Check the job ID, and the Base URL in the credential.',
		...FINAL,
	},
	tooLarge: {
		is: (httpStatus) => [413, 414, 431].includes(httpStatus),
		happened: 'The request is too large for TTAPI',
		toDo: 'Use smaller images.',
		...FINAL,
	},
	redirect: {
		is: (httpStatus) => httpStatus >= 300 && httpStatus < 400,
		happened:
			'TTAPI answered with a redirect, which is not followed because the API key would go along',
		toDo: 'Check the Base URL in the credential: it must be the address of TTAPI itself.',
		...FINAL,
		readAgain: true,
	},
	serverError: {
		is: (httpStatus) => httpStatus >= 500 || httpStatus === 408 || httpStatus === 425,
		happened: 'TTAPI answered with a server error',
		toDo: FIND_IT,
		...DOUBTFUL,
	},
	otherRefusal: {
		is: (httpStatus) => httpStatus >= 400,
		happened: 'TTAPI refused the request',
		toDo: 'Check the input of this node, then run it again.',
		...FINAL,
	},
	noJobId: {
		is: (httpStatus) => httpStatus < 300,
		happened: 'TTAPI answered without a job ID',
		toDo: FIND_IT,
		...DOUBTFUL,
	},
	unreachable: {
		happened: 'TTAPI cannot be reached',
		toDo: 'Check the network of n8n and the Base URL in the credential.',
		readAgain: true,
		submitAgain: 'threeTimes',
		costs: 'nothing',
	},
	untrusted: {
		happened: 'TTAPI cannot be reached',
		toDo: 'Check the Base URL in the credential, and which certificates n8n trusts (NODE_EXTRA_CA_CERTS).',
		readAgain: true,
		submitAgain: 'never',
		costs: 'nothing',
	},
	answerLost: {
		happened: 'TTAPI was asked, but its answer did not arrive',
		toDo: FIND_IT,
		...DOUBTFUL,
	},
} satisfies Record<string, AnswerMeaning>;

export type AnswerName = keyof typeof ANSWERS;

/** The error for a submit that may have been accepted. @param details what follows the sentence of the meaning */
export function doubtfulError(
	{ happened, toDo }: AnswerMeaning,
	details: string,
	facts: { httpStatus?: number; jobId?: string; isAnswer?: boolean } = {},
): DoubtfulError {
	return new DoubtfulError(`${happened}${details}, so the job may or may not exist`, {
		...facts,
		description: `It was not sent again, so that nothing is paid twice. ${toDo}`,
	});
}
