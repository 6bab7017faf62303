import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { InputError, StoppedError, TtapiError } from '../jobs/errors';

/** A job of this run, as errors and logs name it. */
export interface SubmittedJob {
	jobId: string;
	itemIndex: number;
}

/**
 * What n8n shows for an error: NodeApiError for what TTAPI said, NodeOperationError for what the user gave.
 * @param paid the other jobs of this run, which the error must not lose
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	paid: SubmittedJob[] = [],
): NodeApiError | NodeOperationError {
	const message = error instanceof Error ? error.message : String(error);
	const description = [descriptionOf(error), paidJobs(paid)]
		.filter((part) => part !== '')
		.join('\n');
	const nodeError = isOperational(error)
		? new NodeOperationError(node, message, { description, itemIndex })
		: new NodeApiError(node, facts(error, message), { message, description, itemIndex });
	// n8n puts a text of its own in the place of a message in which it finds the name of a network error.
	nodeError.message = message;
	return nodeError;
}

/** The output item of a failed item under "Continue": this form alone keeps the job id and goes to the error branch (contract, Errors). */
export function toErrorItem(error: unknown, itemIndex: number): INodeExecutionData {
	const { jobId, status } = error instanceof TtapiError ? error : {};
	const details: IDataObject = {
		message: error instanceof Error ? error.message : String(error),
		description: descriptionOf(error),
		...(jobId === undefined ? {} : { jobId }),
		...(status === undefined ? {} : { status }),
	};
	return { json: { error: details }, pairedItem: { item: itemIndex } };
}

const isOperational = (error: unknown) =>
	error instanceof InputError || error instanceof StoppedError;

function facts(error: unknown, message: string): JsonObject {
	const httpStatus = error instanceof TtapiError ? error.httpStatus : undefined;
	return { message, ...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }) };
}

function descriptionOf(error: unknown): string {
	if (error instanceof TtapiError || error instanceof InputError) return error.description;
	return 'This is unexpected: please report it with the text of the error.';
}

function paidJobs(jobs: SubmittedJob[]): string {
	if (jobs.length === 0) return '';
	const list = jobs.map(({ jobId, itemIndex }) => `${jobId} (item ${itemIndex})`).join(', ');
	return `Jobs that this run submitted, and that Job > Get or Job > Wait brings back at no cost: ${list}`;
}
