import type { Clock } from './clock';
import { TtapiError } from './errors';
import { lookIntervals } from './lookTimes';
import { Slots } from './slots';

/** What came of one try to submit. Everything else is thrown as a TtapiError and never tried again. */
export type SubmitAnswer =
	| { kind: 'accepted'; jobId: string; body: Record<string, unknown> }
	/** Surely not accepted: all slots of the account are taken, or too many requests just now. */
	| { kind: 'busy'; why: 'queueFull' | 'tooManyRequests'; retryAfterMs?: number }
	/** Surely not accepted: no connection came about. */
	| { kind: 'unreachable'; error: TtapiError };

export type Accepted = Extract<SubmitAnswer, { kind: 'accepted' }>;

export interface Patience {
	/** How long to wait for a free slot, in ms. */
	maxWaitMs: number;
	/** The first wait before the next try, in ms. */
	firstIntervalMs: number;
}

/** Thrown for a job that was never submitted because another one failed before and the run ends. */
export class NotSubmittedError extends Error {}

const TRIES_WITHOUT_CONNECTION = 3;
const WAIT_WITHOUT_CONNECTION_MS = 1_000;

/**
 * Where the jobs of one run are submitted. As long as TTAPI accepts them, all at once; once it says that the account's
 * queue is full, one by one: only the first in line asks again, when a job of this run has ended or after a growing wait.
 */
export class SubmitLine {
	private readonly line = new Slots(1);

	private busy?: { until: number; endsWithAJob: boolean };

	private waits?: Generator<number, never>;

	private closed?: Error;

	private wakeOnClose: () => void = () => {};

	private readonly closing = new Promise<void>((resolve) => (this.wakeOnClose = resolve));

	/** @param jobEnded resolves when a job of this run has ended the next time */
	constructor(
		private readonly clock: Clock,
		private readonly jobEnded: () => Promise<void>,
	) {}

	/**
	 * Lets nothing more through.
	 * @param reason what whoever has not been accepted yet gets as its error
	 */
	close(reason: Error = new NotSubmittedError()): void {
		this.closed ??= reason;
		this.wakeOnClose();
	}

	/**
	 * Submits one job and waits for a free slot where it has to.
	 * @param attempt one try; it is only repeated when it is sure that nothing was accepted
	 */
	async submit(attempt: () => Promise<SubmitAnswer>, patience: Patience): Promise<Accepted> {
		const deadline = this.clock.now() + patience.maxWaitMs;
		if (!this.busy) {
			const answer = await this.tryOnce(attempt, patience);
			if (answer.kind === 'accepted') return answer;
		}
		return await this.line.run(async () => {
			for (;;) {
				await this.untilNextTry(deadline);
				const answer = await this.tryOnce(attempt, patience);
				if (answer.kind === 'accepted') return answer;
				if (this.clock.now() >= deadline) throw noSlotError(answer.why, patience.maxWaitMs);
			}
		});
	}

	private async tryOnce(attempt: () => Promise<SubmitAnswer>, patience: Patience) {
		for (let without = 0; ; without++) {
			if (this.closed) throw this.closed;
			const answer = await attempt();
			if (answer.kind === 'unreachable') {
				if (without === TRIES_WITHOUT_CONNECTION) throw answer.error;
				await this.clock.sleep(WAIT_WITHOUT_CONNECTION_MS * 2 ** without);
				continue;
			}
			if (answer.kind === 'accepted') {
				this.busy = undefined;
				this.waits = undefined;
			} else {
				this.waits ??= lookIntervals(patience.firstIntervalMs);
				this.busy = {
					until: this.clock.now() + (answer.retryAfterMs ?? this.waits.next().value),
					endsWithAJob: answer.why === 'queueFull',
				};
			}
			return answer;
		}
	}

	private async untilNextTry(deadline: number): Promise<void> {
		if (!this.busy) return;
		const { until, endsWithAJob } = this.busy;
		await Promise.race([
			this.clock.sleep(Math.max(0, Math.min(until, deadline) - this.clock.now())),
			this.closing,
			...(endsWithAJob ? [this.jobEnded()] : []),
		]);
	}
}

function noSlotError(why: 'queueFull' | 'tooManyRequests', maxWaitMs: number): TtapiError {
	const seconds = Math.round(maxWaitMs / 1000);
	return new TtapiError(
		why === 'queueFull'
			? `The queue of the TTAPI account stayed full for ${seconds} s, so the job was not submitted`
			: `TTAPI went on asking for fewer requests for ${seconds} s, so the job was not submitted`,
		{
			description:
				'Nothing was paid. Run it again when fewer jobs are under way, raise Max Wait, or ask TTAPI for more slots.',
			httpStatus: why === 'queueFull' ? 499 : 429,
		},
	);
}
