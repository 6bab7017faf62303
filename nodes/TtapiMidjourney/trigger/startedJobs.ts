import type { IWebhookFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import { UnderWay } from './underWay';

/** How many ends of jobs are remembered, in this process and in n8n's database. */
const REMEMBERED = 1_000;

/** No ID and no status contains it. */
const BETWEEN = '\n';

/** Called once it is certain whether the workflow was started. */
export type Settle = (isStarted: boolean) => void;

/**
 * The ends of jobs that have started the workflow of one trigger node. They are kept twice: in this process, for calls at
 * the same moment, and in n8n's database, which outlives the process. Two processes may still start the workflow for the
 * same end (docs/n8n.md, Static data).
 */
export class StartedJobs {
	private readonly started = new Store<true>({ most: REMEMBERED });

	/** Those that may be about to start it. */
	private readonly starting = new UnderWay<boolean>();

	/** Whether this end of a job has started the workflow. Waits for a call that is about to. */
	async has(context: IWebhookFunctions, clock: Clock, end: string): Promise<boolean> {
		return (await this.starting.join(clock, end)) || this.isStarted(context, clock, end);
	}

	/**
	 * Claims the right to start the workflow for this end of a job.
	 * @returns undefined if another call has started it
	 */
	async begin(context: IWebhookFunctions, clock: Clock, end: string): Promise<Settle | undefined> {
		const join = () => this.starting.join(clock, end);
		for (let other = join(); other; other = join()) await other;
		// Nothing is awaited from here on, so only one of several calls gets through.
		if (this.isStarted(context, clock, end)) return undefined;
		let resolve: Settle = () => {};
		this.starting.add(clock, end, new Promise<boolean>((settle) => (resolve = settle)));
		return (isStarted) => {
			if (isStarted) this.started.set(clock, end, true);
			resolve(isStarted);
		};
	}

	/** Hands this end of a job to n8n with the others. n8n stores them after the call, unless the call fails. */
	store(context: IWebhookFunctions, clock: Clock, end: string): void {
		const all = new Set([...stored(context), ...this.started.keys(clock), end]);
		context.getWorkflowStaticData('node').started = [...all].slice(-REMEMBERED).join(BETWEEN);
	}

	private isStarted(context: IWebhookFunctions, clock: Clock, end: string): boolean {
		return this.started.get(clock, end) ?? stored(context).includes(end);
	}
}

/** The ends in n8n's database, in one text: n8n puts a list behind a proxy, which is much slower. */
function stored(context: IWebhookFunctions): string[] {
	const { started } = context.getWorkflowStaticData('node') as { started?: unknown };
	return typeof started === 'string' ? started.split(BETWEEN) : [];
}
