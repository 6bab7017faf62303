import type { IWebhookDescription } from 'n8n-workflow';

import type { NodeContext } from '../n8n/context';
import { httpUrl } from '../transport/hosts';

/**
 * Makes n8n pass a POST to the node's own resume URL to its `webhook()` (docs/n8n.md, A resume ends in webhook()). Each node
 * has a path of its own, so that a late callback can't resume another node's pause (docs/n8n.md, A resume URL for each node).
 */
export const RESUME_WEBHOOKS: IWebhookDescription[] = [
	{
		name: 'default',
		httpMethod: 'POST',
		path: '={{ $nodeId }}',
		isFullPath: true,
		responseMode: 'onReceived',
		// Otherwise n8n answers with "firstEntryJson" (docs/n8n.md, Who answers a call).
		responseData: '',
		restartWebhook: true,
	},
];

/** The URL that resumes this execution while it is paused at this node. It contains n8n's token, which is a secret. */
export const resumeUrlOf = (context: NodeContext): string =>
	String(context.evaluateExpression('{{ $execution.resumeUrl }}', 0)).replace(
		/(?=\?|$)/,
		`/${encodeURIComponent(context.getNode().id)}`,
	);

/** What must not be shown of a resume URL. */
export function secretsOf(resumeUrl: string): string[] {
	const signature = httpUrl(resumeUrl)?.searchParams.get('signature');
	return signature ? [resumeUrl, `signature=${signature}`, signature] : [resumeUrl];
}

/** The editor shows this at a paused node. */
export const WAITING_TOOLTIP =
	'Paused until TTAPI reports the end of all jobs, or until Max Wait is over';
