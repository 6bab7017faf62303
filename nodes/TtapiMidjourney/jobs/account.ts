import { Capacity } from './capacity';
import type { Clock } from './clock';
import { isFinished, type Job, type JobFamily } from './job';
import { FIRST_POLL_SECONDS, LONGEST_WAIT_SECONDS } from './limits';
import { Line } from './line';
import { Outage } from './outage';
import { Questions } from './questions';
import { Durations, nextLookAt, nextUrgentLookAt } from './schedule';

/** What the account asks TTAPI by itself, free of charge. Each throws a TtapiError if TTAPI can't be asked. */
export interface AccountQuestions {
	/** How many jobs it may have unfinished; undefined if the host doesn't say it. */
	slots: () => Promise<number | undefined>;
	/** Looks at a job, and tells the account what it sees. @returns false if TTAPI doesn't know it */
	look: (jobId: string, family: JobFamily) => Promise<boolean>;
	/** The job of the account that has ended last; undefined if the host doesn't say it. */
	lastEnded: () => Promise<string | undefined>;
}

/** How long the first submits wait to hear how many slots there are, in ms. */
const SLOTS_MS = 3_000;

/** When that is asked again: usually, and if TTAPI could not be asked. In ms. */
const SLOTS_AGAIN_MS = { usually: 30 * 60_000, afterTrouble: 60_000 };

/** How often a process whose jobs find no slot asks whether those of others end, in ms. */
const OTHERS_MS = 10_000;

/** A job that TTAPI has accepted but doesn't know after this time does not exist, in ms. */
const UNKNOWN_MS = 10_000;

/** How much later than the schedule a wait may look at its job before the account does, in ms: Poll Interval may be long. */
const LATE_MS = 5_000;

/** More than any account has. */
const MOST_JOBS = 1_000;

/** Of which jobs is remembered that they exist. */
const MOST_KNOWN = 10_000;

/** An unfinished job of the account. Times in ms of the clock. */
interface Unfinished {
	readonly jobId: string;
	readonly family: JobFamily;
	readonly since: number;
	/** How long it took till the last look at it, whoever looked. */
	age: number;
	/** What takes about as long, if it is waited for. */
	kind?: string;
	isAsked?: boolean;
}

/**
 * A TTAPI account, as all runs of this process use it together: its slots, the line for them, its unfinished jobs, and what
 * TTAPI allows to ask. A job holds a slot from its submit until its end is seen, whoever sees it.
 */
export class Account {
	readonly questions: Questions;

	readonly durations = new Durations();

	readonly outage: Outage;

	private readonly capacity: Capacity;

	readonly line: Line;

	/** By ID. */
	private readonly unfinished = new Map<string, Unfinished>();

	/** How many waits look at each job. */
	private readonly waits = new Map<string, number>();

	/** How its runs ask for the account. */
	private readonly askers = new Set<AccountQuestions>();

	/** Whether each of the jobs has ended that were accepted, or seen in an answer. */
	private readonly known = new Map<string, boolean>();

	private learnAt = -Infinity;

	private others: { lastEnded?: string; askAt: number } = { askAt: -Infinity };

	/** @param clock of the process: no Stop of an execution ends its sleeps */
	constructor(readonly clock: Clock) {
		this.capacity = new Capacity(clock);
		this.questions = new Questions(clock, () => this.capacity.most);
		this.outage = new Outage(clock, async () => await this.asks?.lastEnded());
		this.line = new Line(clock, this.capacity, this.outage, {
			unfinished: () => this.unfinished.size,
			beforeTry: () => this.lookForRoom(),
			slotsKnown: async () => await this.learnSlots(),
			onTooMany: (retryAfterMs) => this.noteTooMany(retryAfterMs),
			onAccepted: ({ family }, { jobId }) => this.saw({ jobId, family, status: 'SUBMITTED' }),
		});
	}

	/** How the newest of its runs asks for the account; undefined if there is none. */
	get asks(): AccountQuestions | undefined {
		return [...this.askers].at(-1);
	}

	/**
	 * Lets a run ask for the account.
	 * @returns a function that ends that: with the run, because the questions keep the data of its execution in memory
	 */
	letAsk(questions: AccountQuestions): () => void {
		this.askers.add(questions);
		return () => void this.askers.delete(questions);
	}

