import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { StartedJobs } from './startedJobs';
import { UnderWay } from './underWay';
import type { Verified } from './verify';

/** What this process remembers of one trigger node. */
export interface Memory {
	startedJobs: StartedJobs;
	/** The jobs that TTAPI is being asked for, by ID. */
	verifications: UnderWay<Verified>;
}

const memories = new Store<Memory>({ most: 1_000 });

/** The memory of the node that is called. Only the 1,000 triggers that were called last have one. */
export function memoryOf(context: IWebhookFunctions, clock: Clock): Memory {
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const memory = memories.get(clock, key) ?? {
		startedJobs: new StartedJobs(),
		verifications: new UnderWay(),
	};
	memories.set(clock, key, memory);
	return memory;
}
