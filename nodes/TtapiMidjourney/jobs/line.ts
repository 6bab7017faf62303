import { ANSWERS, doubtfulError } from './answers';
import type { Capacity } from './capacity';
import { TICK_MS, type Clock } from './clock';
import { RAISE_EXECUTION_TIMEOUT, TtapiError } from './errors';
import type { JobFamily } from './job';
import { growingWaits } from './schedule';
import { NOT_SUBMITTED, outageError, type Outage, type UnreachableError } from './outage';
import { Turns, type InTurn } from './turns';

/** What came of one attempt to submit. Everything else is thrown as a TtapiError and never retried. */
export type SubmitAnswer =
	| { kind: 'accepted'; jobId: string; body: Record<string, unknown> }
	/** Certainly not accepted: the account has no free slot, or there were too many requests. */
	| { kind: 'busy'; why: BusyReason; retryAfterMs?: number }
	/** Certainly not accepted: there was no connection. */
	| { kind: 'unreachable'; error: UnreachableError };

type BusyReason = 'queueFull' | 'tooManyRequests';

export type Accepted = Extract<SubmitAnswer, { kind: 'accepted' }>;

/** A job to submit. */
export interface Turn {
	/** The run of the node that it is for. */
	run: object;
	family: JobFamily;
	/** Of the run: a Stop ends the wait. */
	clock: Clock;
	/** Loads what the submit sends, if that is large. */
	load?: () => Promise<void>;
	/** Sends the submit once; called again only if TTAPI has certainly accepted nothing. */
	attempt: () => Promise<SubmitAnswer>;
	/** How long to wait for a free slot while the line stands still, in ms. */
	maxWaitMs: number;
	/** When n8n is about to stop the execution, in ms of the clock; undefined for never. */
	until?: number;
	/** Throws if nothing more is to be submitted. */
	requireOpen: () => void;
}

/** What the line knows of the account. */
interface AccountJobs {
	/** How many of its jobs are unfinished. */
	unfinished: () => number;
	/** Looks for what may show that there is room. */
	beforeTry: () => void;
	/** Resolves when it is known how many slots there are, as far as TTAPI says it. */
	slotsKnown: () => Promise<void>;
	onAccepted: (turn: Turn, accepted: Accepted) => void;
	onTooMany: (retryAfterMs?: number) => void;
}

const RETRIES_WITHOUT_CONNECTION = 3;
const WAIT_WITHOUT_CONNECTION_MS = 1_000;

/** The first wait after "too many requests" that names no time, in ms. */
const FIRST_BREAK_MS = 2_000;

/** Longer TTAPI is not believed that it wants no submit, in ms. */
const LONGEST_SUBMIT_BREAK_MS = 5 * 60_000;

/** How long after the end of the run the answer to a submit is waited for: until then it can be said what came of it. In ms. */
const ANSWER_MS = 2_000;

/**
 * For how many more jobs than there are free slots is loaded what they send: all of a long line would fill the memory. Meanwhile
 * such a job holds no slot, and the next one that is ready takes it.
 */
const LOADED_AHEAD = 2;

/** A job in line. */
class InLine implements InTurn {
	round?: number;

	isLoading = false;

	isLoaded: boolean;

	isSending = false;

	/** How many jobs of the account had ended when it was last sent. */
	endings = 0;

	/** What came of it, once it has left the line. */
	outcome?: { accepted: Accepted } | { error: unknown };

	/** Wakes whoever waits for that. */
	wakeUp = () => {};

	constructor(
		readonly turn: Turn,
		/** When it came, in ms of the clock; later by the time that its load took, which is no wait for a slot. */
		public since: number,
	) {
		this.isLoaded = turn.load === undefined;
	}

	get run(): object {
		return this.turn.run;
	}

	settle(outcome: InLine['outcome']): void {
		this.outcome ??= outcome;
		this.wakeUp();
	}
}

/**
 * The jobs that wait for a slot of the account, of all runs of this process. The runs take turns: so a single job starts in the
 * first or second slot that becomes free, whoever has hundreds.
 */
