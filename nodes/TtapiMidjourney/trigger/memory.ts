import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { StartedJobs } from './startedJobs';
import { VerificationQueue } from './verificationQueue';

/** What this process remembers of one trigger node. */
export interface Memory {
	startedJobs: StartedJobs;
	queue: VerificationQueue;
}

const memories = new Store<Memory>({ most: 1_000 });

/**
 * The memory of the node that is called; the test URL has one of its own, because a call starts the workflow in its own mode.
 * Only the 1,000 triggers that were called last have one.
 */
export function memoryOf(context: IWebhookFunctions, clock: Clock): Memory {
	const key = [context.getWorkflow().id, context.getNode().id, context.getMode()].join(' ');
	const memory = memories.get(clock, key) ?? {
		startedJobs: new StartedJobs(),
		queue: new VerificationQueue(),
	};
	memories.set(clock, key, memory);
	return memory;
}
