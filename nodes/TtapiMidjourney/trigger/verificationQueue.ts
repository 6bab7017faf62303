import type { JobAnswer, JobFamily } from '../jobs/job';

/**
 * The limits of the whole process. An open call of a webhook costs n8n 2.x 11 MB (docs/n8n.md, What a call of a webhook
 * costs), a waiting job some 200 bytes.
 */
export const LIMITS = { openCalls: 50, polls: 10, jobs: 10_000 };

/** Who reports a job, the most trusted first: that decides whose job is polled first. */
export const REPORTED_BY = {
	/** A caller with the right token. */
	trusted: 0,
	/** Anybody, but this process knows the job. */
	known: 1,
	/** Anybody, and the job may be invented. */
	anybody: 2,
} as const;
export type ReportedBy = (typeof REPORTED_BY)[keyof typeof REPORTED_BY];

/** How often a new job that may be invented is polled. */
const NEW_JOB_INTERVAL_MS = 500;

/** How long a job is polled for, counted from its first poll. */
const GIVE_UP_AFTER_MS = 10 * 60_000;

/** How long a finished job may wait for others at least, if there are more jobs than open calls. */
const COLLECT_MS = 5_000;

/** A job that somebody reports as finished, which TTAPI has not confirmed yet. Times in ms of the clock. */
export interface Verification {
	/** Two callbacks with the same key are verified once. */
	readonly key: string | symbol;
	readonly jobId: string;
	/** The family that the callback looks like. */
	readonly family: JobFamily;
	readonly reportedBy: ReportedBy;
	readonly reportedAt: number;
	/** How often it was polled. */
	polls: number;
	nextPollAt: number;
	isPolled: boolean;
	/** When it is polled for the last time. */
	giveUpAt: number;
	/** Whether the log says what keeps it from being verified. */
	isLogged: boolean;
}

/** The queues with an open call. Each of them gets the same share of the limits, so that no trigger starves another. */
const open = new Set<VerificationQueue>();

const total = (count: (queue: VerificationQueue) => number): number =>
	[...open].reduce((sum, queue) => sum + count(queue), 0);

const share = (limit: number): number => Math.max(1, Math.floor(limit / open.size));

/**
 * The jobs that one trigger node verifies, and the open calls of its webhook that do so: only an open call can poll a job and
 * start the workflow. Usually each job has a call of its own. If more jobs than calls come, the calls share the jobs, and start
 * the workflow with several at once.
 *
 * Jobs wait only as long as a call is open: the last one stays until all of them are settled.
 */
export class VerificationQueue {
	/** In the order in which they came. */
	private readonly jobs = new Map<Verification['key'], Verification>();

	/** Finished jobs that no call has taken yet, with the time at which TTAPI confirmed them. */
	private readonly finished: Array<{ answer: JobAnswer; since: number }> = [];

	private calls = 0;

	private polls = 0;

	private nextNewJobAt = -Infinity;

	/** Adds a job, unless it waits already or there is no room for it. */
	add(
		now: number,
		reported: Pick<Verification, 'key' | 'jobId' | 'family' | 'reportedBy'>,
	): 'added' | 'waitsAlready' | 'full' {
		if (this.jobs.has(reported.key)) return 'waitsAlready';
		if (total(({ jobs }) => jobs.size) >= LIMITS.jobs && !this.makeRoom(reported.reportedBy))
			return 'full';
		this.jobs.set(reported.key, {
			...reported,
			reportedAt: now,
			polls: 0,
			nextPollAt: now,
			isPolled: false,
			giveUpAt: Infinity,
			isLogged: false,
		});
		return 'added';
	}

	/** Whether the call may stay open and verify jobs. If so, it has to call `leave` at its end. */
	enter(): boolean {
		open.add(this);
		if (total(({ calls }) => calls) >= LIMITS.openCalls && this.calls >= share(LIMITS.openCalls))
			return false;
		this.calls++;
		return true;
	}

	leave(): void {
		this.calls--;
		if (this.calls === 0) open.delete(this);
	}

	/** Whether a call is needed because it is the last one. */
	get needsLastCall(): boolean {
		return this.calls === 1 && this.jobs.size + this.finished.length > 0;
	}

