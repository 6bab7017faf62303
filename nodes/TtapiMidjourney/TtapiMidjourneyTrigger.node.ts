import {
	NodeConnectionTypes,
	type IHookFunctions,
	type INodeType,
	type INodeTypeDescription,
	type IWebhookFunctions,
	type IWebhookResponseData,
} from 'n8n-workflow';

import { JOB_KINDS } from './actions/resources';
import { triggerFields } from './trigger/fields';
import { requireUsable } from './trigger/settings';

export class TtapiMidjourneyTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'TTAPI Midjourney Trigger',
		name: 'ttapiMidjourneyTrigger',
		icon: { light: 'file:../../icons/ttapi.svg', dark: 'file:../../icons/ttapi.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle:
			'={{ $parameter["events"].map((event) => event === "FAILED" ? "job failed" : "job succeeded").join(", ") }}',
		description: 'Starts the workflow when TTAPI reports that a Midjourney job has ended',
		eventTriggerDescription: 'Waiting for TTAPI to call the test URL',
		activationMessage: 'Callbacks to the Production URL now start this workflow.',
		defaults: { name: 'TTAPI Midjourney Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			// n8n refuses to publish a workflow without a required credential; a throw of "create" below it only logs.
			{ name: 'ttapiApi', required: true, displayOptions: { show: { verify: [true] } } },
		],
		webhooks: [
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'callback',
				responseMode: 'onReceived',
				// Without this, n8n answers with the text "firstEntryJson" instead of ours.
				responseData: '',
			},
		],
		triggerPanel: {
			header: 'Pull in a test callback',
			executionsHelp: {
				inactive:
					'<b>While building</b>, press the button, then run a TTAPI Midjourney node with the test URL as its Callback URL. The execution shows up in the editor.<br /><br /><b>In production</b>, activate or publish the workflow and use the Production URL. Those executions show up in the executions list only.',
				active:
					'<b>While building</b>, press the button, then run a TTAPI Midjourney node with the test URL as its Callback URL. The execution shows up in the editor.<br /><br /><b>In production</b>, callbacks to the Production URL start this workflow. Those executions show up in the <a data-key="executions">executions list</a> only.',
			},
			activationHint:
				'Activate or publish the workflow and use the Production URL to start it without pressing this button.',
		},
		properties: triggerFields(JOB_KINDS),
	};

	/** TTAPI is told the URL with each job, so nothing is registered there: only the settings are checked. */
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return false;
			},
			async create(this: IHookFunctions): Promise<boolean> {
				await requireUsable(this, JOB_KINDS);
				return true;
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return true;
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		// n8n loads every node when it starts: what a callback needs is loaded by the first one.
		const { receive } = await import('./trigger/receive');
		return await receive(this, JOB_KINDS);
	}
}
