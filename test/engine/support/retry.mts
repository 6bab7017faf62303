/** What n8n does when a person retries a failed execution (n8n/dist/executions/execution.service.js of 2.41.1). */
import { parse, stringify } from 'flatted';
import type { IDataObject, IRunExecutionData } from 'n8n-workflow';

import {
	NODE_NAME,
	process,
	setNode,
	workflowFrom,
	type Result,
	type RunOptions,
} from './runWorkflow.mts';

let retries = 0;

/**
 * Retries a failed execution: in a new one, with the data of the failed one as they come out of the database.
 * @param changes what differs in the new one. `parameters` and `node`: the workflow was edited meanwhile, and the person
 *   chose "Retry with currently saved workflow"
 */
export async function retry(failed: Result, changes: RunOptions = {}): Promise<Result> {
	if (failed.run.finished) throw new Error('The execution succeeded, so it cannot be retried');
	const { definition: ran, data: ended, options: before } = failed.execution;
	const data = parse(stringify(ended)) as IRunExecutionData;
	const definition = structuredClone(ran);
	const options: RunOptions = {
		...before,
		during: undefined,
		executionId: `retry ${++retries}`,
		...changes,
		mode: 'retry',
	};

	const { resultData } = data;
	delete resultData.error;
	const runs = resultData.runData[resultData.lastNodeExecuted!] ?? [];
	if (runs.at(-1)?.error !== undefined) runs.pop();

	if (changes.parameters ?? changes.node) {
		setNode(definition, changes);
		const workflow = workflowFrom(definition, options);
		for (const entry of data.executionData!.nodeExecutionStack)
			entry.node = workflow.getNode(entry.node.name)!;
	}
	return await process({ definition, data, options });
}

/** What our node has stored with the execution. */
export const contextOf = ({ execution }: Result): IDataObject =>
	(execution.data.executionData!.contextData[`node:${NODE_NAME}`] ?? {}) as IDataObject;
