import axios from 'axios';
import { EventEmitter, once, setMaxListeners } from 'node:events';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Job } from './jobs/job.mts';
import type { Settings } from './options.mts';

export interface CallbackRecord {
	jobId: string;
	hookUrl: string;
	attempt: number;
	/** Milliseconds since 1970. */
	at: number;
	/** HTTP status of the receiver's answer; null if there was none. */
	status: number | null;
	/** Why there was no answer; `lost` if a fault kept the callback from being sent. */
	error: string | null;
}

const attempts = 3;

/** Who sends the callbacks: see the option. */
export type Notifier = 'vendor' | 'patient';

type Options = Pick<Settings, 'notifier' | 'callbackRetryMs' | 'callbackPatienceMs'>;

/** Posts finished jobs to their `hookUrl`. */
export class Callbacks {
	private records: CallbackRecord[] = [];
	private stop = newController();
	private readonly events = new EventEmitter().setMaxListeners(0);

	constructor(private readonly options: Options) {}

	all(): CallbackRecord[] {
		return this.records.map((record) => ({ ...record }));
	}

	/** Cancels pending callbacks and forgets the sent ones. */
	clear(): void {
		this.stop.abort();
		this.stop = newController();
		this.records = [];
	}

	/** Sends a finished job's callbacks. Resolves once they are delivered or given up; never rejects. */
	async announce(job: Job, body: object): Promise<void> {
		if (job.hookUrl === '' || this.forgets(job)) return;
		const { lost, times, holdMs } = job.callback;
		if (lost) {
			this.note(job, 1, null, 'lost');
			return;
		}
		const { signal } = this.stop;
		if (holdMs > 0) await this.untilOvertaken(signal, holdMs);
		for (let time = 0; time < times && !signal.aborted; time++) {
			await this.deliver(job, body, signal);
		}
	}

	/** Jobs without buttons: the vendor's notifier stumbles over them before it sends anything. */
	private forgets({ action }: Job): boolean {
		return this.options.notifier === 'vendor' && ['describe', 'seed'].includes(action);
	}

	private async untilOvertaken(signal: AbortSignal, holdMs: number): Promise<void> {
		await Promise.race([
			once(this.events, 'delivered', { signal }),
			delay(holdMs, undefined, { signal }),
		]).catch(() => {});
	}

	private async deliver(job: Job, body: object, signal: AbortSignal): Promise<void> {
		for (let attempt = 1; attempt <= attempts && !signal.aborted; attempt++) {
			const status = await this.post(job, body, attempt, signal);
			this.events.emit('delivered');
			if (status === 200) return;
			if (this.options.notifier === 'patient') await this.waitForRetry(attempt, signal);
			else if (status === null || status >= 300) return;
		}
	}

	private async waitForRetry(attempt: number, signal: AbortSignal): Promise<void> {
		if (attempt === attempts) return;
		await delay(this.options.callbackRetryMs, undefined, { signal }).catch(() => {});
	}

	private async post(job: Job, body: object, attempt: number, signal: AbortSignal) {
		try {
			const { status } = await axios.post(job.hookUrl, body, {
				signal,
				proxy: false,
				// n8n closes idle connections after a few seconds, so a reused one could lose a callback.
				httpAgent: new Agent({ keepAlive: false }),
				maxRedirects: 0,
				timeout: this.options.callbackPatienceMs,
				validateStatus: () => true,
			});
			if (!signal.aborted) this.note(job, attempt, status, null);
			return status;
		} catch (error) {
			if (!signal.aborted) this.note(job, attempt, null, (error as Error).message);
			return null;
		}
	}

	private note(job: Job, attempt: number, status: number | null, error: string | null): void {
		const { jobId, hookUrl } = job;
		this.records.push({ jobId, hookUrl, attempt, at: Date.now(), status, error });
	}
}

/** Without a listener limit, because every waiting callback listens to it. */
function newController(): AbortController {
	const controller = new AbortController();
	setMaxListeners(0, controller.signal);
	return controller;
}
