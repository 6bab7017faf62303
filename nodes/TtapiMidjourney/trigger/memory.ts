import type { IWebhookFunctions } from 'n8n-workflow';

import { readCredential } from '../transport/client';
import type { TtapiCredential } from '../transport/hosts';
import type { Verified } from './verify';
import { UnderWay } from './underWay';
import { StartedJobs } from './startedJobs';

/** What this process remembers of one trigger node. */
export interface Memory {
	startedJobs: StartedJobs;
	/** The jobs that TTAPI is asked for at this moment, by id. */
	verifications: UnderWay<Verified>;
	credential: RecentCredential;
}

/** So long a changed credential may go unnoticed. */
const KEPT_MS = 10_000;

/** The node's credential, kept for some seconds: n8n takes longer to read it than all the rest of a verification takes. */
export class RecentCredential {
	private reading?: Promise<TtapiCredential>;

	/** Which one, and until when. */
	private id: unknown;

	private until = 0;

	async of(context: IWebhookFunctions): Promise<TtapiCredential> {
		const { id } = context.getNode().credentials?.ttapiApi ?? {};
		if (!this.reading || id !== this.id || Date.now() > this.until) {
			this.reading = readCredential(context);
			this.id = id;
			this.until = Date.now() + KEPT_MS;
		}
		return await this.reading;
	}

	/** It may be the reason why something has failed. */
	forget(): void {
		this.reading = undefined;
	}
}

const memories = new Map<string, Memory>();

/** The memory of the node that is called. */
export function memoryOf(context: IWebhookFunctions): Memory {
	const key = `${context.getWorkflow().id} ${context.getNode().id}`;
	const memory = memories.get(key) ?? {
		startedJobs: new StartedJobs(),
		verifications: new UnderWay(),
		credential: new RecentCredential(),
	};
	memories.set(key, memory);
	return memory;
}
