import { Deadlines } from './deadlines';
import { ANSWERS } from './answers';
import type { Clock } from './clock';
import { RAISE_EXECUTION_TIMEOUT, TtapiError } from './errors';
import { NOT_SUBMITTED, type Outage, type UnreachableError } from './outage';
import { pollIntervals } from './pollIntervals';

/** What came of one attempt to submit. Everything else is thrown as a TtapiError and never retried. */
export type SubmitAnswer =
	| { kind: 'accepted'; jobId: string; body: Record<string, unknown> }
	/** Certainly not accepted: the account has no free slot, or there were too many requests. */
	| { kind: 'busy'; why: BusyReason; retryAfterMs?: number }
	/** Certainly not accepted: there was no connection. */
	| { kind: 'unreachable'; error: UnreachableError };

type BusyReason = 'queueFull' | 'tooManyRequests';
type Busy = Extract<SubmitAnswer, { kind: 'busy' }>;

export type Accepted = Extract<SubmitAnswer, { kind: 'accepted' }>;

export interface WaitOptions {
	/** How long to wait for a free slot, and then for the job itself, in ms. */
	maxWaitMs: number;
	/** How long to wait before the first retry of a refused submit, and before the first poll of the job, in ms. */
	firstIntervalMs: number;
}

/** The job was not submitted, because another one failed and that ends the run. */
export class NotSubmittedError extends Error {}

const RETRIES_WITHOUT_CONNECTION = 3;
const WAIT_WITHOUT_CONNECTION_MS = 1_000;

/** A job in line. `resolve` and `reject` settle the promise that its caller waits for. */
interface InLine {
	attempt: () => Promise<SubmitAnswer>;
	options: WaitOptions;
	/** In ms of the clock. */
	deadline: number;
	resolve: (accepted: Accepted) => void;
	reject: (error: unknown) => void;
}

/**
 * Submits the jobs of one run: all at once, as long as TTAPI accepts them. Once it refuses one because it is busy, the others
 * line up, and only the first in line is retried: when a job of this run has finished, or after a growing wait.
 */
export class SubmitLine {
	private readonly line: InLine[] = [];

	/** The last refusal, until the line is empty. */
	private busy?: { why: BusyReason; until: number };

	/** Since when no submit was accepted and no job of this run has finished. */
	private busySince?: number;

	private waits?: Generator<number, never>;

	private isMoving = false;

	private closed?: Error;

	private wake: () => void = () => {};

	private readonly deadlines: Deadlines;

	/** @param until when nothing is submitted any more, in ms of the clock: n8n is about to stop the execution */
	constructor(
		private readonly clock: Clock,
		private readonly outage: Outage,
		private readonly until = Infinity,
	) {
		this.deadlines = new Deadlines(clock);
	}

	/**
	 * Submits one job, once there is a free slot for it. Throws a TtapiError if there is none within `maxWaitMs`.
	 * @param attempt sends the submit once; called again only if TTAPI has certainly accepted nothing
	 */
	async submit(attempt: () => Promise<SubmitAnswer>, options: WaitOptions): Promise<Accepted> {
		const arrivedAt = this.clock.now();
		if (!this.busy) {
			const answer = await this.tryOnce(attempt, options);
			if (answer.kind === 'accepted') return answer;
			this.requireOpen();
		}
		// If the account has been busy for some time, that time counts for late arrivals, too.
		const deadline = Math.min((this.busySince ?? arrivedAt) + options.maxWaitMs, this.until);
		let cancelDeadline = () => {};
		const waiting = new Promise<Accepted>((resolve, reject) => {
			const job = { attempt, options, deadline, resolve, reject };
			this.line.push(job);
			cancelDeadline = this.deadlines.set(Math.max(0, deadline - this.clock.now()), (stopped) => {
				if (stopped) reject(stopped);
				else if (this.line.includes(job)) this.giveUp(job);
			});
			void this.move();
		});
		return await waiting.finally(() => cancelDeadline());
	}

