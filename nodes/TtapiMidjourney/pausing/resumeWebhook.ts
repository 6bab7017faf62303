import type { IWebhookDescription } from 'n8n-workflow';

/** Lets a POST to the resume URL reach `webhook()` of the paused node (docs/n8n.md, A resume ends in webhook()). */
export const RESUME_WEBHOOKS: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: '',
		responseMode: 'onReceived',
		// Without this, n8n answers with the text "firstEntryJson" instead of ours.
		responseData: '',
		restartWebhook: true,
	},
];

/** What the editor shows at a paused node. */
export const WAITING_TOOLTIP =
	'Paused until TTAPI reports the end of all jobs, or until Max Wait is over';
