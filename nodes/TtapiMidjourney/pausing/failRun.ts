import type { IWebhookFunctions, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { pausedRun } from './pausedRun';

/**
 * Lets a paused execution fail at this node as soon as `webhook()` resumes it. n8n has no public way for that: a throw
 * loses the data of the run and runs the next node (docs/n8n.md, Failing a resumed execution). So this does what n8n's own
 * webhook code does for an error: it puts the error into the run, and the paused node, which n8n has disabled to pass its
 * data on, is enabled, so that n8n finds the error when it comes to the node.
 * @returns false where n8n does not look as expected; then nothing is changed
 */
export function failRun(
	context: IWebhookFunctions,
	error: NodeApiError | NodeOperationError,
): boolean {
	const run = pausedRun(context);
	const paused = run?.executionData?.nodeExecutionStack?.[0]?.node;
	const { name } = context.getNode();
	const isAsExpected =
		paused?.name === name && paused.disabled === true && run?.resultData?.lastNodeExecuted === name;
	if (!isAsExpected) return false;
	paused.disabled = false;
	run.resultData.error = error;
	return true;
}