	/** Says that a job of this run is over, so the account may have a free slot. */
	jobEnded(): void {
		this.busySince = undefined;
		if (this.busy?.why !== 'queueFull') return;
		this.busy.until = this.clock.now();
		this.wake();
	}

	/**
	 * Submits nothing more.
	 * @param reason the error for every job that has not been accepted yet
	 */
	close(reason: Error = new NotSubmittedError()): void {
		this.closed ??= reason;
		for (const { reject } of this.line.splice(0)) reject(this.closed);
		this.wake();
	}

	/** Throws if the line is closed or its time is over. Attempts that took time to prepare call this before they send. */
	requireOpen(): void {
		if (this.closed) throw this.closed;
		if (this.isOver) throw noTimeError();
	}

	private get isOver(): boolean {
		return this.clock.now() >= this.until;
	}

	/** Retries the first in line until the line is empty. */
	private async move(): Promise<void> {
		if (this.isMoving) return;
		this.isMoving = true;
		for (;;) {
			const isStopped = await this.untilNextTry().then(
				() => false,
				() => true,
			);
			// On Stop, the deadline of each job in line rejects it.
			const job = isStopped ? undefined : this.line.shift();
			if (!job) break;
			if (this.clock.now() >= job.deadline) {
				job.reject(this.noSlot(job));
				continue;
			}
			await this.tryOnce(job.attempt, job.options).then((answer) => {
				if (answer.kind === 'accepted') return job.resolve(answer);
				if (this.closed) return job.reject(this.closed);
				this.line.unshift(job);
				if (this.clock.now() >= job.deadline) this.giveUp(job);
			}, job.reject);
		}
		this.busy = undefined;
		this.isMoving = false;
	}

	private async untilNextTry(): Promise<void> {
		if (!this.busy) return;
		await Promise.race([
			this.clock.sleep(Math.max(0, this.busy.until - this.clock.now())),
			new Promise<void>((resolve) => (this.wake = resolve)),
		]);
	}

	private async tryOnce(attempt: () => Promise<SubmitAnswer>, options: WaitOptions) {
		const connected = async () => await this.tryToConnect(attempt, options);
		return await this.outage.submit(connected, NOT_SUBMITTED);
	}

	private async tryToConnect(
		attempt: () => Promise<SubmitAnswer>,
		options: WaitOptions,
	): Promise<Exclude<SubmitAnswer, { kind: 'unreachable' }>> {
		for (let retries = 0; ; retries++) {
			this.requireOpen();
			const answer = await attempt();
			if (answer.kind === 'busy') this.noteBusy(answer, options);
			if (answer.kind === 'accepted') this.waits = this.busySince = undefined;
			if (answer.kind !== 'unreachable') return answer;
			if (retries === RETRIES_WITHOUT_CONNECTION) throw answer.error;
			await this.clock.sleep(WAIT_WITHOUT_CONNECTION_MS * 2 ** retries);
		}
	}

	private noteBusy({ why, retryAfterMs }: Busy, { firstIntervalMs }: WaitOptions): void {
		const now = this.clock.now();
		// Refusals that arrive before the next attempt is due count as one.
		if (this.busy && this.busy.until > now && retryAfterMs === undefined) return;
		this.busySince ??= now;
		this.waits ??= pollIntervals(firstIntervalMs);
		this.busy = { why, until: now + (retryAfterMs ?? this.waits.next().value) };
	}

	private giveUp(job: InLine): void {
		this.line.splice(this.line.indexOf(job), 1);
		job.reject(this.noSlot(job));
	}

	private noSlot({ options }: InLine): TtapiError {
		if (this.isOver) return noTimeError();
		return noSlotError(this.busy?.why ?? 'queueFull', options.maxWaitMs);
	}
}

const noTimeError = (): TtapiError =>
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
