import { randomUUID } from 'node:crypto';

import { DoubtfulError, TtapiError } from '../jobs/errors';
import { isViolation } from '../jobs/failure';
import { submittedJob, type JobAnswer } from '../jobs/job';
import type { Accepted, SubmitAnswer } from '../jobs/submitLine';
import { stillInDoubt } from '../ledger/doubt';
import { fingerprint } from '../ledger/fingerprint';
import { noteOf, type Ledger, type LedgerEntry } from '../ledger/ledger';
import { seekJob } from '../ledger/seekJob';
import { cancelSignal } from '../n8n/context';
import type { JobSettings } from '../parameters/settings';
import { submitJob } from '../transport/submitJob';
import type { RequestBody, SubmitWork, Tools } from './operation';

/** How long a job is looked for when nobody knows whether TTAPI took it: most have ended by then. In ms. */
const SEEK_MS = 2 * 60_000;

/** The answers whose words are about the prompt or the image: TTAPI refuses with 400, or with FAILED in a 200. */
const WORDS = new Set<number | undefined>([200, 400]);

/** What the submits of one execution share. */
export interface Submitting {
	tools: Tools;
	ledger: Ledger;
	/** The items whose submit has no clear answer yet. */
	underWay: Set<number>;
	/** Throws where nothing is to be submitted any more. */
	requireOpen: () => void;
	/** Where TTAPI reports the ends of the jobs, for a run that pauses. */
	resumeUrl?: string;
}

/** All fields of an item's request but the callback URL. */
export async function requestBody(
	{ body }: SubmitWork,
	{ timeout }: JobSettings,
): Promise<RequestBody> {
	return { ...(typeof body === 'function' ? await body() : body), timeout };
}

/** What is known of a job when TTAPI has just taken it. */
export function receiptOf(
	{ family, action, prompt = null }: SubmitWork,
	{ jobId, body }: Accepted,
): JobAnswer {
	return { job: submittedJob(jobId, family, { action, prompt }), body };
}

/** The submit of one item, with its notes in the ledger. */
export class Submission {
	private body?: RequestBody;

	private readonly mark?: string;

	private readonly hookUrl?: string;

	/** What the ledger notes whatever comes of it. */
	private note: Pick<LedgerEntry, 'hash' | 'sentAt' | 'mark'> = { hash: '', sentAt: 0 };

	constructor(
		private readonly shared: Submitting,
		private readonly work: SubmitWork,
		private readonly settings: JobSettings,
	) {
		const { resumeUrl } = shared;
		if (resumeUrl !== undefined) this.mark = randomUUID();
		this.hookUrl = this.mark ? marked(resumeUrl!, this.mark) : settings.hookUrl;
	}

	/** Sends the request, once. */
	async send(): Promise<SubmitAnswer> {
		const { work, settings, mark, hookUrl } = this;
		const { tools, underWay, requireOpen } = this.shared;
		this.body ??= await requestBody(work, settings);
		requireOpen();
		const hash = this.note.hash || fingerprint(work.path, this.body);
		this.note = { hash, sentAt: tools.clock.now(), mark };
		underWay.add(settings.index);
		const answer = await submitJob(tools.client, work.path, { ...this.body, hookUrl });
		underWay.delete(settings.index);
		return answer;
	}

	/** Notes that TTAPI took the job. */
	accept({ jobId }: Accepted): void {
		const { index } = this.settings;
		const { ledger, tools } = this.shared;
		// Images in base64 are large, and not needed any more.
		this.body = undefined;
		ledger.write(index, { ...this.note, jobId });
		// The one place where the id survives a Stop.
		tools.context.logger.info(`TTAPI Midjourney submitted job ${jobId}`, {
			jobId,
			itemIndex: index,
		});
	}

	/**
	 * Makes the best of a submit that was not accepted: of a doubtful one the job may be found after all.
	 * Throws a TtapiError where it is not.
	 */
	async rescue(error: unknown): Promise<Accepted> {
		this.body = undefined;
		const rescuing = error instanceof DoubtfulError ? this.seek(error) : this.giveUp(error);
		return await rescuing.finally(() => {
			// When the execution is stopped, its job may exist.
			if (!cancelSignal(this.shared.tools.context)?.aborted)
				this.shared.underWay.delete(this.settings.index);
		});
	}

	private async giveUp(error: unknown): Promise<never> {
		const isHarmful =
			error instanceof TtapiError && WORDS.has(error.httpStatus) && isViolation(error.message);
		if (isHarmful)
			this.shared.ledger.write(this.settings.index, { ...this.note, refusal: noteOf(error) });
		throw error;
	}

	private async seek(doubt: DoubtfulError): Promise<Accepted> {
		const { tools, ledger } = this.shared;
		const { index, maxWaitMs, firstIntervalMs } = this.settings;
		const entry = { ...this.note, doubt: noteOf(doubt) };
		ledger.write(index, entry);
		const seeker = { ...tools, isKnown: (jobId: string) => ledger.has(jobId) };
		const patienceMs = Math.min(maxWaitMs, SEEK_MS);
		const submit = { ...this.work, ...this.note };
		const found = await seekJob(seeker, submit, patienceMs, firstIntervalMs);
		if (found.kind !== 'job') throw stillInDoubt(ledger, index, entry, found);
		return { kind: 'accepted', jobId: found.jobId, body: { jobId: found.jobId } };
	}
}

/** n8n takes further fields behind the token of its resume URL (docs/n8n.md, A resume ends in webhook()). */
const marked = (resumeUrl: string, mark: string): string =>
	`${resumeUrl}${resumeUrl.includes('?') ? '&' : '?'}job=${mark}`;
