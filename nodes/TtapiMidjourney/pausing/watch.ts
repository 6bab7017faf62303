import { momentOf, type Clock } from '../jobs/clock';
import { reasonOf } from '../jobs/errors';
import type { JobAnswer } from '../jobs/job';
import { growingWaits } from '../jobs/schedule';
import { n8nClock } from '../n8n/clock';
import type { NodeContext } from '../n8n/context';
import { Store } from '../n8n/store';
import type { UnfinishedJob } from '../output/outcome';
import { TtapiClient } from '../transport/client';
import { fetchAcceptedJob } from '../transport/fetchJob';
import { apiBaseUrl, isPrivateHost, type TtapiCredential } from '../transport/hosts';
import { callResumeUrl } from './callResumeUrl';
import { Looks, type Found } from './looks';
import { isClaimed, sender, sendWith, takeLaterLook } from './memory';
import { secretsOf } from './resumeWebhook';

/** When to look after the pause: n8n refuses a callback that comes before it has stored the pause. In ms. */
const EARLY_LOOKS_MS = [2_000, 5_000, 10_000];

/** When an early look that came to nothing is made again, in ms after it. */
const EARLY_AGAIN_MS = 3_000;

/** How much too early a timer may be, in ms. */
const TIMER_MS = 50;

/** The wait between later looks, in ms. */
const LATER_MS = 30_000;

/** How long a later look waits at most if too many others were made, in ms. By chance, so that each has its turn. */
const OUT_OF_TURN_MS = 10_000;

/** The first of the growing waits between looks for a callback that could not be settled, in ms. */
const FIRST_WAIT_MS = 1_000;

/** A look that takes longer is not waited for, so that one lost request doesn't hold up the others. In ms. */
const LOOK_MS = 5_000;

/** The end of a pause that is kept free for the resume, in ms. */
const RESUME_MS = 5_000;

/** How long a call that was told of the end may take to resume the execution, in ms. */
const RESUMED_BY_CALL_MS = 500;

/** How long n8n may take to store a pause, in ms. Until then it answers as if the pause were over. */
const STORE_MS = 60_000;

/** What the process must know to watch a pause. */
export interface Watched {
	pauseId: string;
	/** When the pause is over, in ms since 1970. */
	until: number;
	jobs: UnfinishedJob[];
	credential: TtapiCredential;
	/** The node's own resume URL. */
	resumeUrl: string;
	/** Whether the execution pauses just now. */
	isNew: boolean;
}

/** By the ID of the pause. */
const watches = new Store<Watch>({ most: 10_000 });

/** The watch of a pause in this process; undefined if there is none. */
export const watchOf = (clock: Clock, pauseId: string): Watch | undefined =>
	watches.get(clock, pauseId);

/** Starts to watch a pause, for as long as it lasts. */
export function startWatch(context: NodeContext, watched: Watched): Watch {
	sendWith(context);
	const watch = new Watch(n8nClock(), watched);
	watches.set(watch.clock, watched.pauseId, watch);
	void watch.run();
	return watch;
}

/**
 * Looks at the jobs of a pause while this process lives, and calls the resume URL when all are over. So it finds what no
 * callback has told: one that got lost, that came before n8n had stored the pause, or that could not be settled.
 *
 * It goes on after the execution, so it evaluates no expression (docs/n8n.md, After execute() has returned).
 */
export class Watch {
	readonly looks: Looks;

	private readonly startedAt: number;

	/** The moment in which the last job has had its time. */
	private readonly deadline: number;

	/** From when on the time is kept for the resume. */
	private readonly until: number;

	private readonly overAt: number;

	private early: number[];

	/** The jobs that unsettled callbacks name, by ID; '' for a callback that names none. */
	private readonly called = new Set<string>();

	private intervals = growingWaits(FIRST_WAIT_MS);

	private found: Found = 'unfinished';

	/** Whether the last look was not made because too many others were. */
	private wasDenied = false;

	private isOver = false;

	private wakeUp = () => {};

	/** The callbacks that are not settled yet. */
	private readonly calls = new Set<(found: Found) => void>();

	constructor(
		readonly clock: Clock,
		private readonly watched: Watched,
	) {
		const { jobs, isNew } = watched;
		this.startedAt = clock.now();
		this.early = isNew ? [...EARLY_LOOKS_MS] : [];
		const deadlines = jobs.map(({ settings, submittedAt }) => submittedAt + settings.maxWaitMs);
		this.deadline = momentOf(clock, Math.max(...deadlines));
		this.overAt = momentOf(clock, watched.until);
		this.until = this.overAt - RESUME_MS;
		this.looks = new Looks(clock, jobs, async (job) => await this.fetch(job), this.until);
	}

	/** Whether TTAPI is on this machine or in a private network. */
	get isPrivate(): boolean {
		return isPrivateHost(new URL(apiBaseUrl(this.watched.credential)).hostname);
	}

	/**
	 * Takes a callback: looks at the jobs at once, and, if it can't be settled, again with growing waits.
	 * @param jobId the job that the callback names as ended
	 * @returns what is found in the end, which may take as long as the pause
	 */
	async callback(jobId?: string): Promise<Found> {
		const job = this.looks.job(jobId);
		if (job) this.looks.outdate(job);
		const name = job && jobId ? jobId : '';
		let settle: (found: Found) => void;
		const settled = new Promise<Found>((resolve) => this.calls.add((settle = resolve)));
		this.hurry(name);
		const looked = this.looks.look(job ? [job] : []).then(async (found) => {
			if (found === 'unsettled') return await settled;
			this.calls.delete(settle);
			this.called.delete(name);
			// The call may be closed by now. Then the watch resumes the execution.
			this.found = found;
			return found;
		});
		return await Promise.race([looked, settled]);
	}

