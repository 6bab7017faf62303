import { TICK_MS, type Clock } from './clock';
import { DoubtfulError, TransientError, TtapiError } from './errors';
import { growingWaits } from './schedule';

/** Nothing was sent to TTAPI for the item, because TTAPI has not answered the items before. */
export class OutageError extends TtapiError {}

/** There was no connection to TTAPI, so nothing was sent. */
export class UnreachableError extends TtapiError {}

/** After how many requests in a row without a clear answer nothing more is sent: a single one means little. */
const SILENT_IN_A_ROW = 3;

/** How long TTAPI is asked whether it answers again, in ms. */
const PATIENCE_MS = 2 * 60_000;

/** The first wait between two questions, and the longest one, in ms. */
const FIRST_WAIT_MS = 2_000;
const MAX_WAIT_MS = 10_000;

/** How long nobody asks again after that, in ms. */
const GIVEN_UP_MS = 30_000;

/** How often an answered question lets more requests go, although none of these was answered before. */
const MAX_FRUITLESS = 3;

/** What is not done for an item during an outage. */
export interface Undone {
	/** As the end of a sentence. */
	undone: string;
	/** What to do now. */
	description: string;
	jobId?: string;
}

export const NOT_SUBMITTED: Undone = {
	undone: 'the job of this item was not submitted',
	description: 'Nothing was paid for it. Run it again when TTAPI answers.',
};

/** Submits, or free requests: one kind may work while the other doesn't. */
class Requests {
	/** How many in a row had no clear answer. */
	silent = 0;

	/** How often an answered question has let more of them go since one was answered. */
	fruitless = 0;
}

/** A time in which nothing is sent but one free question, again and again. */
class Silence {
	asking?: Promise<void>;

	/** In ms of the clock; undefined as long as TTAPI is asked. */
	givenUpAt?: number;

	end!: () => void;

	readonly ended = new Promise<void>((resolve) => (this.end = resolve));

	constructor(
		/** In ms of the clock. */
		readonly since: number,
		/** The requests that were not answered. */
		readonly cause: Requests,
	) {}
}

/**
 * Whether TTAPI answers at all, as the requests of all runs with one account find out together. After three in a row without a
 * clear answer, nothing more is sent until a free question is answered. One question is asked for all, and given up after two
 * minutes.
 */
export class Outage {
	private readonly submits = new Requests();

	private readonly questions = new Requests();

	/** Undefined while TTAPI answers. */
	private silence?: Silence;

	/** How many outages have ended. */
	private ended = 0;

	/** @param question rejects with a TransientError if TTAPI doesn't answer it */
	constructor(
		private readonly clock: Clock,
		private readonly question: () => Promise<unknown>,
	) {}

	/** Whether TTAPI does not answer. */
	get isOn(): boolean {
		return this.silence !== undefined;
	}

	/** Sends one submit, with its retries, once TTAPI answers. Throws an OutageError if it doesn't. */
	async submit<T>(send: () => Promise<T>, undone: Undone): Promise<T> {
		if (await this.isSilent(this.clock)) throw outageError(undone);
		return await this.counted(this.submits, send);
	}

	/**
	 * The same for a free request.
	 * @param clock of the run: a Stop ends its wait
	 * @param isPatient whether to wait until TTAPI answers again
	 */
	async ask<T>(clock: Clock, send: () => Promise<T>, undone: Undone, isPatient = true): Promise<T> {
		if (await this.isSilent(clock, isPatient)) throw outageError(undone);
		return await this.counted(this.questions, send);
	}

	private async counted<T>(requests: Requests, send: () => Promise<T>): Promise<T> {
		const { ended } = this;
		const answer = await send().catch((error: unknown) => {
			if (!(error instanceof TtapiError)) throw error;
			// An earlier submit that is still in doubt says nothing about a question.
			if (error instanceof DoubtfulError && requests !== this.submits) throw error;
			if (!isUnanswered(error)) this.noteAnswer(requests);
			// What was sent before the last outage says nothing about now.
			else if (ended === this.ended) this.noteSilence(requests);
			throw error;
		});
		this.noteAnswer(requests);
		return answer;
	}

	/** Says that TTAPI has answered: one of these requests, or something else. */
	noteAnswer(requests?: Requests): void {
		if (requests) requests.silent = requests.fruitless = 0;
		const { silence } = this;
		if (!silence || silence.cause.fruitless >= MAX_FRUITLESS) return;
		if (silence.cause !== requests) silence.cause.fruitless++;
		this.submits.silent = this.questions.silent = 0;
		this.silence = undefined;
		this.ended++;
		silence.end();
	}

	private noteSilence(requests: Requests): void {
		requests.silent++;
		if (requests.silent >= SILENT_IN_A_ROW) this.silence ??= new Silence(this.now, requests);
	}

	/** Waits until TTAPI answers, unless that is given up. @returns whether it does not */
	private async isSilent(clock: Clock, isPatient = true): Promise<boolean> {
		if (this.now > (this.silence?.givenUpAt ?? Infinity) + GIVEN_UP_MS) this.askAnew();
		const { silence } = this;
		if (!silence || !isPatient) return silence !== undefined;
		silence.asking ??= this.askUntilAnswered(silence);
		const over = Promise.race([silence.asking, silence.ended]).then(() => true);
		while (silence === this.silence && silence.givenUpAt === undefined) {
			if (await Promise.race([over, clock.sleep(TICK_MS).then(() => false)])) break;
		}
		return silence === this.silence;
	}

	/** Whoever comes later than those that gave up asks for itself. */
	private askAnew(): void {
		this.submits.fruitless = this.questions.fruitless = 0;
		this.silence = new Silence(this.now, this.silence!.cause);
	}

	private get now(): number {
		return this.clock.now();
	}

	private async askUntilAnswered(silence: Silence): Promise<void> {
		const waits = growingWaits(FIRST_WAIT_MS);
		while (silence.cause.fruitless < MAX_FRUITLESS) {
			if (await this.isAnswered()) this.noteAnswer();
			if (silence !== this.silence) return;
			const wait = Math.min(waits.next().value, MAX_WAIT_MS);
			if (this.now + wait > silence.since + PATIENCE_MS) break;
			await this.clock.sleep(wait);
			if (silence !== this.silence) return;
		}
		silence.givenUpAt = this.now;
	}

	private async isAnswered(): Promise<boolean> {
		return await this.question().then(
			() => true,
			(error: unknown) => {
				if (error instanceof TtapiError) return !isUnanswered(error);
				throw error;
			},
		);
	}
}

export const outageError = ({ undone, ...facts }: Undone): OutageError =>
	new OutageError(`TTAPI does not answer, so ${undone}`, facts);

/** Whether nothing has answered clearly. Full queues and unknown jobs or pages are answers. */
function isUnanswered(error: TtapiError): boolean {
	if (error instanceof UnreachableError) return true;
	const isOpen = error instanceof TransientError || error instanceof DoubtfulError;
	return isOpen && !error.isAnswer && ![400, 404, 405, 429, 499].includes(error.httpStatus ?? 0);
}
