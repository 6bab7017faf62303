/** What n8n does with a call of the trigger's URL (n8n/dist/webhooks/webhook-helpers.js of 2.41.1). */
import type { IDataObject, INode, IWorkflowBase } from 'n8n-workflow';

import { FakeResponse } from '../../unit/support/fakeResponse.mts';
import { WebhookContext, createRunExecutionData } from './n8n.mts';
import { nodeTypes } from './nodeTypes.mts';
import {
	additionalData,
	process,
	workflowFrom,
	type Result,
	type RunOptions,
} from './runWorkflow.mts';
import { untilDone } from './virtualTime.mts';

/** A call of the URL. */
export interface Call {
	body?: unknown;
	query?: IDataObject;
	headers?: IDataObject;
	rawBody?: Buffer;
}

/** What came of it. */
export interface Called {
	status: number;
	/** In ms since 1970. */
	answeredAt?: number;
	/** The run of the workflow; undefined where none was started. */
	run?: Result;
}

let workflows = 0;

/** An active workflow: the trigger, and a node behind it. */
export class ActiveWorkflow {
	private readonly definition: IWorkflowBase;

	private readonly options: RunOptions;

	constructor(
		parameters: IDataObject = {},
		{ credential, ...node }: Partial<INode> & RunOptions = {},
	) {
		const credentials = { ttapiApi: { id: '1', name: 'TTAPI account' } };
		const type = 'n8n-nodes-ttapi.ttapiMidjourneyTrigger';
		const named = (name: string, more: object) => ({
			id: name,
			name,
			typeVersion: 1,
			position: [0, 0],
			parameters: {},
			...more,
		});
		this.options = { credential, nodeName: 'Trigger', workflowId: `workflow ${workflows++}` };
		this.definition = {
			name: 'Trigger',
			active: true,
			settings: { executionOrder: 'v1' },
			staticData: {},
			nodes: [
				named('Trigger', { type, parameters, credentials, ...node }),
				named('Done', { type: 'n8n-nodes-base.noOp' }),
			],
			connections: { Trigger: { main: [[{ node: 'Done', type: 'main', index: 0 }]] } },
		} as unknown as IWorkflowBase;
	}

	/** What n8n keeps of the workflow in its database. */
	get staticData(): IDataObject {
		return this.definition.staticData!;
	}

	/** @param mode `manual` for the test URL */
	async call(
		{ body, query = {}, headers = {}, rawBody }: Call,
		mode: 'webhook' | 'manual' = 'webhook',
	): Promise<Called> {
		const response = new FakeResponse();
		const workflow = workflowFrom(structuredClone(this.definition), this.options);
		const node = workflow.getNode('Trigger')!;
		const type = nodeTypes.getByNameAndVersion(node.type);
		const context = new WebhookContext(
			workflow,
			node,
			{
				...additionalData(this.options),
				httpRequest: { body, query, headers, params: {}, rawBody },
				httpResponse: response,
			} as never,
			mode,
			{ webhookDescription: type.description.webhooks![0] } as never,
			[],
			null,
		);
		await workflow.expression.acquireIsolate();
		const result = await untilDone(type.webhook!.call(context));
		await workflow.expression.releaseIsolate();
		const { statusCode: status, answeredAt } = response;
		if (!result.workflowData) return { status, answeredAt };
		if (workflow.staticData.__dataChanged) {
			this.definition.staticData = JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject;
		}
		const data = createRunExecutionData({
			executionData: {
				nodeExecutionStack: [{ node, data: { main: result.workflowData }, source: null }],
			},
		});
		// n8n watches the static data of the workflow that it is given.
		const definition = structuredClone(this.definition);
		const run = await process({ definition, data, options: this.options });
		return { status, answeredAt, run };
	}
}
