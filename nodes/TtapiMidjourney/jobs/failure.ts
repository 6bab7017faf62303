import { TtapiError } from './errors';
import type { Job } from './job';
import { saidInShort } from './quoted';

/** Why a job failed, and what that means for a retry. */
export interface FailureReason {
	/** Texts in the job's `message`, in any case. Empty for the unknown reason. */
	says: readonly string[];
	happened: string;
	toDo: string;
	/** Whether the same job may succeed if it is submitted again. Then a retry of the node resubmits it. */
	transient: boolean;
	/** Whether TTAPI counts it as a violation. Then the job must not be resubmitted unchanged. */
	violation: boolean;
}

/** Part of every error about a violation, be it a failed job or a refused submit. */
export const VIOLATION_WARNING =
	'Do not send it again unchanged: after 30 violations a day TTAPI keeps the quota of the failed jobs. The node does not submit it again by itself, neither by Retry On Fail nor when the execution is retried.';
const RETURNED = 'TTAPI returns the quota of a failed job.';
const RETRIED = 'A retry of the node that submitted it submits it again.';

const VIOLATION = { transient: false, violation: true } as const;
const TRANSIENT = { transient: true, violation: false } as const;

/**
 * Every reason that TTAPI documents, and the unknown one. docs/errors-and-costs.md has the same rows. The
 * first row with a text in the message counts, so violations come before the transient ones: a message may name both.
 */
export const FAILURE_REASONS: readonly FailureReason[] = [
	{
		// "[Banned prompt detected]" of a job, "banned prompt words：..." of a refused submit.
		says: ['Banned prompt'],
		happened: 'Midjourney refuses a word of the prompt',
		toDo: 'Change the prompt.',
		...VIOLATION,
	},
	{
		says: ['Image denied'],
		happened: 'Midjourney refuses the image',
		toDo: 'Use another image.',
		...VIOLATION,
	},
	{
		says: ['Invalid link'],
		happened: 'Midjourney cannot load an image URL in the prompt',
		toDo: 'Use the public, direct URL of an image.',
		...VIOLATION,
	},
	{
		says: ['Invalid parameter'],
		happened: 'Midjourney does not know a parameter of the prompt, or its value',
		toDo: 'Correct the part that starts with "--".',
		...VIOLATION,
	},
	{
		says: ['Invalid prompt'],
		happened: 'Midjourney cannot read the prompt',
		toDo: 'Correct the prompt.',
		...VIOLATION,
	},
	{
		says: ['TTAPI prompt filter'],
		happened: "TTAPI's own filter refuses the prompt",
		toDo: 'Change the prompt. Prompt > Check tests a prompt for free.',
		...VIOLATION,
	},
	{
		says: ['TTAPI image filter'],
		happened: "TTAPI's own filter refuses the image",
		toDo: 'Use another image.',
		...VIOLATION,
	},
	{
		says: ['Job Timeout'],
		happened: 'Midjourney did not finish in time',
		toDo: 'Submit it again, with a higher Job Timeout or a faster mode.',
		...TRANSIENT,
	},
	{
		says: [
			'Internal error',
			'Internal server error',
			'Bad response',
			'Unknown Integration',
			'Unknown Message',
		],
		happened: 'There was trouble at Midjourney or TTAPI',
		toDo: 'Submit it again.',
		...TRANSIENT,
	},
	{
		says: ['Failed to process your command', 'Execution error'],
		happened: 'Midjourney could not process the command',
		toDo: 'Submit it again.',
		...TRANSIENT,
	},
	{
		says: [],
		happened: 'TTAPI gives no reason that is documented',
		toDo: 'Check the prompt and the image, or try again later.',
		transient: false,
		violation: false,
	},
];

/** The reason for a FAILED job by its `message`: a documented one, or the unknown one. */
export function failureReason(message: string): FailureReason {
	const said = message.toLowerCase();
	return (
		FAILURE_REASONS.find(({ says }) => says.some((text) => said.includes(text.toLowerCase()))) ??
		FAILURE_REASONS.at(-1)!
	);
}

/** Whether a failed job or a refused submit with this message counts as a violation at TTAPI. */
export const isViolation = (message: string): boolean => failureReason(message).violation;

/** What happened to a failed job with this message, what to do, and what becomes of its quota. */
export function failureAdvice(message: string): string {
	const { happened, toDo, violation, transient } = failureReason(message);
	const quota = violation ? VIOLATION_WARNING : RETURNED;
	return [`${happened}.`, toDo, quota, ...(transient ? [RETRIED] : [])].join(' ');
}

/** The error for a FAILED job: TTAPI's reason, the job ID and what to do. */
export function failedJobError(job: Job): TtapiError {
	const reason = job.message === '' ? 'without a reason' : `"${saidInShort(job.message)}"`;
	return new TtapiError(`Job ${job.jobId} failed: ${reason}`, {
		description: failureAdvice(job.message),
		jobId: job.jobId,
		status: 'FAILED',
	});
}
