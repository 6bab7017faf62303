import { UnreachableError } from '../../../nodes/TtapiMidjourney/jobs/outage.ts';
import type { JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import type { Scheduler } from '../../../nodes/TtapiMidjourney/jobs/scheduler.ts';
import type { Accepted, SubmitAnswer } from '../../../nodes/TtapiMidjourney/jobs/submitLine.ts';
import type { WaitOutcome } from '../../../nodes/TtapiMidjourney/jobs/waitForJob.ts';
import { answerWith, doneBody, waitingBody } from './bodies.mts';
import type { VirtualClock } from './virtualClock.mts';

export const BUSY: SubmitAnswer = { kind: 'busy', why: 'queueFull' };

export const tooMany = (retryAfterMs?: number): SubmitAnswer => ({
	kind: 'busy',
	why: 'tooManyRequests',
	retryAfterMs,
});

export const unreachable = (): SubmitAnswer => ({
	kind: 'unreachable',
	error: new UnreachableError('TTAPI cannot be reached: the connection was refused', {
		description: '',
	}),
});

export const acceptedAs = (jobId: string): SubmitAnswer => ({ kind: 'accepted', jobId, body: {} });

/** What became of a job. */
export interface Result {
	accepted: Accepted;
	outcome?: WaitOutcome;
}

const giveUp = async (error: unknown) => await Promise.reject(error as Error);

/** What is different in the life of a job. */
export interface Life {
	submit?: () => Promise<SubmitAnswer>;
	rescue?: (error: unknown) => Promise<Accepted>;
	poll?: (jobId: string) => Promise<JobAnswer>;
	durationKey?: string;
	maxWaitMs?: number;
	firstIntervalMs?: number;
	/** Whether somebody waits for its end. */
	isWaitedFor?: boolean;
	onAccepted?: (accepted: Accepted) => void;
	/** Called in the job's slot; what it throws is an error of the run. */
	onEnd?: () => void;
}

/** TTAPI as the scheduler sees it: an account with slots, whose jobs take the time that a test gives them. */
export class FakeAccount {
	/** When each job was taken, and when it ends, by its number. */
	readonly jobs: Array<{ startsAt: number; endsAt: number; polls: number }> = [];

	/** When each try to submit came. */
	readonly tries: number[] = [];

	/** The most unfinished jobs that there were at any moment. */
	mostUnfinished = 0;

	constructor(
		private readonly clock: VirtualClock,
		private readonly durationMs: number,
		private readonly slots = Infinity,
	) {}

	get requests(): number {
		return this.tries.length + this.jobs.reduce((sum, { polls }) => sum + polls, 0);
	}

	submit = async (): Promise<SubmitAnswer> => {
		const now = this.clock.now();
		this.tries.push(now);
		const unfinished = this.jobs.filter(({ endsAt }) => endsAt > now).length;
		if (unfinished >= this.slots) return BUSY;
		this.jobs.push({ startsAt: now, endsAt: now + this.durationMs, polls: 0 });
		this.mostUnfinished = Math.max(this.mostUnfinished, unfinished + 1);
		return acceptedAs(String(this.jobs.length - 1));
	};

	poll = async (jobId: string): Promise<JobAnswer> => {
		const job = this.jobs[Number(jobId)];
		job.polls++;
		const hasEnded = this.clock.now() >= job.endsAt;
		return answerWith(hasEnded ? doneBody({ jobId }) : waitingBody(jobId));
	};

	/** Submits `count` jobs at once, in fast mode unless told otherwise, and follows them to their end. */
	async all(scheduler: Scheduler, count: number, changes: Life = {}) {
		return await Promise.all(
			Array.from({ length: count }, async () => await this.one(scheduler, changes)),
		);
	}

	/** The life of one job, by the scheduler's verbs. */
	async one(scheduler: Scheduler, changes: Life = {}): Promise<Result> {
		const { poll = this.poll, submit = this.submit, isWaitedFor = true, ...life } = changes;
		const { rescue = giveUp } = changes;
		const options = { maxWaitMs: 360_000, firstIntervalMs: 5_000, ...life };
		scheduler.announce(1);
		return await scheduler.inSlot(async () => {
			const accepted = await scheduler.submit({ send: submit, rescue }, options);
			life.onAccepted?.(accepted);
			if (!isWaitedFor) return { accepted };
			const outcome = await scheduler.untilEnd({
				durationKey: 'fast imagine',
				...options,
				poll: async () => await poll(accepted.jobId),
			});
			life.onEnd?.();
			return { accepted, outcome };
		});
	}
}

/** Makes the jitter of all waits the same: none. */
export const NO_JITTER = 0.5;
