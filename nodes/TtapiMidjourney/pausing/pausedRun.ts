import type { IRunExecutionData, IWebhookFunctions } from 'n8n-workflow';

/** What n8n's context of a webhook call has beside its public methods. */
interface Internals {
	runExecutionData?: IRunExecutionData | null;
}

/** The data of the paused execution, which n8n doesn't offer to nodes. Undefined if n8n doesn't look as expected. */
export function pausedRun(context: IWebhookFunctions): IRunExecutionData | undefined {
	const { runExecutionData } = context as unknown as Internals;
	return runExecutionData ?? undefined;
}
