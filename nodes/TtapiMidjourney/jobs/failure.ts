import { TtapiError } from './errors';
import type { Job } from './job';

/** Why a job failed, and what that means for the next try (docs/ttapi.md, Failed jobs). */
export interface FailureReason {
	/** The text in the job's `message`, compared without regard to case. */
	says: string;
	/** Whether the same job may work when it is submitted again. */
	worthAnotherTry: boolean;
	/** Whether TTAPI counts it: after 30 a day it keeps the quota of failed jobs. */
	violation: boolean;
	description: string;
}

const RETURNED = 'TTAPI returns the quota of a failed job.';
const VIOLATION =
	'Do not send it again unchanged: after 30 violations a day TTAPI keeps the quota of the failed jobs.';

const passing = (says: string, description: string): FailureReason => ({
	says,
	worthAnotherTry: true,
	violation: false,
	description: `${description} ${RETURNED}`,
});

const violation = (says: string, description: string): FailureReason => ({
	says,
	worthAnotherTry: false,
	violation: true,
	description: `${description} ${VIOLATION}`,
});

/** Every documented reason. The first one whose text occurs in the message counts. */
export const FAILURE_REASONS: readonly FailureReason[] = [
	// "[Banned prompt detected]" of a job, "banned prompt words：..." of a refused submit.
	violation('Banned prompt', 'Midjourney refuses a word of the prompt: change the prompt.'),
	violation('Image denied', 'Midjourney refuses the image: use another one.'),
	violation(
		'Invalid link',
		'Midjourney cannot load an image URL in the prompt: use the public, direct URL of an image.',
	),
	violation(
		'Invalid parameter',
		'Midjourney does not know a parameter of the prompt, or its value: correct the part that starts with "--".',
	),
	violation('Invalid prompt', 'Midjourney cannot read the prompt: correct it.'),
	violation(
		'TTAPI prompt filter',
		"TTAPI's own filter refuses the prompt: change it. Prompt > Check tests a prompt for free.",
	),
	violation('TTAPI image filter', "TTAPI's own filter refuses the image: use another one."),
	passing(
		'Job Timeout',
		'Midjourney did not finish in time: submit it again, with a higher Job Timeout or a faster mode.',
	),
	passing('Internal error', 'Trouble at Midjourney or TTAPI: submit it again.'),
	passing('Internal server error', 'Trouble at Midjourney or TTAPI: submit it again.'),
	passing('Bad response', 'Trouble at Midjourney or TTAPI: submit it again.'),
	passing(
		'Failed to process your command',
		'Midjourney could not process the command: submit it again.',
	),
	passing('Execution error', 'Midjourney could not process the command: submit it again.'),
	passing('Unknown Integration', 'Trouble at Midjourney or TTAPI: submit it again.'),
	passing('Unknown Message', 'Trouble at Midjourney or TTAPI: submit it again.'),
];

const UNKNOWN: FailureReason = {
	says: '',
	worthAnotherTry: false,
	violation: false,
	description: `Check the prompt and the image, or try again later. ${RETURNED}`,
};

/** The documented reason behind the message of a FAILED job; a cautious one where it is none of them. */
export function failureReason(message: string): FailureReason {
	const said = message.toLowerCase();
	return FAILURE_REASONS.find(({ says }) => said.includes(says.toLowerCase())) ?? UNKNOWN;
}

/** Whether TTAPI counts what this message says, of a failed job or of a refused submit, as a violation: nothing may send it again unchanged. */
export const isViolation = (message: string): boolean => failureReason(message).violation;

/** The error for a job that ended FAILED: TTAPI's reason, the job id and what to do. */
export function failedJobError(job: Job): TtapiError {
	const reason = job.message === '' ? 'without a reason' : `"${job.message}"`;
	return new TtapiError(`Job ${job.jobId} failed: ${reason}`, {
		description: failureReason(job.message).description,
		jobId: job.jobId,
		status: 'FAILED',
	});
}
