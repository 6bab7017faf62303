import type { JobStatus } from './job';

/** What a TtapiError says beside its message. */
export interface ErrorFacts {
	/** What to do now, in one or two sentences. */
	description: string;
	jobId?: string;
	/** The job's last known state. */
	status?: JobStatus;
	/** The HTTP status of TTAPI's answer, if there was one. */
	httpStatus?: number;
	/** Whether TTAPI itself has answered, however odd that was. */
	isAnswer?: boolean;
}

/**
 * TTAPI refused or failed something, or couldn't be reached. Shown as n8n's NodeApiError.
 * `message` says what happened in one sentence, with the job ID if there is a job.
 */
export class TtapiError extends Error {
	readonly description: string;

	readonly jobId?: string;

	readonly status?: JobStatus;

	readonly httpStatus?: number;

	readonly isAnswer?: boolean;

	constructor(message: string, facts: ErrorFacts) {
		super(message);
		this.description = facts.description;
		this.jobId = facts.jobId;
		this.status = facts.status;
		this.httpStatus = facts.httpStatus;
		this.isAnswer = facts.isAnswer;
	}
}

/** The user's input can't be used. Thrown before the item's job is submitted; shown as n8n's NodeOperationError. */
export class InputError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** A free request failed, but may work when retried: 429, 5xx, network trouble, an answer that isn't TTAPI's. */
export class TransientError extends TtapiError {
	/** How long TTAPI asked to wait (Retry-After), in ms. */
	readonly retryAfterMs?: number;

	constructor(message: string, facts: ErrorFacts & { retryAfterMs?: number }) {
		super(message, facts);
		this.retryAfterMs = facts.retryAfterMs;
	}
}

/** TTAPI refused the key or the account: it refuses every other request with the key, too. */
export class KeyRefusedError extends TtapiError {}

/** TTAPI refused the prompt or the image, and counts that as a violation. It must not be sent again unchanged. */
export class ViolationError extends TtapiError {}

/** Nobody knows whether TTAPI accepted the submit. Sending it again could mean paying twice. */
export class DoubtfulError extends TtapiError {}

/** What to do if n8n's own execution timeout leaves too little time. */
export const RAISE_EXECUTION_TIMEOUT =
	"To give it more time, raise Timeout Workflow in the workflow's settings, or n8n's EXECUTIONS_TIMEOUT.";

/** The execution was stopped by a person or by n8n's own time limit. */
export class StoppedError extends Error {
	constructor() {
		super('The execution was stopped');
	}
}

/** The message of anything that was thrown. */
export const reasonOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

/** For `catch`: returns a TransientError, and throws everything else again. */
export function rethrowUnlessTransient(error: unknown): TransientError {
	if (error instanceof TransientError) return error;
	throw error;
}
