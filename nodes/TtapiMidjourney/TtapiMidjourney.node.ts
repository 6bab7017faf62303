import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type ILoadOptionsFunctions,
	type INodeExecutionData,
	type INodeListSearchResult,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { RESOURCES } from './actions/resources';
import { RESUME_WEBHOOKS, WAITING_TOOLTIP } from './pausing/resumeWebhook';

export class TtapiMidjourney implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TTAPI Midjourney',
		name: 'ttapiMidjourney',
		icon: { light: 'file:../../icons/ttapi.svg', dark: 'file:../../icons/ttapi.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"] === "action" ? $parameter["action"] : $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Generate and edit images and videos with Midjourney via TTAPI',
		defaults: { name: 'TTAPI Midjourney' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ttapiApi', required: true }],
		webhooks: RESUME_WEBHOOKS,
		waitingNodeTooltip: WAITING_TOOLTIP,
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: RESOURCES.map(({ name, value }) => ({ name, value })),
				default: 'image',
			},
			...RESOURCES.flatMap(({ properties }) => properties),
		],
	};

	// n8n loads every node when it starts: what the methods need is loaded by the first call.
	methods = {
		listSearch: {
			async searchJobs(
				this: ILoadOptionsFunctions,
				filter?: string,
				paginationToken?: string,
			): Promise<INodeListSearchResult> {
				const { searchJobs } = await import('./methods/searchJobs');
				return await searchJobs(this, RESOURCES, filter, paginationToken);
			},
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { router } = await import('./run/router');
		return await router(this, RESOURCES);
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { resume } = await import('./pausing/resume');
		return await resume.call(this);
	}
}
