import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { readCredential } from '../transport/client';
import type { TtapiCredential } from '../transport/hosts';

/** A changed credential may go unnoticed for so long. */
const recent = new Store<Promise<TtapiCredential>>({ keptMs: 10_000 });

/** The node that is called is part of the key: n8n lets this node use the credential. */
const keyOf = (context: IWebhookFunctions): string => {
	const { id, credentials } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, id, credentials?.ttapiApi]);
};

/**
 * The node's credential, read once for all callbacks of ten seconds. Many come at once, and n8n takes longer to read it than
 * the rest of a callback takes.
 */
export const recentCredential = async (
	context: IWebhookFunctions,
	clock: Clock,
): Promise<TtapiCredential> =>
	await recent.share(clock, keyOf(context), async () => await readCredential(context));

/** Reads it anew the next time: it may be the reason for a failure. */
export const forgetCredential = (context: IWebhookFunctions): void => recent.delete(keyOf(context));
