import type { Clock } from './clock';
import type { JobAnswer } from './job';
import { Durations } from './lookTimes';
import { Slots } from './slots';
import { SubmitLine, type Accepted, type Patience, type SubmitAnswer } from './submitLine';
import { waitForJob, type WaitOutcome } from './waitForJob';

/** How many looks are under way at once, however many jobs there are. */
const READS_AT_ONCE = 10;

/** A job to submit. */
export interface JobToSubmit extends Patience {
	/** One try to submit. */
	submit: () => Promise<SubmitAnswer>;
	/** Told as soon as the job's id is known, before anything else happens. */
	onAccepted: (accepted: Accepted) => void;
	/** One look at the job; undefined: the receipt is all that is wanted. */
	look?: (jobId: string) => Promise<JobAnswer>;
}

/** A job that exists already. */
export interface JobToFollow extends Patience {
	look: () => Promise<JobAnswer>;
}

/** All the jobs of one execution: at most `maxInFlight` of them unfinished, the next submitted the moment one ends. */
export class JobRun {
	private readonly slots: Slots;

	private readonly reads = new Slots(READS_AT_ONCE);

	private readonly line: SubmitLine;

	private readonly durations = new Durations();

	private readonly startedAt: number;

	constructor(
		private readonly clock: Clock,
		maxInFlight: number,
	) {
		this.slots = new Slots(maxInFlight);
		this.line = new SubmitLine(clock, async () => await this.slots.nextRelease());
		this.startedAt = clock.now();
	}

	/** Submits the job in a slot, and keeps the slot until the job has ended or its time is up. */
	async submit(job: JobToSubmit): Promise<{ accepted: Accepted; outcome?: WaitOutcome }> {
		return await this.slots.run(async () => {
			const accepted = await this.line.submit(job.submit, job);
			job.onAccepted(accepted);
			const { look } = job;
			if (!look) return { accepted };
			const outcome = await waitForJob({
				...this.shared(job),
				look: async () => await this.reads.run(async () => await look(accepted.jobId)),
				since: this.clock.now(),
				durations: this.durations,
			});
			return { accepted, outcome };
		});
	}

	/** Waits for a job that exists already, counted from the start of the run, and looks at it at once. */
	async follow(job: JobToFollow): Promise<WaitOutcome> {
		return await waitForJob({
			...this.shared(job),
			look: async () => await this.reads.run(job.look),
			since: this.startedAt,
			lookNow: true,
		});
	}

	/**
	 * Submits nothing more; the jobs in flight are still waited for.
	 * @param reason the error of every job that is not submitted any more
	 */
	close(reason?: Error): void {
		this.line.close(reason);
	}

	private shared({ maxWaitMs, firstIntervalMs }: Patience) {
		return { clock: this.clock, maxWaitMs, firstIntervalMs };
	}
}
