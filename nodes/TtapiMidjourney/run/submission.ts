import { randomUUID } from 'node:crypto';

import { DoubtfulError, ViolationError } from '../jobs/errors';
import { submittedJob, type JobAnswer, type JobFamily } from '../jobs/job';
import type { Accepted, SubmitAnswer } from '../jobs/line';
import { stillInDoubt } from '../ledger/doubt';
import { fingerprint } from '../ledger/fingerprint';
import { noteOf, type LedgerEntry } from '../ledger/ledger';
import { seekJob } from '../ledger/seekJob';
import { cancelSignal } from '../n8n/context';
import type { JobSettings } from '../parameters/settings';
import { refusesKey } from '../transport/refusals';
import { submitJob } from '../transport/submitJob';
import type { NodeRun } from './nodeRun';
import type { RequestBody, SubmitWork } from './operation';

/** How long to search for the job of a doubtful submit, in ms. Most jobs have finished by then. */
const SEEK_MS = 2 * 60_000;

/** All fields of an item's request but the callback URL. */
export async function requestBody(
	{ body }: SubmitWork,
	{ timeout }: JobSettings,
): Promise<RequestBody> {
	return { ...(typeof body === 'function' ? await body() : body), timeout };
}

/** The submit of one item, noted in the ledger. */
export class Submission {
	private body?: RequestBody;

	/** Loads the images of the request, if it has some. */
	readonly load?: () => Promise<void>;

	private readonly hookUrl?: string;

	/** Makes the callback URL of this job unlike any other, if the run pauses. */
	private readonly mark?: string;

	/** The fingerprint of the request, once it is built. */
	private hash = '';

	/** When it was sent last, in ms since 1970. */
	private sentAt = 0;

	constructor(
		private readonly run: NodeRun,
		private readonly work: SubmitWork,
		private readonly settings: JobSettings,
	) {
		if (typeof work.body === 'function')
			this.load = async () => void (this.body = await requestBody(work, settings));
		const { resumeUrl } = run.settings;
		if (resumeUrl === undefined) {
			this.hookUrl = settings.hookUrl;
		} else {
			this.mark = randomUUID();
			this.hookUrl = marked(resumeUrl, this.mark);
		}
	}

	get family(): JobFamily {
		return this.work.family;
	}

	/** Sends the request once. Throws a TtapiError if TTAPI refuses it, and a DoubtfulError if the job may exist. */
	async send(): Promise<SubmitAnswer> {
		const { client, clock, submitting } = this.run;
		const { path } = this.work;
		const { index } = this.settings;
		this.body ??= await requestBody(this.work, this.settings);
		this.hash ||= fingerprint(path, this.body);
		this.sentAt = clock.date();
		submitting.add(index);
		const answer = await submitJob(client, path, { ...this.body, hookUrl: this.hookUrl });
		submitting.delete(index);
		if (answer.kind === 'accepted') this.noteJob(answer.jobId);
		return answer;
	}

	/** The accepted job as it was submitted. */
	receiptOf({ jobId, body }: Accepted): JobAnswer {
		const { family, action, prompt = null } = this.work;
		return { job: submittedJob(jobId, family, { action, prompt }), body };
	}

	/** Notes the job as soon as it is known: after a Stop nobody waits for it any more. */
	private noteJob(jobId: string): void {
		const { ledger, context, summary, notSubmitted } = this.run;
		const { index } = this.settings;
		// Frees the memory of base64 images.
		this.body = undefined;
		ledger.write(index, { ...this.note, jobId });
		notSubmitted.delete(index);
		summary.noteSubmitted();
		// After a Stop or a crash, the log may be the only place that has the ID (docs/n8n.md, What a Stop and a crash leave).
		context.logger.info(`TTAPI Midjourney submitted job ${jobId}`, { jobId, itemIndex: index });
	}

	/**
	 * Called with the error of a failed submit. Returns the job of a doubtful submit if it can be found, and otherwise throws
	 * the error.
	 */
	async rescue(error: unknown): Promise<Accepted> {
		const { context, scheduler, submitting } = this.run;
		// TTAPI would refuse the key for every other job, too.
		if (refusesKey(error)) scheduler.close(error);
		this.body = undefined;
		const rescuing = error instanceof DoubtfulError ? this.seek(error) : this.giveUp(error);
		return await rescuing.finally(() => {
			// After a Stop, the job may exist.
			if (!cancelSignal(context)?.aborted) submitting.delete(this.settings.index);
		});
	}

	/** The part of the ledger entry that doesn't depend on the answer. */
	private get note(): Pick<LedgerEntry, 'hash' | 'sentAt' | 'skewMs' | 'mark'> {
		const { skewMs } = this.run.client;
		return { hash: this.hash, sentAt: this.sentAt, skewMs, mark: this.mark };
	}

	/** Throws the error. Notes a violation before, so that no retry sends it again. */
	private async giveUp(error: unknown): Promise<never> {
		if (error instanceof ViolationError)
			this.run.ledger.write(this.settings.index, { ...this.note, refusal: noteOf(error) });
		throw error;
	}

	private async seek(doubt: DoubtfulError): Promise<Accepted> {
		const { clock, ledger, history, notSubmitted, until = Infinity } = this.run;
		const { index, maxWaitMs, firstIntervalMs } = this.settings;
		const timeoutMs = Math.min(maxWaitMs, SEEK_MS, until - clock.now());
		notSubmitted.delete(index);
		const entry = () => ({ ...this.note, doubt: noteOf(doubt) });
		ledger.write(index, entry());
		const context = { clock, history, isKnown: (jobId: string) => ledger.has(jobId) };
		const { family, action, prompt } = this.work;
		const submit = { family, action, prompt, ...this.note };
		const found = await seekJob(context, submit, timeoutMs, firstIntervalMs);
		// The search may have learnt TTAPI's time.
		if (found.kind !== 'job') throw stillInDoubt(ledger, index, entry(), found);
		const { jobId } = found;
		this.noteJob(jobId);
		return { kind: 'accepted', jobId, body: { jobId } };
	}
}

/** n8n ignores further keys in the query of its resume URL (docs/n8n.md, A resume ends in webhook()). */
const marked = (resumeUrl: string, mark: string): string =>
	`${resumeUrl}${resumeUrl.includes('?') ? '&' : '?'}job=${mark}`;
