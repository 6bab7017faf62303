import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	NodeExecutionHint,
	WorkflowExecuteMode,
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
	/** The name of our node, where a test gives it another one. */
	nodeName?: string;
	/** undefined for a workflow that was never saved. */
	workflowId?: string;
	/** Where n8n says that it is reached. */
	n8nUrl?: string;
	/** The id that n8n gives the execution. */
	executionId?: string;
	/** What started the execution. */
	mode?: WorkflowExecuteMode;
	/** When n8n's own execution timeout is over, in ms since 1970. */
	executionTimeoutTimestamp?: number;
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
	/** What n8n needs to go on with the execution. */
	execution: Execution;
}

/** An execution, as n8n holds it. */
export interface Execution {
	definition: IWorkflowBase;
	data: IRunExecutionData;
	options: RunOptions;
}

export const NODE_NAME = 'TTAPI Midjourney';

/** Runs a workflow, as n8n exports it, in n8n's engine, in virtual time, and gives back everything that is to be seen of it. */
export async function runWorkflow(exported: object, options: RunOptions = {}): Promise<Result> {
	const definition = structuredClone(exported) as IWorkflowBase;
	setNode(definition, options);
	const workflow = workflowFrom(definition, options);
	const data = createRunExecutionData({
		executionData: {
			nodeExecutionStack: [
				{
					node: workflow.getStartNode()!,
					data: { main: [(options.items ?? [{}]).map(asItem)] },
					source: null,
				},
			],
		},
	});
	return await process({ definition, data, options });
}

/** Sets our node in the workflow as the options say. */
export function setNode(
	definition: IWorkflowBase,
	{ nodeName = NODE_NAME, node: settings, parameters, credential }: RunOptions,
): void {
	const node = definition.nodes.find(({ name }) => name === nodeName)!;
	Object.assign(node, settings);
	// Another test's credential is another one: the nodes keep it for some seconds.
	if (node.credentials?.ttapiApi) node.credentials.ttapiApi.id = JSON.stringify(credential ?? null);
	node.parameters = {
		...node.parameters,
		...parameters,
		options: {
			...(node.parameters.options as IDataObject),
			...(parameters?.options as IDataObject),
		},
	} as INode['parameters'];
}

/** The workflow of an execution, as n8n makes it anew for each run. */
export const workflowFrom = (
	definition: IWorkflowBase,
	options: RunOptions,
): InstanceType<typeof Workflow> =>
	new Workflow({
		...definition,
		id: 'workflowId' in options ? options.workflowId : 'workflow',
		nodeTypes,
	});

/** Runs what is on the execution's stack, to its end or to a pause. */
export async function process(execution: Execution): Promise<Result> {
	const { definition, data, options } = execution;
	const saved: string[] = [];
	const { mode = 'trigger', executionId = 'execution' } = options;
	const hooks = new ExecutionLifecycleHooks(mode, executionId, definition);
	hooks.addHandler('workflowExecuteAfter', ({ status }) => void saved.push(status));
	const engine = new WorkflowExecute({ ...additionalData(options), hooks }, mode, data);
	const running = engine.processRunExecutionData(workflowFrom(definition, options));
	await options.during?.({ cancel: () => (running as PCancelable<IRun>).cancel() });
	return { ...resultOf(await untilDone(running), options), saved, execution };
}

const asItem = (item: INodeExecutionData | IDataObject): INodeExecutionData =>
	'json' in item ? (item as INodeExecutionData) : { json: item as IDataObject };

/** What n8n's server hands to the engine beside the workflow. */
export function additionalData({
	credential,
	n8nUrl = 'http://localhost:5678',
	executionId = 'execution',
	executionTimeoutTimestamp,
}: RunOptions): IWorkflowExecuteAdditionalData {
	return {
		credentialsHelper: credentialsHelper({
			apiKey: API_KEY,
			baseUrl: 'https://api.ttapi.io',
			customBaseUrl: '',
			...credential,
		}),
		executionId,
		executionTimeoutTimestamp,
		currentNodeExecutionIndex: 0,
		variables: {},
		setExecutionStatus: () => {},
		webhookWaitingBaseUrl: `${n8nUrl}/webhook-waiting`,
		formWaitingBaseUrl: `${n8nUrl}/form-waiting`,
	} as unknown as IWorkflowExecuteAdditionalData;
}

function resultOf(
	run: IRun,
	{ nodeName = NODE_NAME }: RunOptions,
): Omit<Result, 'saved' | 'execution'> {
	const { runData, error } = run.data.resultData;
	const outputs = (name: string) => runData[name]?.at(-1)?.data?.main ?? [];
	const [items, errorItems] = outputs(nodeName);
	return {
		run,
		items: items ?? [],
		errorItems: errorItems ?? [],
		seenBy: Object.fromEntries(Object.keys(runData).map((name) => [name, outputs(name)[0] ?? []])),
		error: error as Result['error'],
		hints: runData[nodeName]?.at(-1)?.hints ?? [],
		runs: runData[nodeName] ?? [],
		status: run.status,
	};
}