export class Line {
	private readonly turns = new Turns<InLine>();

	/** How many are being submitted. */
	sending = 0;

	private busy: BusyReason = 'queueFull';

	/** Until when TTAPI takes no request ("too many"), in ms of the clock. */
	private breakUntil = -Infinity;

	private breaks?: Generator<number, never>;

	private isWatched = false;

	private wakeUp = () => {};

	/** @param clock of the process: what it does is done for all runs */
	constructor(
		private readonly clock: Clock,
		private readonly capacity: Capacity,
		private readonly outage: Outage,
		private readonly account: AccountJobs,
	) {}

	/** Submits a job in its turn. Throws a TtapiError if it finds no free slot while the line stands still for `maxWaitMs`. */
	async submit(turn: Turn): Promise<Accepted> {
		turn.requireOpen();
		const job = new InLine(turn, this.clock.now());
		this.turns.add(job);
		this.wake();
		try {
			return await this.untilAccepted(job);
		} finally {
			this.remove(job);
		}
	}

	/** Takes the jobs of a run out of the line. @param error for each of them */
	leave(run: object, error: Error): void {
		for (const job of this.turns.waiting.filter((each) => each.run === run))
			this.remove(job, error);
	}

	/** Says that something may have changed. */
	wake(): void {
		void this.watch();
		this.wakeUp();
	}

	/** Submits nothing for a while, because there were too many requests; no longer than some minutes, as paid work waits. */
	pause(retryAfterMs?: number): void {
		const now = this.clock.now();
		// Refusals of requests that were sent together count as one.
		if (now < this.breakUntil && !retryAfterMs) return;
		this.breaks ??= growingWaits(FIRST_BREAK_MS);
		// A time that is over already is none.
		const wait = Math.min(retryAfterMs || this.breaks.next().value, LONGEST_SUBMIT_BREAK_MS);
		this.busy = 'tooManyRequests';
		this.breakUntil = Math.max(this.breakUntil, now + wait);
	}

	private async untilAccepted(job: InLine): Promise<Accepted> {
		const { clock, until = Infinity, maxWaitMs } = job.turn;
		while (!job.outcome) {
			const left = this.deadlineOf(job) - this.clock.now();
			const settled = new Promise<void>((resolve) => (job.wakeUp = resolve));
			// A Stop ends the wait at once. What is under way comes to its own end: its job has a slot of the account.
			await Promise.race([settled, clock.sleep(Math.max(0, Math.min(left, TICK_MS)))]);
			const now = this.clock.now();
			if (job.outcome || now < this.deadlineOf(job)) continue;
			if (job.isSending) throw doubtfulError(ANSWERS.answerLost, ': no answer came in time');
			if (now >= until) throw noTimeError();
			throw this.outage.isOn ? outageError(NOT_SUBMITTED) : noSlotError(this.busy, maxWaitMs);
		}
		if ('error' in job.outcome) throw job.outcome.error;
		return job.outcome.accepted;
	}

	private deadlineOf({ isSending, isLoading, since, turn }: InLine): number {
		const { maxWaitMs, until = Infinity } = turn;
		if (isSending) return until + ANSWER_MS;
		if (isLoading) return until;
		return Math.min(this.capacity.stillSince(since) + maxWaitMs, until);
	}

	/** Submits the first in line as often as there may be room, until the line is empty. */
	private async watch(): Promise<void> {
		if (this.isWatched) return;
		this.isWatched = true;
		try {
			while (this.turns.waiting.length > 0) {
				const woken = new Promise<void>((resolve) => (this.wakeUp = resolve));
				this.account.beforeTry();
				this.loadNext();
				await this.submitWhileThereIsRoom();
				const left = this.breakUntil - this.clock.now();
				await Promise.race([this.clock.sleep(left > 0 ? Math.min(left, TICK_MS) : TICK_MS), woken]);
			}
		} finally {
			this.isWatched = false;
		}
	}

