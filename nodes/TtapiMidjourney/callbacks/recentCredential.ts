import type { IWebhookFunctions } from 'n8n-workflow';

import { readCredential } from '../transport/client';
import type { TtapiCredential } from '../transport/hosts';

/** So long a changed credential may go unnoticed. */
const KEPT_MS = 10_000;

const recent = new Map<string, { reading: Promise<TtapiCredential>; until: number }>();

/** Of the node that is called: n8n has let it use this credential. */
const keyOf = (context: IWebhookFunctions): string => {
	const { id, credentials } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, id, credentials?.ttapiApi]);
};

/**
 * The node's credential, used for some seconds: callbacks come many at once, and n8n takes longer to read it than all the
 * rest of a callback takes.
 */
export async function recentCredential(context: IWebhookFunctions): Promise<TtapiCredential> {
	const now = Date.now();
	for (const [key, { until }] of recent) if (until < now) recent.delete(key);
	const key = keyOf(context);
	const { reading } = recent.get(key) ?? { reading: readCredential(context) };
	if (!recent.has(key)) recent.set(key, { reading, until: now + KEPT_MS });
	return await reading.catch((error: unknown) => {
		recent.delete(key);
		throw error;
	});
}

/** Reads it anew the next time: it may be the reason why something has failed. */
export function forgetCredential(context: IWebhookFunctions): void {
	recent.delete(keyOf(context));
}
