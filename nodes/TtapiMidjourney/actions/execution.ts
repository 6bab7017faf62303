import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { PictureDownloads } from '../images/downloadPictures';
import { TtapiError } from '../jobs/errors';
import { failedJobError } from '../jobs/failure';
import {
	completed,
	submittedJob,
	withoutHookUrl,
	type Job,
	type JobAnswer,
	type JobFamily,
} from '../jobs/job';
import { JobRun } from '../jobs/jobRun';
import { Slots } from '../jobs/slots';
import type { Accepted } from '../jobs/submitLine';
import type { WaitOutcome } from '../jobs/waitForJob';
import { TtapiClient } from '../transport/client';
import { fetchJob } from '../transport/fetchJob';
import { patiently } from '../transport/read';
import { submitJob } from '../transport/submitJob';
import type { Item } from './item';
import { n8nClock } from './n8nClock';
import type { SubmittedJob } from './nodeErrors';
import type { JobWork, RequestBody, SubmitWork, Tools, Work } from './operation';
import { RunSummary } from './runSummary';

const KEY_REFUSED = new Set<number | undefined>([401, 403]);
const QUESTIONS_AT_ONCE = 10;
/** A minute more than the longest job timeout. */
const JOB_WAIT_SECONDS = 1260;

/** What came of a job. */
interface Result {
	answer: JobAnswer;
	timedOut: boolean;
}

/** One execution of the node: does the work of each item, and keeps what the items share. */
export class Execution {
	/** The jobs that were submitted, in the order in which TTAPI took them. */
	readonly submitted: SubmittedJob[] = [];

	readonly summary = new RunSummary();

	private readonly run: JobRun;

	private readonly downloads: PictureDownloads;

	private readonly questions = new Slots(QUESTIONS_AT_ONCE);

	private constructor(
		private readonly context: IExecuteFunctions,
		readonly tools: Tools,
		maxInFlight: number,
	) {
		const stopsAtFirstError = !context.continueOnFail();
		this.run = new JobRun(tools.clock, { maxInFlight, stopsAtFirstError });
		this.downloads = new PictureDownloads(tools);
	}

	/** Reads the credential and the settings of the first item. Throws an InputError where they cannot be used. */
	static async of(context: IExecuteFunctions, first: Item): Promise<Execution> {
		const client = await TtapiClient.of(context);
		const tools: Tools = {
			context,
			client,
			clock: n8nClock(context),
			allowPrivate: client.isPrivate,
		};
		return new Execution(context, tools, first.maxInFlight);
	}

	/** Submits nothing more; what is in flight goes on. */
	close(): void {
		this.run.close();
	}

	/** Asks what is free to ask before the job of an item is paid. Throws an InputError where it would be paid in vain. */
	async check(work: Work): Promise<void> {
		if (work.kind === 'submit' && work.check) await this.questions.run(work.check);
	}

	/** Does the work of one item and gives its output items. Throws TtapiError or InputError. */
	async perform(work: Work, item: Item): Promise<INodeExecutionData[]> {
		switch (work.kind) {
			case 'question': {
				const answers = await this.questions.run(work.ask);
				return answers.map((json) => ({ json, pairedItem: { item: item.index } }));
			}
			case 'get':
				return await this.toItems(await this.questions.run(async () => await this.get(work)), item);
			case 'wait':
				return await this.toItems(await this.waitFor(work, item), item);
			case 'submit':
				return await this.toItems(await this.submit(work, item), item);
		}
	}

	private async get({ jobId, family }: JobWork): Promise<Result> {
		const { clock, client } = this.tools;
		const answer = await patiently(clock, async () => await fetchJob(client, jobId, family));
		return { answer, timedOut: false };
	}

	private async waitFor({ jobId, family }: JobWork, item: Item): Promise<Result> {
		let known: JobFamily | 'auto' = family;
		const outcome = await this.run.follow({
			maxWaitMs: (item.seconds('maxWait', 'Max Wait') ?? JOB_WAIT_SECONDS) * 1000,
			firstIntervalMs: item.firstIntervalMs,
			look: async () => {
				const answer = await fetchJob(this.tools.client, jobId, known);
				known = answer.job.family;
				return answer;
			},
		});
		const job = submittedJob(jobId, known === 'auto' ? 'image' : known);
		return this.judge({ job, body: { jobId } }, outcome, item);
	}

