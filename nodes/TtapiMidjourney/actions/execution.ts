import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { PictureDownloads } from '../images/downloadPictures';
import { TtapiError } from '../jobs/errors';
import { failedJobError } from '../jobs/failure';
import { submittedJob, withoutHookUrl, type JobAnswer, type JobFamily } from '../jobs/job';
import { JobRun } from '../jobs/jobRun';
import { Slots } from '../jobs/slots';
import type { WaitOutcome } from '../jobs/waitForJob';
import { TtapiClient } from '../transport/client';
import { fetchJob } from '../transport/fetchJob';
import { patiently } from '../transport/read';
import { submitJob } from '../transport/submitJob';
import type { Item } from './item';
import { n8nClock } from './n8nClock';
import type { SubmittedJob } from './nodeErrors';
import type { JobWork, SubmitWork, Tools, Work } from './operation';
import { RunSummary } from './runSummary';

const KEY_REFUSED = new Set<number | undefined>([401, 403]);
const QUESTIONS_AT_ONCE = 10;
/** A minute more than the longest job timeout. */
const JOB_WAIT_SECONDS = 1260;

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
		this.run = new JobRun(tools.clock, maxInFlight);
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

	/** Does the work of one item and gives its output items. Throws TtapiError or InputError. */
	async perform(work: Work, item: Item): Promise<INodeExecutionData[]> {
		switch (work.kind) {
			case 'question': {
				const answers = await this.questions.run(work.ask);
				return answers.map((json) => ({ json, pairedItem: { item: item.index } }));
			}
			case 'get':
				return await this.toItems(
					await this.questions.run(async () => await this.getJob(work)),
					item,
				);
			case 'wait':
				return await this.finish(await this.waitFor(work, item), item, work.jobId);
			case 'submit':
				return await this.submit(work, item);
		}
	}

	private async getJob({ jobId, family }: JobWork): Promise<JobAnswer> {
		return await patiently(
			this.tools.clock,
			async () => await fetchJob(this.tools.client, jobId, family),
		);
	}

	private async waitFor({ jobId, family }: JobWork, item: Item): Promise<WaitOutcome> {
		let known: JobFamily | 'auto' = family;
		return await this.run.follow({
			maxWaitMs: (item.seconds('maxWait', 'Max Wait') ?? JOB_WAIT_SECONDS) * 1000,
			firstIntervalMs: item.firstIntervalMs,
			look: async () => {
				const answer = await fetchJob(this.tools.client, jobId, known);
				known = answer.job.family;
				return answer;
			},
		});
	}

	private async submit(work: SubmitWork, item: Item): Promise<INodeExecutionData[]> {
		const { client } = this.tools;
		const { timeout, hookUrl } = item;
		const waits = item.parameter('waitForResult') !== 'none';
		let body: Record<string, unknown> | undefined;

		const { accepted, outcome } = await this.run.submit({
			maxWaitMs: item.maxWaitMs,
			firstIntervalMs: item.firstIntervalMs,
			submit: async () => {
				body ??= typeof work.body === 'function' ? await work.body() : work.body;
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
		});

		const prompt =
			typeof work.body === 'object' && typeof work.body.prompt === 'string'
				? work.body.prompt
				: null;
		const receipt: JobAnswer = {
			job: submittedJob(accepted.jobId, work.family, { action: work.action, prompt }),
			body: accepted.body,
		};
		if (!outcome) return await this.toItems(receipt, item);
		return await this.finish(
			{ ...outcome, answer: outcome.answer ?? receipt },
			item,
			accepted.jobId,
		);
	}

	/** A job whose wait is over: done, failed, or still unfinished. */
	private async finish(
		{ answer, timedOut, trouble, waitedMs }: WaitOutcome,
		item: Item,
		jobId: string,
	): Promise<INodeExecutionData[]> {
		if (timedOut || !answer) {
			if (item.options.onTimeout !== 'continue' || !answer)
				throw timeoutError(jobId, waitedMs, answer, trouble);
			return await this.toItems(answer, item, { timedOut: true });
		}
		this.summary.note(answer.job, waitedMs);
		if (answer.job.status === 'FAILED') throw failedJobError(answer.job);
		return await this.toItems(answer, item);
	}

	/** The output items of a job: one, or one a picture. */
	private async toItems(
		{ job, body }: JobAnswer,
		item: Item,
		more: IDataObject = {},
	): Promise<INodeExecutionData[]> {
		const shown = item.options.simplify === false ? withoutHookUrl(body) : job;
		const downloaded = await this.downloads.of(job, item.download);
		return downloaded.map(({ binary, imageIndex }) => ({
			json: {
				...shown,
				...more,
				...(imageIndex === undefined ? {} : { imageIndex }),
			} as IDataObject,
			...(binary ? { binary } : {}),
			pairedItem: { item: item.index },
		}));
	}
}

function timeoutError(
	jobId: string,
	waitedMs: number,
	answer: JobAnswer | undefined,
	trouble: TtapiError | undefined,
): TtapiError {
	const seconds = Math.round(waitedMs / 1000);
	const state = answer?.job.status;
	const reason = trouble ? `: ${trouble.message}` : state ? `: it is still ${state}` : '';
	return new TtapiError(`Job ${jobId} did not end within ${seconds} s${reason}`, {
		description:
			'The job goes on at TTAPI and is paid. Use Job > Wait with its ID to get the result, or raise Max Wait.',
		jobId,
		status: state,
	});
}
