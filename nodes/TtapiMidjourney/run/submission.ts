import { randomUUID } from 'node:crypto';

import { DoubtfulError, TtapiError } from '../jobs/errors';
import { isViolation } from '../jobs/failure';
import { submittedJob, type JobAnswer } from '../jobs/job';
import type { Accepted, SubmitAnswer } from '../jobs/submitLine';
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

/** How long a job is looked for when nobody knows whether TTAPI took it: most have finished by then. In ms. */
const SEEK_MS = 2 * 60_000;

/** The answers whose words are about the prompt or the image: TTAPI refuses with 400, or with FAILED in a 200. */
const WORDS = new Set<number | undefined>([200, 400]);

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

	private readonly hookUrl?: string;

	/** What makes the callback URL of this job unlike any other, if the run pauses. */
	private readonly mark?: string;

	/** Tells the request from others, once it is made. */
	private hash = '';

	/** When it was sent last, in ms since 1970. */
	private sentAt = 0;

	constructor(
		private readonly run: NodeRun,
		private readonly work: SubmitWork,
		private readonly settings: JobSettings,
	) {
		const { resumeUrl } = run.settings;
		if (resumeUrl === undefined) {
			this.hookUrl = settings.hookUrl;
		} else {
			this.mark = randomUUID();
			this.hookUrl = marked(resumeUrl, this.mark);
		}
	}

	/** Sends the request, once. Throws a TtapiError for a refusal, and a DoubtfulError if the job may exist. */
	async send(): Promise<SubmitAnswer> {
		const { client, clock, scheduler, submitting } = this.run;
		const { path } = this.work;
		const { index } = this.settings;
		this.body ??= await requestBody(this.work, this.settings);
		scheduler.requireOpen();
		this.hash ||= fingerprint(path, this.body);
		this.sentAt = clock.now();
		submitting.add(index);
		const answer = await submitJob(client, path, { ...this.body, hookUrl: this.hookUrl });
		submitting.delete(index);
		return answer;
	}

	/** Notes that TTAPI took the job. @returns what is known of it so far */
	accept({ jobId, body }: Accepted): JobAnswer {
		const { ledger, context, summary } = this.run;
		const { family, action, prompt = null } = this.work;
		const { index } = this.settings;
		// Images in base64 are large, and no longer needed.
		this.body = undefined;
		ledger.write(index, { ...this.note, jobId });
		summary.noteSubmitted();
		// The one place where the id survives a Stop.
		context.logger.info(`TTAPI Midjourney submitted job ${jobId}`, { jobId, itemIndex: index });
		return { job: submittedJob(jobId, family, { action, prompt }), body };
	}

	/**
	 * Makes the best of a submit that was not accepted: the job of a doubtful one may be found after all. Throws a TtapiError
	 * if it is not.
	 */
	async rescue(error: unknown): Promise<Accepted> {
		const { context, scheduler, submitting } = this.run;
		// A refused key is refused for every other job, too.
		if (refusesKey(error)) scheduler.close(error);
		this.body = undefined;
		const rescuing = error instanceof DoubtfulError ? this.seek(error) : this.giveUp(error);
		return await rescuing.finally(() => {
			// If the run is stopped, its job may exist.
			if (!cancelSignal(context)?.aborted) submitting.delete(this.settings.index);
		});
	}

	/** What the ledger notes, whatever comes of the submit. */
	private get note(): Pick<LedgerEntry, 'hash' | 'sentAt' | 'mark'> {
		return { hash: this.hash, sentAt: this.sentAt, mark: this.mark };
	}

	private async giveUp(error: unknown): Promise<never> {
		const isHarmful =
			error instanceof TtapiError && WORDS.has(error.httpStatus) && isViolation(error.message);
		if (isHarmful)
			this.run.ledger.write(this.settings.index, { ...this.note, refusal: noteOf(error) });
		throw error;
	}

	private async seek(doubt: DoubtfulError): Promise<Accepted> {
		const { client, clock, ledger } = this.run;
		const { index, maxWaitMs, firstIntervalMs } = this.settings;
		const entry = { ...this.note, doubt: noteOf(doubt) };
		ledger.write(index, entry);
		const seeker = { client, clock, isKnown: (jobId: string) => ledger.has(jobId) };
		const patienceMs = Math.min(maxWaitMs, SEEK_MS);
		const { family, action, prompt } = this.work;
		const submit = { family, action, prompt, sentAt: this.sentAt, mark: this.mark };
		const found = await seekJob(seeker, submit, patienceMs, firstIntervalMs);
		if (found.kind !== 'job') throw stillInDoubt(ledger, index, entry, found);
		return { kind: 'accepted', jobId: found.jobId, body: { jobId: found.jobId } };
	}
}

/** n8n takes further fields behind the token of its resume URL (docs/n8n.md, A resume ends in webhook()). */
const marked = (resumeUrl: string, mark: string): string =>
	`${resumeUrl}${resumeUrl.includes('?') ? '&' : '?'}job=${mark}`;