	private async submitWhileThereIsRoom(): Promise<void> {
		while (this.hasRoom()) {
			// The first one goes at once. How many may follow is worth a question.
			if (this.used > 0) await this.account.slotsKnown();
			if (this.hasRoom()) void this.send(this.next!);
		}
	}

	private hasRoom(): boolean {
		if (this.clock.now() < this.breakUntil) return false;
		return this.capacity.hasRoom(this.used, this.sending) && this.next !== undefined;
	}

	/** Loads what the next jobs send, so that no slot is held meanwhile. */
	private loadNext(): void {
		const withLoad = this.turns.waiting.filter(({ turn }) => turn.load);
		const others = withLoad.filter(({ isLoading, isLoaded }) => !isLoading && !isLoaded);
		const begun = withLoad.length - others.length;
		const more = LOADED_AHEAD + Math.max(0, this.capacity.most - this.used) - begun;
		for (const job of others.slice(0, Math.max(0, more))) void this.load(job);
	}

	private async load(job: InLine): Promise<void> {
		const begunAt = this.clock.now();
		job.isLoading = true;
		await job.turn.load!().catch((error: unknown) => this.remove(job, error));
		job.isLoading = false;
		job.isLoaded = true;
		job.since += this.clock.now() - begunAt;
		this.wake();
	}

	private get used(): number {
		return this.account.unfinished() + this.sending;
	}

	private get next(): InLine | undefined {
		return this.turns.waiting.find(({ isLoaded }) => isLoaded);
	}

	private async send(job: InLine): Promise<void> {
		this.turns.take(job);
		this.sending++;
		const trying = this.outage.submit(async () => await this.connected(job), NOT_SUBMITTED);
		const answer = await trying.catch((error: unknown) => {
			job.settle({ error });
			return undefined;
		});
		this.sending--;
		if (answer?.kind === 'accepted') {
			this.breaks = undefined;
			this.account.onAccepted(job.turn, answer);
			this.capacity.accepted(this.used);
			job.settle({ accepted: answer });
		} else if (answer) {
			this.busy = answer.why;
			if (answer.why === 'queueFull')
				this.capacity.refused(this.used, job.endings, this.clock.now() - job.since);
			else this.account.onTooMany(answer.retryAfterMs);
			this.putBack(job);
		}
		this.wake();
	}

	private putBack(job: InLine): void {
		if (job.outcome) return;
		try {
			job.turn.requireOpen();
			this.turns.putBack(job);
			job.wakeUp();
		} catch (error) {
			job.settle({ error });
		}
	}

	private async connected(job: InLine): Promise<Exclude<SubmitAnswer, { kind: 'unreachable' }>> {
		for (let retries = 0; ; retries++) {
			job.turn.requireOpen();
			if (job.outcome) throw new Error('The job has left the line');
			job.isSending = true;
			job.endings = this.capacity.endings;
			const answer = await job.turn.attempt().catch((error: unknown) => {
				job.isSending = false;
				throw error;
			});
			// An accepted job is paid: nobody may give up on it before it is handed over.
			job.isSending = answer.kind === 'accepted';
			if (answer.kind !== 'unreachable') return answer;
			if (retries === RETRIES_WITHOUT_CONNECTION) throw answer.error;
			await this.clock.sleep(WAIT_WITHOUT_CONNECTION_MS * 2 ** retries);
		}
	}

	/** @param error what came of it, unless that is known */
	private remove(job: InLine, error?: unknown): void {
		this.turns.remove(job);
		job.settle({ error });
	}
}

export const noTimeError = (): TtapiError =>
	new TtapiError("n8n's own execution timeout is too near, so the job was not submitted", {
		description: `Nothing was paid for it. ${RAISE_EXECUTION_TIMEOUT}`,
	});

function noSlotError(why: BusyReason, maxWaitMs: number): TtapiError {
	const { happened, toDo } = ANSWERS[why];
	const seconds = Math.round(maxWaitMs / 1000);
	return new TtapiError(`${happened} for ${seconds} s, so the job was not submitted`, {
		description: `${toDo} Nothing was paid.`,
		httpStatus: why === 'queueFull' ? 499 : 429,
	});
}
