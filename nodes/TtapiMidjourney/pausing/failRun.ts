import type {
	IRunExecutionData,
	IWebhookFunctions,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

/** What n8n's context of a webhook call holds beside its public methods, as far as it is needed here. */
interface Internals {
	runExecutionData?: IRunExecutionData;
}

/**
 * Lets a paused execution fail at this node as soon as `webhook()` resumes it. n8n has no public way for that: a throw
 * loses the data of the run and runs the next node (n8n-engine.md 33). So this does what n8n's own webhook code does for
 * an error: it puts the error into the run, and the paused node, which n8n has disabled to pass its data on, is enabled,
 * so that n8n finds the error when it comes to the node.
 * @returns false where n8n does not look as expected; then nothing is changed
 */
export function failRun(
	context: IWebhookFunctions,
	error: NodeApiError | NodeOperationError,
): boolean {
	const { runExecutionData } = context as unknown as Internals;
	const paused = runExecutionData?.executionData?.nodeExecutionStack?.[0]?.node;
	const { name } = context.getNode();
	const isAsExpected =
		paused?.name === name &&
		paused.disabled === true &&
		runExecutionData?.resultData?.lastNodeExecuted === name;
	if (!isAsExpected) return false;
	paused.disabled = false;
	runExecutionData!.resultData.error = error;
	return true;
}
