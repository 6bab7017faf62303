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
 * What n8n shows for an error: NodeApiError for what TTAPI said, NodeOperationError for everything else, above all for what the user gave.
 * @param paid the jobs of this run, which the error must not lose
 * @param doubtful the items whose jobs may exist
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex: number,
	paid: PaidJob[] = [],
	doubtful: DoubtfulItem[] = [],
): NodeApiError | NodeOperationError {
	const message = reasonOf(error);
	const description = [descriptionOf(error), paidJobs(paid), doubtfulJobs(doubtful)]
		.filter((part) => part !== '')
		.join('\n');
	const nodeError =
		error instanceof TtapiError
			? new NodeApiError(node, facts(error), { message, description, itemIndex })
			: new NodeOperationError(node, message, { description, itemIndex });
	// n8n puts a text of its own in the place of a message in which it finds the name of a network error.
	nodeError.message = message;
	return nodeError;
}

/** The output item of a failed item under "Continue": only so it keeps the job id and goes to the error branch (docs/n8n.md, Error items). */
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

/** Only what may be shown: the error itself may hold more. */
function facts({ message, httpStatus }: TtapiError): JsonObject {
	return { message, ...(httpStatus === undefined ? {} : { httpCode: String(httpStatus) }) };
}

/** What to do now: our own errors say it, and so do n8n's, such as that of an expression. */
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
