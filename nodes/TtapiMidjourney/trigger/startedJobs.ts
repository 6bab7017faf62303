import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';

/** How many ends of jobs are remembered, in this process and in n8n's database. */
const REMEMBERED = 1_000;

/** No ID and no status contains it. */
const BETWEEN = '\n';

/**
 * The ends of jobs that have started the workflow of one trigger node. They are kept twice: in this process, for calls at
 * the same moment, and in n8n's database, which outlives the process. Two processes may still start the workflow for the
 * same end (docs/n8n.md, Static data).
 */
export class StartedJobs {
	private readonly started = new Store<true>({ most: REMEMBERED });

	/** Whether this end of a job has started the workflow, or is about to. */
	has(context: IWebhookFunctions, clock: Clock, end: string): boolean {
		return this.started.get(clock, end) ?? stored(context).includes(end);
	}

	/** Claims the right to start the workflow for this end of a job. False if another call has it. */
	claim(context: IWebhookFunctions, clock: Clock, end: string): boolean {
		if (this.has(context, clock, end)) return false;
		this.started.set(clock, end, true);
		return true;
	}

	/** Gives the right back: the workflow could not be started. */
	release(end: string): void {
		this.started.delete(end);
	}

	/** Hands all ends to n8n, which stores them after the call. */
	store(context: IWebhookFunctions, clock: Clock): void {
		const all = new Set([...stored(context), ...this.started.keys(clock)]);
		context.getWorkflowStaticData('node').started = [...all].slice(-REMEMBERED).join(BETWEEN);
	}
}

/** The ends in n8n's database, in one text: n8n puts a list behind a proxy, which is much slower. */
function stored(context: IWebhookFunctions): string[] {
	const { started } = context.getWorkflowStaticData('node') as { started?: unknown };
	return typeof started === 'string' ? started.split(BETWEEN) : [];
}
