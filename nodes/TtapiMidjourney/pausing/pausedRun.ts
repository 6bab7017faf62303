import type {
	IRunExecutionData,
	IWebhookFunctions,
	NodeApiError,
	NodeOperationError,
} from 'n8n-workflow';

/** What n8n's context of a webhook call has beside its public methods. */
interface Internals {
	runExecutionData?: IRunExecutionData | null;
}

/** The data of the paused execution, which n8n doesn't offer to nodes. Undefined if n8n doesn't look as expected. */
export function pausedRun(context: IWebhookFunctions): IRunExecutionData | undefined {
	const { runExecutionData } = context as unknown as Internals;
	return runExecutionData ?? undefined;
}

/**
 * Makes a paused execution fail at this node when `webhook()` resumes it. n8n has no public way to do that: a throw would lose
 * the run's data and run the next node (docs/n8n.md, Failing a resumed execution). So this does the same as n8n's own webhook
 * code: it puts the error into the run, and enables the node again, which n8n disables during a pause.
 * @returns whether it worked. If n8n's data doesn't look as expected, nothing is changed
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
