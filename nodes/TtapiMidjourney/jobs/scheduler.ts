import type { Account } from './account';
import type { Clock } from './clock';
import { StoppedError } from './errors';
import type { JobAnswer, JobFamily } from './job';
import { noTimeError, type Accepted, type SubmitAnswer } from './line';
import type { Undone } from './outage';
import { Places } from './places';
import { waitForJob, type Wait, type WaitOutcome } from './waitForJob';

/** How many free requests of a run are under way with their retries: so few are sent before an outage is noticed. */
const READS_AT_ONCE = 10;

/** A job to submit. */
export interface Submittable {
	family: JobFamily;
	/** Loads what it sends, if that is large. */
	load?: () => Promise<void>;
	/** Sends the submit once; called again only if TTAPI has certainly accepted nothing. */
	send: () => Promise<SubmitAnswer>;
	/** Gives the job of a failed submit if it was found after all; otherwise throws. */
	rescue: (error: unknown) => Promise<Accepted>;
}

interface WaitOptions {
	jobId: string;
	poll: () => Promise<JobAnswer>;
	/** How long to wait for the job, in ms. */
	maxWaitMs: number;
	/** The longest time until the first look at it, in ms. */
	firstIntervalMs: number;
}

export interface NewJob extends WaitOptions {
	/** Jobs of the same kind take about the same time. */
	kind: string;
}

export interface KnownJob extends WaitOptions {
	/** When it was submitted, in ms of the clock. If that is unknown, the start of the run counts. */
	since?: number;
	/** Whether to look only once, and hand the job over if it has not finished. */
	pollOnce?: boolean;
}

export interface SchedulerSettings {
	/** How many jobs of the run may be unfinished at once. */
	maxInFlight: number;
	/** Whether nothing more is submitted after the first error. */
	stopsAtFirstError: boolean;
	/** Whether the jobs are handed over once all are submitted, because the execution pauses for them. */
	handsOver: boolean;
	/** When the run must be over, in ms of the clock: nothing is submitted or waited for any more. Undefined for never. */
	until?: number;
}

/** The job was not submitted, because another one failed and that ends the run. */
export class NotSubmittedError extends Error {}

/** The jobs of one run: at most `maxInFlight` of them are unfinished at once. When they are submitted, the account decides. */
export class Scheduler {
	private readonly slots: Places;

	private readonly reads = new Places(READS_AT_ONCE);

	private readonly startedAt: number;

	/** How many announced jobs TTAPI has neither accepted nor refused yet. */
	private unsubmitted = 0;

	private readonly handOver?: Promise<void>;

	private allSubmitted: () => void = () => {};

	private closed?: Error;

	/** Whether a question has failed, and the run ends with the first error. */
	private isEnding = false;

	constructor(
		private readonly clock: Clock,
		private readonly settings: SchedulerSettings,
		private readonly account: Account,
	) {
		this.slots = new Places(settings.maxInFlight);
		this.startedAt = clock.now();
		if (settings.handsOver) this.handOver = new Promise((resolve) => (this.allSubmitted = resolve));
	}

	/**
	 * Sends a free request, with its own retries, as soon as TTAPI answers. Throws an OutageError if it doesn't: at once if the
	 * run is about to end with an error.
	 */
	async ask<T>(request: () => Promise<T>, undone: Undone): Promise<T> {
		const { clock, account } = this;
		return await this.reads
			.run(async () => await account.outage.ask(clock, request, undone, !this.isEnding))
			.catch((error: unknown) => {
				this.isEnding = this.settings.stopsAtFirstError;
				throw error;
			});
	}

	/** Says how many jobs will be submitted. Once all of them are, a run with `handsOver` hands its jobs over. */
	announce(jobs: number): void {
		this.unsubmitted += jobs;
	}

	/** Runs the life of a job in a slot of the run. */
	async inSlot<T>(life: () => Promise<T>): Promise<T> {
		return await this.slots.run(
			async () =>
				await life().catch((error: unknown) => {
					// While the slot is still taken: otherwise the next job would be submitted.
					if (this.settings.stopsAtFirstError || error instanceof StoppedError) this.close();
					throw error;
				}),
		);
	}

	/**
	 * Submits a job in its turn. Throws a TtapiError if the line for the account's slots stands still for too long.
	 * @param maxWaitMs how long that is
	 */
	async submit(submission: Submittable, maxWaitMs: number): Promise<Accepted> {
		const turn = {
			run: this,
			clock: this.clock,
			family: submission.family,
			load: submission.load,
			attempt: async () => await submission.send(),
			maxWaitMs,
			until: this.settings.until,
			requireOpen: () => this.requireOpen(),
		};
		return await this.account.line
			.submit(turn)
			.catch(async (error: unknown) => await submission.rescue(error))
			.finally(() => {
				this.unsubmitted--;
				if (this.unsubmitted === 0) this.allSubmitted();
			});
	}

	/** Looks at a new job until it finishes, the time runs out or it is handed over. */
	async untilEnd({ kind, ...job }: NewJob): Promise<WaitOutcome> {
		const { durations } = this.account;
		const outcome = await this.wait({
			...job,
			kind,
			since: this.clock.now(),
			handOver: this.handOver,
			usual: {
				shortest: () => durations.shortest(kind),
				onFirst: (tell) => durations.onFirst(kind, tell),
			},
		});
		const hasSucceeded = outcome.end === 'finished' && outcome.answer?.job.status === 'SUCCESS';
		if (hasSucceeded) durations.note(kind, outcome.waitedMs);
		return outcome;
	}

	/** Looks at a job that exists already, starting at once, until it finishes or the time runs out. */
	async follow({ since = this.startedAt, ...job }: KnownJob): Promise<WaitOutcome> {
		return await this.wait({ ...job, since, pollNow: true });
	}

	private async wait({
		jobId,
		kind,
		poll,
		...wait
	}: Omit<Wait, 'clock'> & { jobId: string; kind?: string }): Promise<WaitOutcome> {
		const { account, clock, settings } = this;
		const look = async () => {
			const answer = await poll();
			account.outage.noteAnswer();
			return answer;
		};
		return await account.whileWaiting(
			jobId,
			kind,
			async () => await waitForJob({ ...wait, clock, poll: look, endsAt: settings.until }),
		);
	}

	/**
	 * Submits nothing more. The run still waits for the jobs in flight.
	 * @param reason the error for every job that is not submitted any more
	 */
	close(reason: Error = new NotSubmittedError()): void {
		this.closed ??= reason;
		this.account.line.leave(this, this.closed);
	}

	/** Throws if nothing more is to be submitted. */
	private requireOpen(): void {
		if (this.closed) throw this.closed;
		if (this.clock.isStopped) throw new StoppedError();
		if (this.clock.now() >= (this.settings.until ?? Infinity)) throw noTimeError();
	}
}