	/**
	 * Says that the job exists, though TTAPI may say that it doesn't know it.
	 * @returns whether it has ended, as far as this process has ever heard: an answer may come late
	 */
	know(jobId: string, hasEnded = false): boolean {
		const key = keyOf(jobId);
		const ended = this.known.get(key) || hasEnded;
		this.known.set(key, ended);
		if (this.known.size > MOST_KNOWN) this.known.delete(this.known.keys().next().value!);
		return ended;
	}

	/** Whether this process has heard that the job exists. */
	knows(jobId: string): boolean {
		return this.known.has(keyOf(jobId));
	}

	/** Says what TTAPI has told of a job, whoever asked. */
	saw(job: Pick<Job, 'jobId' | 'family' | 'status'>): void {
		if (this.know(job.jobId, isFinished(job))) this.end(job.jobId);
		else this.begin(job.jobId, job.family);
	}

	/** Says that there were too many requests. */
	noteTooMany(retryAfterMs?: number): void {
		this.questions.noteTooMany(retryAfterMs);
		this.line.pause(retryAfterMs);
	}

	/**
	 * Waits for a job: as long as that looks at it in time, the account needn't.
	 * @param kind what takes about as long, if that is known
	 */
	async whileWaiting<T>(
		jobId: string,
		kind: string | undefined,
		wait: () => Promise<T>,
	): Promise<T> {
		const key = keyOf(jobId);
		const job = this.unfinished.get(key);
		if (job) job.kind = kind;
		const count = (change: number) => {
			const waits = (this.waits.get(key) ?? 0) + change;
			if (waits > 0) this.waits.set(key, waits);
			else this.waits.delete(key);
		};
		count(1);
		return await wait().finally(() => count(-1));
	}

	private begin(jobId: string, family: JobFamily): void {
		const key = keyOf(jobId);
		const since = this.clock.now();
		const job = this.unfinished.get(key);
		if (job) job.age = since - job.since;
		else if (this.unfinished.size < MOST_JOBS)
			this.unfinished.set(key, { jobId, family, since, age: 0 });
	}

	private end(jobId: string): void {
		if (!this.unfinished.delete(keyOf(jobId))) return;
		this.capacity.ended();
		this.line.wake();
	}

	private lookForRoom(): void {
		const now = this.clock.now();
		for (const [key, job] of this.unfinished) {
			const isWaitedFor = this.waits.has(key);
			const age = now - job.since;
			if (!isWaitedFor && age > LONGEST_WAIT_SECONDS * 1_000) this.end(job.jobId);
			else if (!job.isAsked && age >= this.nextLookAt(job, isWaitedFor)) void this.look(job);
		}
		if (this.capacity.isRefused) void this.lookAtOthers();
	}

	/** The age of a job at which the account looks at it: if a wait does, only if that is late. */
	private nextLookAt({ age, kind = '' }: Unfinished, isWaitedFor: boolean): number {
		const { fast, relax } = FIRST_POLL_SECONDS;
		if (!isWaitedFor) return age === 0 ? fast * 1_000 : nextUrgentLookAt(age);
		return nextLookAt(age, relax * 1_000, this.durations.shortest(kind)) + LATE_MS;
	}

	private async look(job: Unfinished): Promise<void> {
		const { jobId, family, since } = job;
		job.isAsked = true;
		const isKnown = await this.asks?.look(jobId, family).catch(() => true);
		job.isAsked = false;
		job.age = this.clock.now() - since;
		if (isKnown === false && job.age >= UNKNOWN_MS) this.end(jobId);
	}

	private async learnSlots(): Promise<void> {
		if (this.clock.now() < this.learnAt) return;
		this.learnAt = Infinity;
		const learning = this.asks?.slots().then(
			(slots) => {
				this.capacity.say(slots);
				this.learnAt = this.clock.now() + SLOTS_AGAIN_MS.usually;
			},
			() => void (this.learnAt = this.clock.now() + SLOTS_AGAIN_MS.afterTrouble),
		);
		await Promise.race([learning, this.clock.sleep(SLOTS_MS)]);
	}

	/** A process whose jobs find no slot sees by the history whether the line of the others moves. */
	private async lookAtOthers(): Promise<void> {
		const now = this.clock.now();
		if (now < this.others.askAt) return;
		this.others.askAt = now + OTHERS_MS;
		const lastEnded = await this.asks?.lastEnded().catch(() => undefined);
		if (lastEnded === undefined || lastEnded === this.others.lastEnded) return;
		if (this.others.lastEnded !== undefined) this.capacity.movedAt = this.clock.now();
		this.others.lastEnded = lastEnded;
	}
}

const keyOf = (jobId: string): string => jobId.toLowerCase();
