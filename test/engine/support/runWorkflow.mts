import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	IRun,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
} from 'n8n-workflow';
import type PCancelable from 'p-cancelable';

import { API_KEY, credentialsHelper } from './credentials.mts';
import './logs.mts';
import {
	ExecutionLifecycleHooks,
	Workflow,
	WorkflowExecute,
	createRunExecutionData,
} from './n8n.mts';
import { nodeTypes } from './nodeTypes.mts';
import { untilDone } from './virtualTime.mts';

/** What a test changes about the workflow of an operation, and gives it. */
export interface RunOptions {
	/** The input; an object is taken as the `json` of an item. */
	items?: Array<INodeExecutionData | IDataObject>;
	/** Parameters of our node, put over the workflow's own; `options` are put together. */
	parameters?: IDataObject;
	/** Settings of our node: onError, retryOnFail, executeOnce... */
	node?: Partial<INode>;
	/** Fields of the credential. */
	credential?: ICredentialDataDecryptedObject;
	/** Called when the run has begun. */
	during?: (run: { cancel: () => void }) => Promise<void> | void;
}

/** What came of a run. */
export interface Result {
	run: IRun;
	/** What our node handed on; empty where it threw. */
	items: INodeExecutionData[];
	/** What came out of the error output, where there is one. */
	errorItems: INodeExecutionData[];
	/** Which items the nodes behind our node saw, by the node's name. */
	seenBy: Record<string, INodeExecutionData[]>;
	/** The error of the execution. */
	error: (Error & { description?: string; context: IDataObject; httpCode?: string }) | undefined;
	hints: NodeExecutionHint[];
	/** How often our node ran; Retry On Fail counts as one run. */
	runs: ITaskData[];
	status: IRun['status'];
	/** The status in which n8n stores the execution, once for each time that it does. */
	saved: string[];
}

export const NODE_NAME = 'TTAPI Midjourney';

/** Runs a workflow, as n8n exports it, in n8n's engine, in virtual time, and gives back everything that is to be seen of it. */
export async function runWorkflow(exported: object, options: RunOptions = {}): Promise<Result> {
	const definition = structuredClone(exported) as IWorkflowBase;
	const node = definition.nodes.find(({ name }) => name === NODE_NAME)!;
	Object.assign(node, options.node);
	node.parameters = {
		...node.parameters,
		...options.parameters,
		options: {
			...(node.parameters.options as IDataObject),
			...(options.parameters?.options as IDataObject),
		},
	} as INode['parameters'];
	const workflow = new Workflow({ ...definition, id: 'workflow', nodeTypes });
	const saved: string[] = [];
	const hooks = new ExecutionLifecycleHooks('trigger', 'execution', definition);
	hooks.addHandler('workflowExecuteAfter', ({ status }) => void saved.push(status));
	const execution = new WorkflowExecute(
		additionalData(hooks, options.credential),
		'trigger',
		createRunExecutionData({
			executionData: {
				nodeExecutionStack: [
					{
						node: workflow.getStartNode()!,
						data: { main: [(options.items ?? [{}]).map(asItem)] },
						source: null,
					},
				],
			},
		}),
	);
	const running = execution.processRunExecutionData(workflow) as PCancelable<IRun>;
	await options.during?.({ cancel: () => running.cancel() });
	return { ...resultOf(await untilDone(running)), saved };
}

const asItem = (item: INodeExecutionData | IDataObject): INodeExecutionData =>
	'json' in item ? (item as INodeExecutionData) : { json: item as IDataObject };

/** What n8n's server hands to the engine beside the workflow. */
function additionalData(
	hooks: InstanceType<typeof ExecutionLifecycleHooks>,
	credential: ICredentialDataDecryptedObject = {},
): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: credentialsHelper({
			apiKey: API_KEY,
			baseUrl: 'https://api.ttapi.io',
			customBaseUrl: '',
			...credential,
		}),
		executionId: 'execution',
		hooks,
		currentNodeExecutionIndex: 0,
		variables: {},
		setExecutionStatus: () => {},
		webhookWaitingBaseUrl: 'http://localhost:5678/webhook-waiting',
		formWaitingBaseUrl: 'http://localhost:5678/form-waiting',
	} as unknown as IWorkflowExecuteAdditionalData;
}

function resultOf(run: IRun): Omit<Result, 'saved'> {
	const { runData, error } = run.data.resultData;
	const outputs = (name: string) => runData[name]?.at(-1)?.data?.main ?? [];
	const [items, errorItems] = outputs(NODE_NAME);
	return {
		run,
		items: items ?? [],
		errorItems: errorItems ?? [],
		seenBy: Object.fromEntries(Object.keys(runData).map((name) => [name, outputs(name)[0] ?? []])),
		error: error as Result['error'],
		hints: runData[NODE_NAME]?.at(-1)?.hints ?? [],
		runs: runData[NODE_NAME] ?? [],
		status: run.status,
	};
}
