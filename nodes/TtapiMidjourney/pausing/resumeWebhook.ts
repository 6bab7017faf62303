import type { IWebhookDescription } from 'n8n-workflow';

/** Makes n8n pass a POST to the resume URL to the paused node's `webhook()` (docs/n8n.md, A resume ends in webhook()). */
export const RESUME_WEBHOOKS: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: '',
		responseMode: 'onReceived',
		// Otherwise n8n answers with "firstEntryJson" (docs/n8n.md, Who answers a call).
		responseData: '',
		restartWebhook: true,
	},
];

/** The editor shows this at a paused node. */
export const WAITING_TOOLTIP =
	'Paused until TTAPI reports the end of all jobs, or until Max Wait is over';
