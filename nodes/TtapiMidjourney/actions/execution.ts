import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { PictureDownloads } from '../images/downloadPictures';
import { StoppedError, TtapiError } from '../jobs/errors';
import { submittedJob, type JobAnswer } from '../jobs/job';
import { JobRun } from '../jobs/jobRun';
import type { Accepted } from '../jobs/submitLine';
import { TtapiClient } from '../transport/client';
import { fetchJob, fetchNewJob } from '../transport/fetchJob';
import { patiently } from '../transport/read';
import { submitJob } from '../transport/submitJob';
import type { Item, JobSettings } from './item';
import { jobItems, resultOf, type JobResult } from './jobItems';
import { n8nClock } from './n8nClock';
import type { PaidJob } from './nodeErrors';
import type { JobWork, RequestBody, SubmitWork, Tools, Work } from './operation';
import { RunSummary } from './runSummary';

const KEY_REFUSED = new Set<number | undefined>([401, 403]);

/** One execution of the node: does the work of each item, and keeps what the items share. */
export class Execution {
	/** The jobs that were submitted, in the order in which TTAPI took them. */
	readonly submitted: PaidJob[] = [];

	/** The items whose submit has no answer yet: when the run is stopped, their jobs may exist. */
	readonly underWay = new Set<number>();

	readonly summary = new RunSummary();

	private readonly run: JobRun;

	private readonly downloads: PictureDownloads;

	private constructor(
		readonly tools: Tools,
		maxInFlight: number,
	) {
		const stopsAtFirstError = !tools.context.continueOnFail();
		this.run = new JobRun(tools.clock, { maxInFlight, stopsAtFirstError });
		this.downloads = new PictureDownloads(tools);
	}

	/** Reads the credential and the settings of the first item. Throws an InputError where they cannot be used. */
	static async of(context: IExecuteFunctions, first: Item): Promise<Execution> {
		const clock = n8nClock(context);
		const client = await TtapiClient.of(context, clock);
		const tools: Tools = { context, client, clock, allowPrivate: client.isPrivate };
		return new Execution(tools, first.maxInFlight);
	}

	/** Submits nothing more; what is in flight goes on. */
	close(): void {
		this.run.close();
	}

	/** Asks what is free to ask before the job of an item is paid. Throws an InputError where it would be paid in vain. */
	async check(work: Work): Promise<void> {
		if (work.kind === 'submit' && work.check) await this.run.reads.run(work.check);
	}

	/** Does the work of one item and gives its output items. Throws TtapiError or InputError. */
	async perform(work: Work, settings: JobSettings): Promise<INodeExecutionData[]> {
		if (work.kind === 'question') {
			const answers = await this.run.reads.run(work.ask);
			return answers.map((json) => ({ json, pairedItem: { item: settings.index } }));
		}
		return await jobItems(await this.result(work, settings), settings, this.downloads);
	}

	private async result(work: SubmitWork | JobWork, settings: JobSettings): Promise<JobResult> {
		switch (work.kind) {
			case 'get':
				return await this.get(work);
			case 'wait':
				return await this.waitFor(work, settings);
			case 'submit':
				return await this.submit(work, settings);
		}
	}

	private async get({ jobId, family }: JobWork): Promise<JobResult> {
		const { clock, client } = this.tools;
		const look = async () => await fetchJob(client, jobId, family);
		const answer = await this.run.reads.run(async () => await patiently(clock, look));
		return { answer, timedOut: false };
	}

	private async waitFor(
		{ jobId, family, maxWaitMs = 0 }: JobWork,
		settings: JobSettings,
	): Promise<JobResult> {
		let known = family;
		const outcome = await this.run.follow({
			maxWaitMs,
			firstIntervalMs: settings.firstIntervalMs,
			look: async () => {
				const answer = await fetchJob(this.tools.client, jobId, known);
				known = answer.job.family;
				return answer;
			},
		});
		this.summary.note(outcome);
		const job = submittedJob(jobId, known === 'auto' ? 'image' : known);
		return resultOf({ job, body: { jobId } }, outcome, settings);
	}

	private async submit(work: SubmitWork, settings: JobSettings): Promise<JobResult> {
		const { client } = this.tools;
		const { mode, timeout, hookUrl, maxWaitMs, firstIntervalMs } = settings;
		let body: RequestBody | undefined;

		return await this.run.submit({
			durationKey: `${work.action} ${mode ?? ''}`,
			maxWaitMs,
			firstIntervalMs,
			submit: async () => {
				body ??= typeof work.body === 'function' ? await work.body() : work.body;
				this.run.requireOpen();
				this.underWay.add(settings.index);
				const submission = submitJob(client, work.path, { ...body, timeout, hookUrl });
				const answer = await submission.catch((error: unknown) => this.refused(error, settings));
				this.underWay.delete(settings.index);
				return answer;
			},
			onAccepted: ({ jobId }) => {
				// Images in base64 are large, and not needed any more.
				body = undefined;
				this.noteSubmitted({ jobId, itemIndex: settings.index });
			},
			look:
				settings.waitForResult === 'none'
					? undefined
					: async (jobId, ageMs) => await fetchNewJob(client, jobId, work.family, ageMs),
			judge: (accepted, outcome) => {
				const receipt = receiptOf(work, accepted);
				if (!outcome) return { answer: receipt, timedOut: false };
				this.summary.note(outcome);
				return resultOf(receipt, outcome, settings);
			},
		});
	}

	private refused(error: unknown, { index }: JobSettings): never {
		if (!(error instanceof StoppedError)) this.underWay.delete(index);
		// A refused key is refused for every other job, too: no need to ask again and again.
		if (error instanceof TtapiError && KEY_REFUSED.has(error.httpStatus)) this.run.close(error);
		throw error;
	}

	private noteSubmitted(job: PaidJob): void {
		this.submitted.push(job);
		// The one place where the id survives a Stop.
		this.tools.context.logger.info(`TTAPI Midjourney submitted job ${job.jobId}`, { ...job });
	}
}

/** What is known of a job when TTAPI has just taken it. */
function receiptOf(
	{ family, action, prompt = null }: SubmitWork,
	{ jobId, body }: Accepted,
): JobAnswer {
	return { job: submittedJob(jobId, family, { action, prompt }), body };
}
