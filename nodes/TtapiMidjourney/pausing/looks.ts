import { momentOf, type Clock } from '../jobs/clock';
import { isFinished, type JobAnswer } from '../jobs/job';
import { TransientError, TtapiError, reasonOf } from '../jobs/errors';
import { Places } from '../jobs/places';
import type { WaitOutcome } from '../jobs/waitForJob';
import { Store } from '../n8n/store';
import type { UnfinishedJob } from '../output/outcome';

const LOOKS_AT_ONCE = 10;

/** How long an end that was seen counts. Not longer, because the links in a result expire. In ms. */
const SEEN_MS = 10 * 60_000;

/** What is known of the jobs of a pause after some of them were looked at. */
export type Found =
	/** Each has finished, or has had its time. */
	| 'allOver'
	/** One that TTAPI was asked for runs on. */
	| 'unfinished'
	/** TTAPI could not be asked, or contradicts a callback. */
	| 'unsettled';

type Look = WaitOutcome | 'notAsked';

/** Looks at the jobs of one pause, each as seldom as possible: all that want to know share what was seen. */
export class Looks {
	/** The jobs that were seen finished, by ID: no other look would change that. */
	private readonly finished = new Store<WaitOutcome>({ keptMs: SEEN_MS });

	private readonly last = new Map<string, WaitOutcome>();

	private readonly underWay = new Map<string, Promise<Look>>();

	private readonly places = new Places(LOOKS_AT_ONCE);

	/** Until when TTAPI wants no question (Retry-After), in ms of the clock. */
	notBefore = -Infinity;

	/**
	 * @param fetch fetches a job once
	 * @param until from when on TTAPI is not asked any more, and all jobs count as over, in ms of the clock
	 */
	constructor(
		private readonly clock: Clock,
		readonly jobs: readonly UnfinishedJob[],
		private readonly fetch: (job: UnfinishedJob) => Promise<JobAnswer>,
		private readonly until: number,
	) {}

	/** The job with this ID, if the pause waits for it. */
	job(jobId?: string): UnfinishedJob | undefined {
		return this.jobs.find(({ receipt }) => receipt.job.jobId === jobId);
	}

	/** Says that the job may have ended just now, so a look under way may be too old. */
	outdate(job: UnfinishedJob): void {
		this.underWay.delete(job.receipt.job.jobId);
	}

	/**
	 * Looks at the jobs until one is found that is not over: then the others don't matter.
	 * @param called the jobs that callbacks name as ended
	 * @param mayAsk asked before each request
	 */
	async look(called: UnfinishedJob[], mayAsk = () => true): Promise<Found> {
		for (const group of this.inTurn(called)) {
			const looks = await Promise.all(group.map(async (job) => await this.lookAt(job, mayAsk)));
			const open = looks.filter((look) => look === 'notAsked' || look.end === 'handedOver');
			if (open.length === 0) continue;
			const isClear = open.every((look) => look !== 'notAsked' && !look.trouble);
			return isClear && group.every((job) => !called.includes(job)) ? 'unfinished' : 'unsettled';
		}
		return 'allOver';
	}

	/** What the last look at each job came to, by its ID. */
	get outcomes(): ReadonlyMap<string, WaitOutcome> {
		return this.last;
	}

	/**
	 * The jobs in the order in which they are looked at, in groups that grow. The youngest come early because they are most
	 * likely unfinished, and one unfinished job is enough to know that the execution keeps waiting.
	 */
	private inTurn(called: UnfinishedJob[]): UnfinishedJob[][] {
		const others = this.jobs
			.filter((job) => !called.includes(job))
			.sort((a, b) => b.submittedAt - a.submittedAt);
		const groups = [called];
		for (let size = 1; others.length > 0; size *= 2) groups.push(others.splice(0, size));
		return groups;
	}

	private async lookAt(job: UnfinishedJob, mayAsk: () => boolean): Promise<Look> {
		const { jobId } = job.receipt.job;
		const known = this.finished.get(this.clock, jobId);
		if (known) return known;
		if (this.clock.now() >= this.until) return this.noted(jobId, this.asSeen(job));
		const underWay = this.underWay.get(jobId);
		if (underWay) return await underWay;
		const asking: Promise<Look> = this.places.run(async () => {
			const isOutdated = this.underWay.get(jobId) !== asking;
			return isOutdated || !mayAsk() ? 'notAsked' : await this.ask(job);
		});
		this.underWay.set(jobId, asking);
		const look = await asking;
		const isOutdated = this.underWay.get(jobId) !== asking;
		if (!isOutdated) this.underWay.delete(jobId);
		// An outdated look may only tell an end: nothing changes that.
		if (look === 'notAsked' || (isOutdated && look.end !== 'finished')) return look;
		return this.noted(jobId, look);
	}

	private noted(jobId: string, look: WaitOutcome): WaitOutcome {
		this.last.set(jobId, look);
		if (look.end === 'finished') this.finished.set(this.clock, jobId, look);
		return look;
	}

	/** What is known of the job when there is no time left to ask. */
	private asSeen(job: UnfinishedJob): WaitOutcome {
		const { answer } = this.last.get(job.receipt.job.jobId) ?? job;
		const end = answer && isFinished(answer.job) ? 'finished' : 'timedOut';
		return { answer, end, waitedMs: this.clock.now() - momentOf(this.clock, job.submittedAt) };
	}

	private async ask(job: UnfinishedJob): Promise<WaitOutcome> {
		const { clock } = this;
		const { settings, receipt, submittedAt } = job;
		const since = momentOf(clock, submittedAt);
		const seen = await this.fetch(job).catch(asTrouble);
		const waitedMs = clock.now() - since;
		if (seen instanceof TransientError) {
			this.notBefore = Math.max(this.notBefore, clock.now() + (seen.retryAfterMs ?? 0));
			const { answer } = this.last.get(receipt.job.jobId) ?? job;
			return { answer, end: 'handedOver', waitedMs, trouble: seen };
		}
		if (isFinished(seen.job)) return { end: 'finished', answer: seen, waitedMs };
		const end = waitedMs >= settings.maxWaitMs ? 'timedOut' : 'handedOver';
		return { end, answer: seen, waitedMs };
	}
}

/** A paid job is not given up for an error: the key may be corrected, the network may come back. */
function asTrouble(error: unknown): TransientError {
	if (error instanceof TransientError) return error;
	const facts = error instanceof TtapiError ? error : { description: '' };
	return new TransientError(reasonOf(error), facts);
}
