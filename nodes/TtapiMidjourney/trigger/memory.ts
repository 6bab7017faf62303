import type { IWebhookFunctions } from 'n8n-workflow';

import type { Verified } from './verify';
import { UnderWay } from './underWay';
import { StartedJobs } from './startedJobs';

/** What this process remembers of one trigger node. */
export interface Memory {
	startedJobs: StartedJobs;
	/** The jobs that TTAPI is asked for at this moment, by id. */
	verifications: UnderWay<Verified>;
}

const memories = new Map<string, Memory>();

/** The memory of the node that is called. */
export function memoryOf(context: IWebhookFunctions): Memory {
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const memory = memories.get(key) ?? {
		startedJobs: new StartedJobs(),
		verifications: new UnderWay(),
	};
	memories.set(key, memory);
	return memory;
}
