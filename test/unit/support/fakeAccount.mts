import { UnreachableError } from '../../../nodes/TtapiMidjourney/jobs/outage.ts';
import type { JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';
import { Account } from '../../../nodes/TtapiMidjourney/jobs/account.ts';
import type { Accepted, SubmitAnswer } from '../../../nodes/TtapiMidjourney/jobs/line.ts';
import {
	Scheduler,
	type SchedulerSettings,
} from '../../../nodes/TtapiMidjourney/jobs/scheduler.ts';
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
	load?: () => Promise<void>;
	submit?: () => Promise<SubmitAnswer>;
	rescue?: (error: unknown) => Promise<Accepted>;
	poll?: (jobId: string) => Promise<JobAnswer>;
	kind?: string;
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
	readonly jobs: Array<{ startsAt: number; endsAt: number; polls: number; seenAt?: number }> = [];

	/** When each try to submit came. */
	readonly tries: number[] = [];

	/** The most unfinished jobs that there were at any moment. */
	mostUnfinished = 0;

	/** How many jobs the account says it takes; undefined where the host does not say it. */
	says?: number;

	constructor(
		private readonly clock: VirtualClock,
		private readonly durationMs: number | ((job: number) => number),
		private readonly slots = Infinity,
	) {}

	get requests(): number {
		return this.tries.length + this.jobs.reduce((sum, { polls }) => sum + polls, 0);
	}

	get refused(): number {
		return this.tries.length - this.jobs.length;
	}

	/** The account as one process knows it. */
	process(): Account {
		const account = new Account(this.clock.ofProcess);
		account.letAsk({
			slots: async () => this.says,
			look: async (jobId) => {
				account.saw((await this.poll(jobId)).job);
				return true;
			},
			lastEnded: async () => {
				const now = this.clock.now();
				const ended = this.jobs.filter(({ endsAt }) => endsAt <= now);
				const last = ended.reduce(
					(one, other) => (other.endsAt > one.endsAt ? other : one),
					ended[0],
				);
				return last && String(this.jobs.indexOf(last));
			},
		});
		return account;
	}

	/** A run of the node in that process. */
	run(account = this.process(), settings: Partial<SchedulerSettings> = {}): Run {
		const schedule = { maxInFlight: 10, stopsAtFirstError: false, handsOver: false, ...settings };
		return { account, scheduler: new Scheduler(this.clock, schedule, account) };
	}

	submit = async (): Promise<SubmitAnswer> => {
		const now = this.clock.now();
		this.tries.push(now);
		const unfinished = this.jobs.filter(({ endsAt }) => endsAt > now).length;
		if (unfinished >= this.slots) return BUSY;
		const { durationMs } = this;
		const takes = typeof durationMs === 'number' ? durationMs : durationMs(this.jobs.length);
		this.jobs.push({ startsAt: now, endsAt: now + takes, polls: 0 });
		this.mostUnfinished = Math.max(this.mostUnfinished, unfinished + 1);
		return acceptedAs(String(this.jobs.length - 1));
	};

	poll = async (jobId: string): Promise<JobAnswer> => {
		const job = this.jobs[Number(jobId)];
		job.polls++;
		const hasEnded = this.clock.now() >= job.endsAt;
		if (hasEnded) job.seenAt ??= this.clock.now();
		return answerWith(hasEnded ? doneBody({ jobId }) : waitingBody(jobId));
	};

	/** Submits `count` jobs at once, in fast mode unless told otherwise, and follows them to their end. */
	async all(run: Run, count: number, changes: Life = {}) {
		return await Promise.all(
			Array.from({ length: count }, async () => await this.one(run, changes)),
		);
	}

	/** The life of one job, by the scheduler's verbs. */
	async one({ scheduler, account }: Run, changes: Life = {}): Promise<Result> {
		const { poll = this.poll, submit = this.submit, isWaitedFor = true, ...life } = changes;
		const { rescue = giveUp, maxWaitMs = 360_000, firstIntervalMs = 5_000 } = changes;
		scheduler.announce(1);
		return await scheduler.inSlot(async () => {
			const submission = { family: 'image', load: changes.load, send: submit, rescue } as const;
			const accepted = await scheduler.submit(submission, maxWaitMs);
			life.onAccepted?.(accepted);
			if (!isWaitedFor) return { accepted };
			const { jobId } = accepted;
			const outcome = await scheduler.untilEnd({
				kind: life.kind ?? 'fast imagine',
				jobId,
				maxWaitMs,
				firstIntervalMs,
				// As the client does, whoever asks.
				poll: async () => {
					const answer = await account.questions.ask(this.clock, async () => await poll(jobId));
					account.saw(answer.job);
					return answer;
				},
			});
			life.onEnd?.();
			return { accepted, outcome };
		});
	}
}

/** A run of the node, in a process that knows the account. */
export interface Run {
	account: Account;
	scheduler: Scheduler;
}

/** Makes the jitter of all waits the same: none. */
export const NO_JITTER = 0.5;
