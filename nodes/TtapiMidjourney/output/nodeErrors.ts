import {
	NodeApiError,
	NodeOperationError,
	type IDataObject,
	type INode,
	type INodeExecutionData,
	type JsonObject,
} from 'n8n-workflow';

import { StoppedError, TtapiError, reasonOf } from '../jobs/errors';
import type { DoubtfulItem, PaidJob } from '../ledger/ledger';

/**
 * The error that n8n shows: a NodeApiError for a TtapiError, a NodeOperationError for everything else.
 * @param paid the jobs of this run, which the error lists
 * @param doubtful the items whose submit TTAPI may or may not have accepted, which the error lists, too
 * @param notSubmitted the indexes of the other items whose jobs were not submitted, in ascending order; listed, too
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	paid: PaidJob[] = [],
	doubtful: DoubtfulItem[] = [],
	notSubmitted: number[] = [],
): NodeApiError | NodeOperationError {
	const message = reasonOf(error);
	const description = [
		descriptionOf(error),
		paidJobs(paid),
		doubtfulJobs(doubtful),
		missingJobs(notSubmitted),
	]
		.filter((part) => part !== '')
		.join('\n');
	const nodeError =
		error instanceof TtapiError
			? new NodeApiError(node, facts(error), { message, description, itemIndex })
			: new NodeOperationError(node, message, { description, itemIndex });
	// n8n replaces a message that contains the name of a network error (docs/n8n.md, The message of a NodeApiError).
	nodeError.message = message;
	return nodeError;
}

/**
 * The output item of a failed item under "Continue". Only in this form does it keep the job ID and go to the error branch
 * (docs/n8n.md, Error items).
 */
export function toErrorItem(error: unknown): INodeExecutionData {
	const { jobId, status } = error instanceof TtapiError ? error : {};
	const details: IDataObject = {
		message: reasonOf(error),
		description: descriptionOf(error),
		...(jobId === undefined ? {} : { jobId }),
		...(status === undefined ? {} : { status }),
	};
	return { json: { error: details } };
}

/** Only what users may see: the error itself may contain more. */
function facts({ message, httpStatus }: TtapiError): JsonObject {
	return { message, ...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }) };
}

/** What to do now. Our own errors have such a description, and so have n8n's, such as those of expressions. */
function descriptionOf(error: unknown): string {
	if (error instanceof StoppedError) return 'Submitted jobs continue at TTAPI and are charged.';
	const { description } = (error ?? {}) as { description?: unknown };
	return typeof description === 'string' ? description : '';
}

function paidJobs(jobs: PaidJob[]): string {
	if (jobs.length === 0) return '';
	const list = jobs.map(({ jobId, itemIndex }) => `${jobId} (item ${itemIndex})`).join(', ');
	return `Jobs submitted by this run (Job > Get or Job > Wait retrieves them for free): ${list}`;
}

function doubtfulJobs(items: DoubtfulItem[]): string {
	if (items.length === 0) return '';
	const list = items.map(
		({ itemIndex, candidates }) =>
			`item ${itemIndex}: ${candidates.join(' or ') || 'none found so far'}`,
	);
	return `Jobs that this run may have submitted, by TTAPI's history: ${list.join('; ')}`;
}

function missingJobs(items: number[]): string {
	if (items.length === 0) return '';
	return `Other items whose jobs were not submitted, so nothing was paid for them: ${ranges(items)}`;
}

/** Ascending numbers, such as "0, 10-59". */
function ranges(numbers: number[]): string {
	const spans: Array<[first: number, last: number]> = [];
	for (const number of numbers) {
		const span = spans.at(-1);
		if (span && number === span[1] + 1) span[1] = number;
		else spans.push([number, number]);
	}
	return spans.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(', ');
}
