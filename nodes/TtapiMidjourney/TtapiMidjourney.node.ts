import {
	NodeConnectionTypes,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

import * as image from './actions/image';
import * as job from './actions/job';
import * as prompt from './actions/prompt';
import { router } from './actions/router';
import * as service from './actions/service';

export class TtapiMidjourney implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TTAPI Midjourney',
		name: 'ttapiMidjourney',
		icon: { light: 'file:../../icons/ttapi.svg', dark: 'file:../../icons/ttapi.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"] === "action" ? $parameter["action"] : $parameter["operation"] + ": " + $parameter["resource"] }}',
		description: 'Make pictures with Midjourney through TTAPI',
		defaults: { name: 'TTAPI Midjourney' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'ttapiApi', required: true }],
		properties: [
			{
				displayName: 'Resource',
				name: 'resource',
				type: 'options',
				noDataExpression: true,
				options: [
					{ name: 'Image', value: 'image' },
					{ name: 'Job', value: 'job' },
					{ name: 'Prompt', value: 'prompt' },
					{ name: 'Service', value: 'service' },
				],
				default: 'image',
			},
			...image.description,
			...job.description,
			...prompt.description,
			...service.description,
		],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await router.call(this);
	}
}
