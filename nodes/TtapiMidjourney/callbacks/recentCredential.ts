import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { readCredential } from '../transport/client';
import type { TtapiCredential } from '../transport/hosts';

/** A change to a credential goes unnoticed for this long. */
const recent = new Store<Promise<TtapiCredential>>({ keptMs: 10_000 });

/** The node is part of the key, because n8n decides for each node whether it may use the credential. */
const keyOf = (context: IWebhookFunctions): string => {
	const { id, credentials } = context.getNode();
	return JSON.stringify([context.getWorkflow().id, id, credentials?.ttapiApi]);
};

/**
 * The node's credential, read at most once in ten seconds. Many callbacks come at once, and reading the credential takes n8n
 * longer than everything else in a callback.
 */
export const recentCredential = async (
	context: IWebhookFunctions,
	clock: Clock,
): Promise<TtapiCredential> =>
	await recent.share(clock, keyOf(context), async () => await readCredential(context));

/** Makes the next callback read the credential again, in case it has caused an error. */
export const forgetCredential = (context: IWebhookFunctions): void => recent.delete(keyOf(context));
