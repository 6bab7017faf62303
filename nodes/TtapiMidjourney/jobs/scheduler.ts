import type { Clock } from './clock';
import { Durations } from './durations';
import { StoppedError } from './errors';
import type { JobAnswer } from './job';
import { Slots } from './slots';
import { SubmitLine, type Accepted, type Patience, type SubmitAnswer } from './submitLine';
import { waitForJob, type WaitOutcome } from './waitForJob';

/** How many free questions are under way at once, however many jobs there are. */
const READS_AT_ONCE = 10;

/** A job to submit. */
export interface Submittable {
	/** One try; it is repeated only if it is certain that nothing was accepted. */
	send: () => Promise<SubmitAnswer>;
	/** Told what kept the job from being accepted: gives the job if it was found after all, or throws. */
	rescue: (error: unknown) => Promise<Accepted>;
}

/** A job that was submitted just now. */
export interface NewJob extends Patience {
	/** Asks for the job's state, `ageMs` after its submit. */
	poll: (ageMs: number) => Promise<JobAnswer>;
	/** Jobs with the same key take about the same time. */
	durationKey: string;
}

/** A job that exists already. */
export interface KnownJob extends Patience {
	poll: () => Promise<JobAnswer>;
	/** When it was submitted, in ms of the clock; left out if that is not known: then the start of the run counts. */
	since?: number;
	/** Poll once only, and hand the job over if it has not finished. */
	pollOnce?: boolean;
}

export interface SchedulerSettings {
	/** How many jobs of the run may be unfinished at any moment. */
	maxInFlight: number;
	/** Whether the first error ends the submits. */
	stopsAtFirstError: boolean;
	/** Whether the jobs are handed over once all of them are submitted: somebody else waits for their end. */
	handsOver: boolean;
}

/** Says when the jobs of one run are submitted and polled: at most `maxInFlight` unfinished, the next submitted as soon as one ends. */
export class Scheduler {
	private readonly slots: Slots;

	private readonly reads = new Slots(READS_AT_ONCE);

	private readonly line: SubmitLine;

	private readonly durations = new Map<string, Durations>();

	private readonly startedAt: number;

	/** The announced jobs that TTAPI has neither taken nor refused yet. */
	private unsubmitted = 0;

	private readonly handOver?: Promise<void>;

	private allSubmitted: () => void = () => {};

	constructor(
		private readonly clock: Clock,
		private readonly settings: SchedulerSettings,
	) {
		this.slots = new Slots(settings.maxInFlight);
		this.line = new SubmitLine(clock);
		this.startedAt = clock.now();
		if (settings.handsOver) this.handOver = new Promise((resolve) => (this.allSubmitted = resolve));
	}

	/** Asks TTAPI something free, as soon as few enough others do. */
	async read<T>(question: () => Promise<T>): Promise<T> {
		return await this.reads.run(question);
	}

	/** Says how many jobs will be submitted: when that is done, the ones in flight are handed over, if the run does so. */
	announce(jobs: number): void {
		this.unsubmitted += jobs;
	}

	/** Runs the life of a job in one of the run's slots. */
	async inSlot<T>(life: () => Promise<T>): Promise<T> {
		return await this.slots.run(
			async () =>
				await life().catch((error: unknown) => {
					// Before the slot is free again: otherwise the next job would be on its way.
					if (this.settings.stopsAtFirstError || error instanceof StoppedError) this.close();
					throw error;
				}),
		);
	}

	/** Submits a job as soon as the account has room for it. Throws a TtapiError if it has none for too long. */
	async submit(submission: Submittable, patience: Patience): Promise<Accepted> {
		return await this.line
			.submit(async () => await submission.send(), patience)
			.catch(async (error: unknown) => await submission.rescue(error))
			.finally(() => {
				this.unsubmitted--;
				if (this.unsubmitted === 0) this.allSubmitted();
			});
	}

	/** Polls a new job until it finishes, its time is up or it is handed over. */
	async untilEnd({ poll, durationKey, maxWaitMs, firstIntervalMs }: NewJob): Promise<WaitOutcome> {
		const since = this.clock.now();
		const durations = this.durations.get(durationKey) ?? new Durations();
		this.durations.set(durationKey, durations);
		return await waitForJob({
			clock: this.clock,
			poll: async () => await this.read(async () => await poll(this.clock.now() - since)),
			since,
			maxWaitMs,
			firstIntervalMs,
			durations,
			handOver: this.handOver,
		}).finally(() => this.jobEnded());
	}

	/** Polls a job that exists already: at once, then until it finishes or its time is up. */
	async follow({ poll, since, ...job }: KnownJob): Promise<WaitOutcome> {
		return await waitForJob({
			...job,
			clock: this.clock,
			poll: async () => await this.read(poll),
			since: since ?? this.startedAt,
			pollNow: true,
		});
	}

	/** Says that a job of this run no longer counts: the account may have room for the next one. */
	jobEnded(): void {
		this.line.jobEnded();
	}

	/**
	 * Submits nothing more; the jobs in flight are still waited for.
	 * @param reason the error of every job that is not submitted any more
	 */
	close(reason?: Error): void {
		this.line.close(reason);
	}

	/** Throws if the run was closed in the meantime: for submits that take their time to prepare. */
	requireOpen(): void {
		this.line.requireOpen();
	}
}
