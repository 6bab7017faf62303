import type { IWebhookFunctions } from 'n8n-workflow';

import { UnderWay } from './underWay';

/** How many ends of jobs are remembered. */
const REMEMBERED = 1_000;

/** In no id and no status. */
const BETWEEN = '\n';

/** Called when it is sure whether the workflow was started. */
export type Settle = (isStarted: boolean) => void;

/**
 * The ends of jobs that have started the workflow of one trigger node. They are kept in this process, where calls at the
 * same moment see them, and in n8n's database, which outlives it. Several processes may start the workflow for the same
 * end all the same (docs/n8n.md, Static data).
 */
export class StartedJobs {
	private readonly started = new Set<string>();

	/** Those of which it is not sure yet. */
	private readonly starting = new UnderWay<boolean>();

	/** Whether this end of a job has started the workflow; waits for the call that is about to. */
	async has(context: IWebhookFunctions, end: string): Promise<boolean> {
		return (await this.starting.join(end)) || this.isStarted(context, end);
	}

	/**
	 * Claims to start the workflow for this end of a job.
	 * @returns undefined where another call has started it
	 */
	async begin(context: IWebhookFunctions, end: string): Promise<Settle | undefined> {
		// From the last answer on nothing is waited for, so that only one call gets through.
		for (let other = this.starting.join(end); other; other = this.starting.join(end)) await other;
		if (this.isStarted(context, end)) return undefined;
		let resolve: Settle = () => {};
		this.starting.add(end, new Promise<boolean>((settle) => (resolve = settle)));
		return (isStarted) => {
			if (isStarted) this.remember(end);
			resolve(isStarted);
		};
	}

	/** Lets n8n store this end of a job with the others: it does so after the call, unless that fails. */
	store(context: IWebhookFunctions, end: string): void {
		const all = new Set([...stored(context), ...this.started, end]);
		context.getWorkflowStaticData('node').started = [...all].slice(-REMEMBERED).join(BETWEEN);
	}

	private isStarted(context: IWebhookFunctions, end: string): boolean {
		return this.started.has(end) || stored(context).includes(end);
	}

	private remember(end: string): void {
		this.started.add(end);
		const [oldest] = this.started;
		if (this.started.size > REMEMBERED) this.started.delete(oldest);
	}
}

/** A list was stored by earlier versions. One text is better: n8n puts a proxy before a list, which takes longer than all the rest here. */
function stored(context: IWebhookFunctions): string[] {
	const { started } = context.getWorkflowStaticData('node') as { started?: unknown };
	if (Array.isArray(started)) return started;
	return typeof started === 'string' ? started.split(BETWEEN) : [];
}
