import type { JobStatus } from './job';

/** What an error knows of the job that it is about. */
export interface ErrorFacts {
	/** What to do now, in one or two sentences. */
	description: string;
	jobId?: string;
	/** The job's last known state. */
	status?: JobStatus;
	/** The HTTP status of TTAPI's answer, where there was one. */
	httpStatus?: number;
}

/**
 * Something that TTAPI said, or that happened on the way to it. Shown as n8n's NodeApiError.
 * `message` says what happened in one sentence, with the job id once one exists.
 */
export class TtapiError extends Error {
	readonly description: string;

	readonly jobId?: string;

	readonly status?: JobStatus;

	readonly httpStatus?: number;

	constructor(message: string, facts: ErrorFacts) {
		super(message);
		this.description = facts.description;
		this.jobId = facts.jobId;
		this.status = facts.status;
		this.httpStatus = facts.httpStatus;
	}
}

/** Something that the user gave and that cannot be sent. Raised before the item's job is submitted, shown as n8n's NodeOperationError. */
export class InputError extends Error {
	constructor(
		message: string,
		readonly description: string,
	) {
		super(message);
	}
}

/** A read that did not work this time but may the next: 429, 5xx, network trouble, an answer that is not JSON. */
export class TransientError extends TtapiError {
	/** How long TTAPI asked to wait (Retry-After), in ms. */
	readonly retryAfterMs?: number;

	constructor(message: string, facts: ErrorFacts & { retryAfterMs?: number }) {
		super(message, facts);
		this.retryAfterMs = facts.retryAfterMs;
	}
}

/** A submit of which nobody knows whether TTAPI took it: sending it again could mean paying twice. */
export class DoubtfulError extends TtapiError {}

/** The execution was stopped by a person or by n8n's own time limit. */
export class StoppedError extends Error {
	constructor() {
		super('The execution was stopped');
	}
}

/** What an error says, whatever was thrown. */
export const reasonOf = (error: unknown): string =>
	error instanceof Error ? error.message : String(error);

/** For `catch`: gives back the trouble that another read may end, and throws everything else. */
export function onlyTransient(error: unknown): TransientError {
	if (error instanceof TransientError) return error;
	throw error;
}