	/** Says that a resume has failed, so that it is tried again soon. */
	tryAgain(): void {
		this.hurry('');
	}

	/** Says that the execution is resumed. */
	end(): void {
		this.isOver = true;
		watches.delete(this.watched.pauseId, this);
		this.wakeUp();
	}

	/** The watch itself, until the pause is over. Never throws. */
	async run(): Promise<void> {
		try {
			while (!this.isOver && this.clock.now() < this.overAt) {
				const isLater = await this.untilDue();
				if (!this.isOver && this.clock.now() < this.overAt) await this.lookAgain(isLater);
			}
		} catch (error) {
			sender().logger.error(`TTAPI Midjourney gave up watching a pause: ${reasonOf(error)}`);
		} finally {
			this.end();
		}
	}

	private hurry(name: string): void {
		this.called.add(name);
		this.intervals = growingWaits(FIRST_WAIT_MS);
		this.wakeUp();
	}

	private get isHurried(): boolean {
		return this.called.size > 0 || this.found === 'allOver' || this.clock.now() >= this.deadline;
	}

	/** @returns whether the look that is due is one of those that all pauses share */
	private async untilDue(): Promise<boolean> {
		for (;;) {
			const now = this.clock.now();
			const { isHurried } = this;
			const usual = this.usualWait(now);
			// A look may take until after the next one is due, and a timer may be a little early.
			this.early = this.early.filter((at) => this.startedAt + at > now + TIMER_MS);
			const early = this.startedAt + (this.early[0] ?? Infinity);
			const moments = [early, this.deadline, this.until, this.overAt];
			const wait = Math.min(usual, ...moments.map((at) => (at > now ? at - now : Infinity)));
			const woken = new Promise<boolean>((resolve) => (this.wakeUp = () => resolve(true)));
			const isWoken = await Promise.race([this.clock.sleep(wait).then(() => false), woken]);
			if (this.isOver) return false;
			// The callback may be settled by now.
			if (isWoken || (isHurried && !this.isHurried)) continue;
			return wait === usual && !isHurried;
		}
	}

	private usualWait(now: number): number {
		// No request is sent any more.
		if (now >= this.until) return FIRST_WAIT_MS;
		const wait = this.isHurried ? this.intervals.next().value : this.laterWait();
		return Math.max(wait, this.looks.notBefore - now);
	}

	private laterWait(): number {
		return this.wasDenied ? Math.random() * OUT_OF_TURN_MS : LATER_MS;
	}

	private async lookAgain(isLater: boolean): Promise<void> {
		const { clock, looks } = this;
		const calls = [...this.calls];
		const called = [...this.called];
		const jobs = called.flatMap((jobId) => looks.job(jobId) ?? []);
		this.wasDenied = false;
		const mayAsk = () => {
			this.wasDenied = isLater && !takeLaterLook(clock.now());
			return !this.wasDenied;
		};
		const left = this.until - clock.now();
		const mostMs = left > 0 ? Math.min(left, LOOK_MS) : LOOK_MS;
		const tooLong = clock.sleep(mostMs).then(() => 'tooLong' as const);
		const found = await Promise.race([looks.look(jobs, mayAsk), tooLong]);
		if (found === 'tooLong') looks.jobs.forEach((job) => looks.outdate(job));
		this.found = found === 'tooLong' ? 'unsettled' : found;
		if (this.found === 'unsettled') return isLater ? undefined : this.lookAgainEarly();
		called.forEach((name) => this.called.delete(name));
		for (const settle of calls) {
			this.calls.delete(settle);
			settle(this.found);
		}
		if (this.found !== 'allOver') return;
		// A call that has just been told resumes the execution, unless it is closed.
		if (calls.length > 0) await clock.sleep(RESUMED_BY_CALL_MS);
		await this.resume();
	}

	/** On a busy machine an early look may take too long. The callback may be lost already, so it is not left at that. */
	private lookAgainEarly(): void {
		const age = this.clock.now() - this.startedAt;
		if (this.watched.isNew && age < STORE_MS)
			this.early = [age + EARLY_AGAIN_MS, ...this.early].sort((a, b) => a - b);
	}

	/** Calls the resume URL, unless a callback resumes the execution. */
	private async resume(): Promise<void> {
		const { clock, watched } = this;
		if (isClaimed(clock, watched.pauseId)) return;
		const { isOver } = await callResumeUrl(sender(), clock, watched.resumeUrl, watched.pauseId);
		const isStored = !watched.isNew || clock.now() > this.startedAt + STORE_MS;
		if (isOver && isStored) this.end();
	}

	private async fetch({ receipt }: UnfinishedJob): Promise<JobAnswer> {
		const { credential, resumeUrl } = this.watched;
		const client = await TtapiClient.of(
			sender(),
			this.clock,
			secretsOf(resumeUrl),
			Promise.resolve(credential),
		);
		return await fetchAcceptedJob(client, receipt.job.jobId, receipt.job.family);
	}
}