	private async submit(work: SubmitWork, item: Item): Promise<Result> {
		const { client } = this.tools;
		const { timeout, hookUrl } = item;
		const waits = item.parameter('waitForResult') !== 'none';
		let body: RequestBody | undefined;

		return await this.run.submit({
			kind: `${item.mode} ${work.action}`,
			maxWaitMs: item.maxWaitMs,
			firstIntervalMs: item.firstIntervalMs,
			submit: async () => {
				body ??= typeof work.body === 'function' ? await work.body() : work.body;
				this.run.requireOpen();
				const submission = submitJob(client, work.path, { ...body, timeout, hookUrl });
				return await submission.catch((error: unknown) => {
					// A refused key is refused for every other job, too: no need to ask again and again.
					if (error instanceof TtapiError && KEY_REFUSED.has(error.httpStatus))
						this.run.close(error);
					throw error;
				});
			},
			onAccepted: ({ jobId }) => {
				// Pictures in base64 are large, and not needed any more.
				body = undefined;
				this.submitted.push({ jobId, itemIndex: item.index });
				// The one place where the id survives a Stop.
				this.context.logger.info(`TTAPI Midjourney submitted job ${jobId}`, {
					jobId,
					itemIndex: item.index,
				});
			},
			look: waits ? async (jobId) => await fetchJob(client, jobId, work.family) : undefined,
			judge: (accepted, outcome) => this.judge(receiptOf(work, accepted), outcome, item),
		});
	}

	/**
	 * What a wait came to: the job, done or still unfinished. Throws where that is an error.
	 * @param receipt what is known of the job without looking at it
	 */
	private judge(receipt: JobAnswer, outcome: WaitOutcome | undefined, item: Item): Result {
		if (!outcome) return { answer: receipt, timedOut: false };
		const answer = outcome.answer
			? { ...outcome.answer, job: completed(outcome.answer.job, receipt.job) }
			: receipt;
		if (outcome.timedOut) {
			if (item.options.onTimeout === 'continue') return { answer, timedOut: true };
			throw timeoutError(answer.job, outcome);
		}
		this.summary.note(answer.job, outcome.waitedMs);
		if (answer.job.status === 'FAILED') throw failedJobError(answer.job);
		return { answer, timedOut: false };
	}

	/** The output items of a job: one, or one a picture. */
	private async toItems(
		{ answer: { job, body }, timedOut }: Result,
		item: Item,
	): Promise<INodeExecutionData[]> {
		const shown = item.options.simplify === false ? withoutHookUrl(body) : job;
		const downloaded = await this.downloads.of(job, item.download);
		return downloaded.map(({ binary, imageIndex }) => ({
			json: {
				...shown,
				...(timedOut ? { timedOut } : {}),
				...(imageIndex === undefined ? {} : { imageIndex }),
			} as IDataObject,
			...(binary ? { binary } : {}),
			pairedItem: { item: item.index },
		}));
	}
}

/** What is known of a job when TTAPI has just taken it. */
function receiptOf(
	{ family, action, body }: SubmitWork,
	{ jobId, body: said }: Accepted,
): JobAnswer {
	const prompt = typeof body === 'object' && typeof body.prompt === 'string' ? body.prompt : null;
	return { job: submittedJob(jobId, family, { action, prompt }), body: said };
}

function timeoutError(
	{ jobId, status }: Job,
	{ waitedMs, trouble, answer }: WaitOutcome,
): TtapiError {
	const reason = trouble ? `: ${trouble.message}` : answer ? `: it is still ${status}` : '';
	return new TtapiError(
		`Job ${jobId} did not end within ${Math.round(waitedMs / 1000)} s${reason}`,
		{
			description:
				'The job goes on at TTAPI and is paid. Use Job > Wait with its ID to get the result, or raise Max Wait.',
			jobId,
			status,
		},
	);
}