	/**
	 * What a call starts the workflow with: its share of the finished jobs, or nothing if the other calls are enough.
	 * @returns undefined if it has to verify more jobs before
	 */
	take(now: number): JobAnswer[] | undefined {
		const unsettled = this.jobs.size;
		if (this.calls === 1 && unsettled > 0) return undefined;
		if (this.finished.length === 0)
			return unsettled < this.calls || this.hasTooManyCalls ? [] : undefined;
		const due = Math.ceil((unsettled + this.finished.length) / this.calls);
		if (this.finished.length < due && now - this.finished[0].since < this.collectMs)
			return undefined;
		return this.finished.splice(0, due).map(({ answer }) => answer);
	}

	/** Calls that left too soon would leave the last one with most of the jobs, and those wait for each other. */
	private get collectMs(): number {
		const longest = this.jobs.size * NEW_JOB_INTERVAL_MS * open.size;
		return Math.max(COLLECT_MS, longest / this.calls);
	}

	/** The job to poll next, if there is one and it may be polled now. Ends with `retry` or `settle`. */
	next(now: number): Verification | undefined {
		if (total(({ polls }) => polls) >= LIMITS.polls || this.polls >= share(LIMITS.polls))
			return undefined;
		let next: Verification | undefined;
		for (const job of this.jobs.values()) {
			const isDue = !job.isPolled && job.nextPollAt <= now;
			const mustWait = mayBeInvented(job) && now < this.nextNewJobAt;
			if (isDue && !mustWait && (!next || comesBefore(job, next))) next = job;
		}
		if (!next) return undefined;
		// The triggers together keep to the interval.
		if (mayBeInvented(next)) this.nextNewJobAt = now + NEW_JOB_INTERVAL_MS * open.size;
		if (next.polls === 0) next.giveUpAt = now + GIVE_UP_AFTER_MS;
		next.isPolled = true;
		next.polls++;
		this.polls++;
		return next;
	}

	/** The job is polled once more after `waitMs`, or when its time is up. */
	retry(job: Verification, now: number, waitMs: number): void {
		this.polls--;
		job.isPolled = false;
		job.nextPollAt = Math.min(now + waitMs, job.giveUpAt);
	}

	/**
	 * The job needs no more polls.
	 * @param answer if the workflow is to start with it
	 */
	settle(job: Verification, now: number, answer?: JobAnswer): void {
		this.polls--;
		this.jobs.delete(job.key);
		if (answer) this.finished.push({ answer, since: now });
	}

	/** Another trigger has opened a call beyond the limit: it had less than its share. */
	private get hasTooManyCalls(): boolean {
		return total(({ calls }) => calls) > LIMITS.openCalls && this.calls > share(LIMITS.openCalls);
	}

	/** Drops the newest job that may be invented, of the trigger with the most, for one that counts more. */
	private makeRoom(reportedBy: ReportedBy): boolean {
		if (reportedBy === REPORTED_BY.anybody && this.jobs.size >= share(LIMITS.jobs)) return false;
		const most = [...open]
			.map((queue) => ({ queue, ...queue.invented }))
			.reduce((one, other) => (other.count > one.count ? other : one));
		if (most.newest) return most.queue.jobs.delete(most.newest.key);
		// Jobs of trusted callers are few: TTAPI runs some ten at once for an account.
		return reportedBy === REPORTED_BY.trusted;
	}

	/** The jobs that may be invented. */
	private get invented(): { count: number; newest?: Verification } {
		let count = 0;
		let newest: Verification | undefined;
		for (const job of this.jobs.values()) {
			if (!mayBeInvented(job)) continue;
			count++;
			newest = job;
		}
		return { count, newest };
	}
}

const mayBeInvented = ({ reportedBy, polls }: Verification): boolean =>
	reportedBy === REPORTED_BY.anybody && polls === 0;

/** A job that was polled less often comes first, so that one in trouble keeps nobody waiting. */
const comesBefore = (one: Verification, other: Verification): boolean =>
	one.reportedBy - other.reportedBy < 0 ||
	(one.reportedBy === other.reportedBy && one.polls < other.polls);
