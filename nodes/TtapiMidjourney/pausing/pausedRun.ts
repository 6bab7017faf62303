import type { IRunExecutionData, IWebhookFunctions } from 'n8n-workflow';

/** What n8n's context of a webhook call holds beside its public methods, as far as it is needed here. */
interface Internals {
	runExecutionData?: IRunExecutionData | null;
}

/**
 * The data of the paused execution that a webhook call is about: n8n gives it to the context, but not to the node.
 * Undefined where n8n does not look as expected.
 */
export function pausedRun(context: IWebhookFunctions): IRunExecutionData | undefined {
	const { runExecutionData } = context as unknown as Internals;
	return runExecutionData ?? undefined;
}
