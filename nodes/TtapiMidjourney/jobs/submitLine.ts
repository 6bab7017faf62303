import { Deadlines } from './deadlines';
import { ANSWERS } from './answers';
import type { Clock } from './clock';
import { TtapiError } from './errors';
import { pollIntervals } from './pollIntervals';

/** What came of one try to submit. Everything else is thrown as a TtapiError and never tried again. */
export type SubmitAnswer =
	| { kind: 'accepted'; jobId: string; body: Record<string, unknown> }
	/** Surely not accepted: all slots of the account are taken, or too many requests just now. */
	| { kind: 'busy'; why: BusyReason; retryAfterMs?: number }
	/** Surely not accepted: no connection came about. */
	| { kind: 'unreachable'; error: TtapiError };

type BusyReason = 'queueFull' | 'tooManyRequests';
type Busy = Extract<SubmitAnswer, { kind: 'busy' }>;

export type Accepted = Extract<SubmitAnswer, { kind: 'accepted' }>;

/** How long to wait, for a free slot and for the job itself, and how soon to ask for the first time. */
export interface Patience {
	/** In ms. */
	maxWaitMs: number;
	/** In ms. */
	firstIntervalMs: number;
}

/** Thrown for a job that was never submitted because another one failed before and the run ends. */
export class NotSubmittedError extends Error {}

const RETRIES_WITHOUT_CONNECTION = 3;
const WAIT_WITHOUT_CONNECTION_MS = 1_000;

/** A job in line, with the promise that its caller waits for. */
interface InLine {
	attempt: () => Promise<SubmitAnswer>;
	patience: Patience;
	/** When its patience is over, in ms of the clock. */
	deadline: number;
	resolve: (accepted: Accepted) => void;
	reject: (error: unknown) => void;
}

/**
 * Where the jobs of one run are submitted. As long as TTAPI accepts them, all at once; once it refuses one because it is
 * busy, the others line up, and only the first in line asks again: when a job of this run has ended, or after a growing wait.
 */
export class SubmitLine {
	private readonly line: InLine[] = [];

	/** The last refusal, until somebody is accepted. */
	private busy?: { why: BusyReason; until: number };

	/** Since when nobody was accepted and no job of this run has ended. */
	private busySince?: number;

	private waits?: Generator<number, never>;

	private isMoving = false;

	private closed?: Error;

	private wake: () => void = () => {};

	private readonly deadlines: Deadlines;

	constructor(private readonly clock: Clock) {
		this.deadlines = new Deadlines(clock);
	}

	/**
	 * Submits one job and waits for a free slot where it has to. Throws a TtapiError when its patience is over.
	 * @param attempt one try; it is only repeated when it is sure that nothing was accepted
	 */
	async submit(attempt: () => Promise<SubmitAnswer>, patience: Patience): Promise<Accepted> {
		const arrivedAt = this.clock.now();
		if (!this.busy) {
			const answer = await this.tryOnce(attempt, patience);
			if (answer.kind === 'accepted') return answer;
			this.requireOpen();
		}
		// Whoever comes late to a queue that stays full does not wait all over again.
		const deadline = (this.busySince ?? arrivedAt) + patience.maxWaitMs;
		let takeBack = () => {};
		const waiting = new Promise<Accepted>((resolve, reject) => {
			const job = { attempt, patience, deadline, resolve, reject };
			this.line.push(job);
			takeBack = this.deadlines.set(Math.max(0, deadline - this.clock.now()), (stopped) => {
				if (stopped) reject(stopped);
				else if (this.line.includes(job)) this.giveUp(job);
			});
			void this.move();
		});
		return await waiting.finally(() => takeBack());
	}

	/** A job of this run has ended, so a slot of the account may be free. */
	jobEnded(): void {
		this.busySince = undefined;
		if (this.busy?.why !== 'queueFull') return;
		this.busy.until = this.clock.now();
		this.wake();
	}

	/**
	 * Lets nothing more through.
	 * @param reason what whoever has not been accepted yet gets as its error
	 */
	close(reason: Error = new NotSubmittedError()): void {
		this.closed ??= reason;
		for (const { reject } of this.line.splice(0)) reject(this.closed);
		this.wake();
	}

	/** Throws where the line was closed in the meantime: for attempts that take their time before they submit. */
	requireOpen(): void {
		if (this.closed) throw this.closed;
	}

	/** Asks for the first in line, again and again, until the line is empty. */
	private async move(): Promise<void> {
		if (this.isMoving) return;
		this.isMoving = true;
		for (;;) {
			const isStopped = await this.untilNextTry().then(
				() => false,
				() => true,
			);
			// Whoever is in line when the execution is stopped is told by its own clock.
			const job = isStopped ? undefined : this.line.shift();
			if (!job) break;
			if (this.clock.now() >= job.deadline) {
				job.reject(this.noSlot(job));
				continue;
			}
			await this.tryOnce(job.attempt, job.patience).then((answer) => {
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

	private async tryOnce(
		attempt: () => Promise<SubmitAnswer>,
		patience: Patience,
	): Promise<Exclude<SubmitAnswer, { kind: 'unreachable' }>> {
		for (let retries = 0; ; retries++) {
			this.requireOpen();
			const answer = await attempt();
			if (answer.kind === 'busy') this.noteBusy(answer, patience);
			if (answer.kind === 'accepted') this.waits = this.busySince = undefined;
			if (answer.kind !== 'unreachable') return answer;
			if (retries === RETRIES_WITHOUT_CONNECTION) throw answer.error;
			await this.clock.sleep(WAIT_WITHOUT_CONNECTION_MS * 2 ** retries);
		}
	}

	private noteBusy({ why, retryAfterMs }: Busy, { firstIntervalMs }: Patience): void {
		const now = this.clock.now();
		// Several refusals at the same moment are one; so is one before the time, after a slot that somebody else took.
		if (this.busy && this.busy.until > now && retryAfterMs === undefined) return;
		this.busySince ??= now;
		this.waits ??= pollIntervals(firstIntervalMs);
		this.busy = { why, until: now + (retryAfterMs ?? this.waits.next().value) };
	}

	private giveUp(job: InLine): void {
		this.line.splice(this.line.indexOf(job), 1);
		job.reject(this.noSlot(job));
	}

	private noSlot({ patience }: InLine): TtapiError {
		return noSlotError(this.busy?.why ?? 'queueFull', patience.maxWaitMs);
	}
}

function noSlotError(why: BusyReason, maxWaitMs: number): TtapiError {
	const { happened, toDo } = ANSWERS[why];
	const seconds = Math.round(maxWaitMs / 1000);
	return new TtapiError(`${happened} for ${seconds} s, so the job was not submitted`, {
		description: `${toDo} Nothing was paid.`,
		httpStatus: why === 'queueFull' ? 499 : 429,
	});
}
