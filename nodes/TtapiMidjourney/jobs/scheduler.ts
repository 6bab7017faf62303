import type { Clock } from './clock';
import type { JobAnswer } from './job';
import { Durations } from './durations';
import { Slots } from './slots';
import { SubmitLine, type Accepted, type Patience, type SubmitAnswer } from './submitLine';
import { waitForJob, type WaitOutcome } from './waitForJob';

/** How many free questions are under way at once, however many jobs there are. */
const READS_AT_ONCE = 10;

/** A job to submit. `T` is what its caller makes of it. */
export interface JobToSubmit<T> extends Patience {
	/** Jobs with the same key take about the same time. */
	durationKey: string;
	/** One try to submit. */
	submit: () => Promise<SubmitAnswer>;
	/** Told what kept the job from being accepted, still in its slot: gives the job where it was found after all, or throws. */
	rescue: (error: unknown) => Promise<Accepted>;
	/** Told as soon as the job's id is known, before anything else happens. */
	onAccepted: (accepted: Accepted) => void;
	/** One look at the job, `ageMs` after it was accepted; undefined: the receipt is all that is wanted. */
	poll?: (jobId: string, ageMs: number) => Promise<JobAnswer>;
	/** Makes something of the result, still in the job's slot: throws where it is an error of the run. */
	judge: (accepted: Accepted, outcome: WaitOutcome | undefined) => T;
}

/** A job that exists already. */
export interface JobToFollow extends Patience {
	poll: () => Promise<JobAnswer>;
	/** When it was submitted, in ms of the clock; the start of the run where that is not known. */
	since?: number;
	/** Look once only, and hand it over where it has not ended. */
	pollOnce?: boolean;
}

export interface RunSettings {
	/** How many jobs of this run may be unfinished at any moment. */
	maxInFlight: number;
	/** Whether the first error ends the submits. */
	stopsAtFirstError: boolean;
	/** Whether the jobs are handed over once all of them are submitted: somebody else waits for their end. */
	handsOver: boolean;
}

/** All the jobs of one execution: at most `maxInFlight` of them unfinished, the next submitted the moment one ends. */
export class Scheduler {
	private readonly slots: Slots;

	/** For everything that is asked of TTAPI for free. */
	readonly reads = new Slots(READS_AT_ONCE);

	private readonly line: SubmitLine;

	private readonly durations = new Map<string, Durations>();

	private readonly startedAt: number;

	/** Jobs that TTAPI has neither taken nor refused yet. */
	private unsubmitted = 0;

	private readonly handOver?: Promise<void>;

	private allSubmitted: () => void = () => {};

	constructor(
		private readonly clock: Clock,
		private readonly settings: RunSettings,
	) {
		this.slots = new Slots(settings.maxInFlight);
		this.line = new SubmitLine(clock);
		this.startedAt = clock.now();
		if (settings.handsOver) this.handOver = new Promise((resolve) => (this.allSubmitted = resolve));
	}

	/**
	 * Submits the job in a slot, and keeps the slot until the job has ended, its time is up or it is handed over.
	 * All jobs of a run must be given to it in the same turn: when none is left unsubmitted, they are handed over.
	 */
	async submit<T>(job: JobToSubmit<T>): Promise<T> {
		this.unsubmitted++;
		return await this.inSlot(async () => await this.submitAndWait(job));
	}

	/** Waits for a job that exists already, and looks at it at once. */
	async follow(job: JobToFollow): Promise<WaitOutcome> {
		return await waitForJob({
			...this.shared(job),
			poll: async () => await this.reads.run(job.poll),
			since: job.since ?? this.startedAt,
			pollNow: true,
			pollOnce: job.pollOnce,
		});
	}

	/**
	 * The same for a job of an earlier attempt, which has its slot at TTAPI: so it takes one of the run's.
	 * @param judge makes something of the result, still in the job's slot: throws where it is an error of the run
	 */
	async takeOver<T>(job: JobToFollow, judge: (outcome: WaitOutcome) => T): Promise<T> {
		return await this.inSlot(async () =>
			judge(await this.follow(job).finally(() => this.line.jobEnded())),
		);
	}

	/**
	 * Submits nothing more; the jobs in flight are still waited for.
	 * @param reason the error of every job that is not submitted any more
	 */
	close(reason?: Error): void {
		this.line.close(reason);
	}

	/** Throws where the run was closed in the meantime: for submits that take their time to prepare. */
	requireOpen(): void {
		this.line.requireOpen();
	}

	private async inSlot<T>(work: () => Promise<T>): Promise<T> {
		return await this.slots.run(
			async () =>
				await work().catch((error: unknown) => {
					// Before the slot is given back, or the next job would be on its way.
					if (this.settings.stopsAtFirstError) this.close();
					throw error;
				}),
		);
	}

	private async submitAndWait<T>(job: JobToSubmit<T>): Promise<T> {
		const accepted = await this.line
			.submit(job.submit, job)
			.finally(() => {
				this.unsubmitted--;
				if (this.unsubmitted === 0) this.allSubmitted();
			})
			.catch(job.rescue);
		job.onAccepted(accepted);
		const { poll, durationKey } = job;
		const since = this.clock.now();
		const durations = this.durations.get(durationKey) ?? new Durations();
		this.durations.set(durationKey, durations);
		const outcome =
			poll &&
			(await waitForJob({
				...this.shared(job),
				poll: async () =>
					await this.reads.run(async () => await poll(accepted.jobId, this.clock.now() - since)),
				since,
				durations,
				handOver: this.handOver,
			}).finally(() => this.line.jobEnded()));
		return job.judge(accepted, outcome);
	}

	private shared({ maxWaitMs, firstIntervalMs }: Patience) {
		return { clock: this.clock, maxWaitMs, firstIntervalMs };
	}
}
