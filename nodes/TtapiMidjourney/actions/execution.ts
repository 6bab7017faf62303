import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { PictureDownloads } from '../images/downloadPictures';
import { StoppedError, TtapiError } from '../jobs/errors';
import { submittedJob, type Job, type JobAnswer } from '../jobs/job';
import { JobRun } from '../jobs/jobRun';
import type { Accepted } from '../jobs/submitLine';
import type { WaitOutcome } from '../jobs/waitForJob';
import { n8nClock } from '../n8n/clock';
import { jobItems, resultOf, type JobResult } from '../output/jobItems';
import type { JobSettings } from '../output/jobSettings';
import type { PaidJob } from '../output/nodeErrors';
import { canPause } from '../pausing/canPause';
import type { UnfinishedJob } from '../pausing/pause';
import { KEY_REFUSED, TtapiClient } from '../transport/client';
import { fetchJob, fetchNewJob } from '../transport/fetchJob';
import { patiently } from '../transport/read';
import { submitJob } from '../transport/submitJob';
import type { Item } from './item';
import type { JobWork, RequestBody, SubmitWork, Tools, Work } from './operation';
import { RunSummary } from './runSummary';

/** The output items of one input item; or its job, handed over unfinished because the execution is to pause. */
export type Performed = INodeExecutionData[] | UnfinishedJob;

export const isUnfinished = (performed: object): performed is UnfinishedJob =>
	'submittedAt' in performed;

/** One execution of the node: does the work of each item, and keeps what the items share. */
export class Execution {
	/** The jobs that were submitted, in the order in which TTAPI took them. */
	readonly submitted: PaidJob[] = [];

	/** The items whose submit has no answer yet: when the run is stopped, their jobs may exist. */
	readonly underWay = new Set<number>();

	readonly summary = new RunSummary();

	private readonly run: JobRun;

	private readonly downloads: PictureDownloads;

	/** @param resumeUrl where TTAPI reports the ends of the jobs, for a run that pauses */
	private constructor(
		readonly tools: Tools,
		maxInFlight: number,
		private readonly resumeUrl?: string,
	) {
		const stopsAtFirstError = !tools.context.continueOnFail();
		const handsOver = resumeUrl !== undefined;
		this.run = new JobRun(tools.clock, { maxInFlight, stopsAtFirstError, handsOver });
		this.downloads = new PictureDownloads(tools);
	}

	/** Reads the credential and the settings of the first item. Throws an InputError where they cannot be used. */
	static async of(context: IExecuteFunctions, first: Item): Promise<Execution> {
		const clock = n8nClock(context);
		const client = await TtapiClient.of(context, clock);
		const tools: Tools = { context, client, clock, allowPrivate: client.isPrivate };
		const pausing =
			first.waitForResult === 'callback'
				? canPause(context, first.download, client.isPrivate)
				: { resumeUrl: undefined };
		if ('resumeUrl' in pausing) return new Execution(tools, first.maxInFlight, pausing.resumeUrl);
		const execution = new Execution(tools, first.maxInFlight);
		execution.summary.remark(`polled instead of paused, as ${pausing.whyNot}`);
		return execution;
	}

	/** Submits nothing more; what is in flight goes on. */
	close(): void {
		this.run.close();
	}

	/** Asks what is free to ask before the job of an item is paid. Throws an InputError where it would be paid in vain. */
	async check(work: Work): Promise<void> {
		if (work.kind === 'submit' && work.check) await this.run.reads.run(work.check);
	}

	/** Does the work of one item. Throws TtapiError or InputError. */
	async perform(work: Work, settings: JobSettings): Promise<Performed> {
		if (work.kind === 'question') {
			const answers = await this.run.reads.run(work.ask);
			return answers.map((json) => ({ json }));
		}
		return await this.handOn(await this.result(work, settings), settings);
	}

	/**
	 * Goes on with a job that was handed over.
	 * @param lookOnce whether to look once more only, or to wait for it after all
	 */
	async followUp(unfinished: UnfinishedJob, lookOnce: boolean): Promise<Performed> {
		const { settings, receipt, submittedAt } = unfinished;
		const outcome = await this.run.follow({
			maxWaitMs: settings.maxWaitMs,
			firstIntervalMs: settings.firstIntervalMs,
			lookOnce,
			since: submittedAt,
			look: async () => await this.lookAtNew(receipt.job, this.tools.clock.now() - submittedAt),
		});
		return await this.handOn(this.conclude(receipt, outcome, settings), settings);
	}

	private async handOn(
		result: JobResult | UnfinishedJob,
		settings: JobSettings,
	): Promise<Performed> {
		return isUnfinished(result) ? result : await jobItems(result, settings, this.downloads);
	}

	private async result(
		work: SubmitWork | JobWork,
		settings: JobSettings,
	): Promise<JobResult | UnfinishedJob> {
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
		return { answer };
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

	private async submit(
		work: SubmitWork,
		settings: JobSettings,
	): Promise<JobResult | UnfinishedJob> {
		const { mode, timeout, maxWaitMs, firstIntervalMs } = settings;
		const hookUrl = this.resumeUrl ?? settings.hookUrl;
		let body: RequestBody | undefined;

		return await this.run.submit({
			durationKey: `${work.action} ${mode ?? ''}`,
			maxWaitMs,
			firstIntervalMs,
			submit: async () => {
				body ??= typeof work.body === 'function' ? await work.body() : work.body;
				this.run.requireOpen();
				this.underWay.add(settings.index);
				const submission = submitJob(this.tools.client, work.path, { ...body, timeout, hookUrl });
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
					: async (jobId, ageMs) => await this.lookAtNew({ jobId, family: work.family }, ageMs),
			judge: (accepted, outcome) => {
				const receipt = receiptOf(work, accepted);
				if (!outcome) return { answer: receipt };
				return this.conclude(receipt, outcome, settings);
			},
		});
	}

	private async lookAtNew({ jobId, family }: Pick<Job, 'jobId' | 'family'>, ageMs: number) {
		return await fetchNewJob(this.tools.client, jobId, family, ageMs);
	}

	/** What a wait came to. Throws a TtapiError where that is an error. */
	private conclude(
		receipt: JobAnswer,
		outcome: WaitOutcome,
		settings: JobSettings,
	): JobResult | UnfinishedJob {
		const { end, answer, waitedMs } = outcome;
		if (end === 'handedOver') {
			return { settings, receipt, answer, submittedAt: this.tools.clock.now() - waitedMs };
		}
		this.summary.note(outcome);
		return resultOf(receipt, outcome, settings);
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
