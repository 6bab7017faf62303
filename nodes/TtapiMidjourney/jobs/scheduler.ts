import type { Clock } from './clock';
import { Durations } from './durations';
import { StoppedError } from './errors';
import type { JobAnswer } from './job';
import type { Outage, Undone } from './outage';
import { Slots } from './slots';
import { SubmitLine, type Accepted, type SubmitAnswer, type WaitOptions } from './submitLine';
import { waitForJob, type WaitOutcome } from './waitForJob';

const READS_AT_ONCE = 10;

/** A job to submit. */
export interface Submittable {
	/** Sends the submit once; called again only if TTAPI has certainly accepted nothing. */
	send: () => Promise<SubmitAnswer>;
	/** Gives the job of a failed submit if it was found after all; otherwise throws. */
	rescue: (error: unknown) => Promise<Accepted>;
}

export interface NewJob extends WaitOptions {
	poll: () => Promise<JobAnswer>;
	/** Jobs with the same key take about the same time. */
	durationKey: string;
}

export interface KnownJob extends WaitOptions {
	poll: () => Promise<JobAnswer>;
	/** When it was submitted, in ms of the clock. If that is unknown, the start of the run counts. */
	since?: number;
	/** Whether to poll only once, and hand the job over if it has not finished. */
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

/** Decides when the jobs of one run are submitted and polled. At most `maxInFlight` of them are unfinished at once. */
export class Scheduler {
	private readonly slots: Slots;

	private readonly reads = new Slots(READS_AT_ONCE);

	private readonly line: SubmitLine;

	private readonly durations = new Map<string, Durations>();

	private readonly startedAt: number;

	/** How many announced jobs TTAPI has neither accepted nor refused yet. */
	private unsubmitted = 0;

	private readonly handOver?: Promise<void>;

	private allSubmitted: () => void = () => {};

	constructor(
		private readonly clock: Clock,
		private readonly settings: SchedulerSettings,
		private readonly outage: Outage,
	) {
		this.slots = new Slots(settings.maxInFlight);
		this.line = new SubmitLine(clock, outage, settings.until);
		this.startedAt = clock.now();
		if (settings.handsOver) this.handOver = new Promise((resolve) => (this.allSubmitted = resolve));
	}

	/**
	 * Sends a free request, with its own retries, as soon as few enough others are under way and TTAPI answers. Throws an
	 * OutageError if it doesn't. If the run ends with the first error, that is at once, because there have been some.
	 */
	async ask<T>(request: () => Promise<T>, undone: Undone): Promise<T> {
		const isPatient = !this.settings.stopsAtFirstError;
		return await this.reads.run(async () => await this.outage.ask(request, undone, isPatient));
	}

	/** Polls a job as soon as few enough other free requests are under way, also during an outage. */
	private async poll(request: () => Promise<JobAnswer>): Promise<JobAnswer> {
		const answer = await this.reads.run(request);
		this.outage.noteAnswer();
		return answer;
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

	/** Submits a job as soon as the account has a free slot. Throws a TtapiError if that takes too long. */
	async submit(submission: Submittable, options: WaitOptions): Promise<Accepted> {
		return await this.line
			.submit(async () => await submission.send(), options)
			.catch(async (error: unknown) => await submission.rescue(error))
			.finally(() => {
				this.unsubmitted--;
				if (this.unsubmitted === 0) this.allSubmitted();
			});
	}

	/** Polls a new job until it finishes, the time runs out or it is handed over. */
	async untilEnd({ poll, durationKey, maxWaitMs, firstIntervalMs }: NewJob): Promise<WaitOutcome> {
		const since = this.clock.now();
		const durations = this.durations.get(durationKey) ?? new Durations();
		this.durations.set(durationKey, durations);
		return await waitForJob({
			clock: this.clock,
			poll: async () => await this.poll(poll),
			since,
			maxWaitMs,
			endsAt: this.settings.until,
			firstIntervalMs,
			durations,
			handOver: this.handOver,
		}).finally(() => this.jobEnded());
	}

	/** Polls a job that exists already, starting at once, until it finishes or the time runs out. */
	async follow({ poll, since, ...job }: KnownJob): Promise<WaitOutcome> {
		return await waitForJob({
			...job,
			clock: this.clock,
			poll: async () => await this.poll(poll),
			since: since ?? this.startedAt,
			endsAt: this.settings.until,
			pollNow: true,
		});
	}

	/** Says that a job of this run is over, so the account may have a free slot. */
	jobEnded(): void {
		this.line.jobEnded();
	}

	/**
	 * Submits nothing more. The run still waits for the jobs in flight.
	 * @param reason the error for every job that is not submitted any more
	 */
	close(reason?: Error): void {
		this.line.close(reason);
	}

	/** Throws if nothing more is to be submitted. Attempts that took time to prepare call this before they send. */
	requireOpen(): void {
		this.line.requireOpen();
	}
}
