import type { IExecuteFunctions } from 'n8n-workflow';

import { JobDownloads, UnavailableError } from '../downloads/jobDownloads';
import { isFinished, submittedJob, type Job, type JobAnswer } from '../jobs/job';
import { Scheduler } from '../jobs/scheduler';
import type { WaitOutcome } from '../jobs/waitForJob';
import type { Ledger } from '../ledger/ledger';
import { recall, type RecalledJob } from '../ledger/recall';
import { n8nClock } from '../n8n/clock';
import { continuesOnError } from '../n8n/context';
import { jobItems, jobItemsAnyway, lastSeen, resultOf, type JobResult } from '../output/jobItems';
import type { JobSettings } from '../parameters/settings';
import { canPause, resumeUrlOf } from '../pausing/canPause';
import type { UnfinishedJob } from '../pausing/pause';
import { TtapiClient } from '../transport/client';
import { fetchJob, fetchNewJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { refusesKey } from '../transport/refusals';
import type { Item } from '../parameters/item';
import type { JobWork, SubmitWork, Tools, Work } from './operation';
import { isUnfinished, type Performed, type Prepared } from '../output/outcome';
import { RunSummary } from './summary';
import { Submission, receiptOf, requestBody, type Submitting } from './submission';

/** One execution of the node: does the work of each item, and keeps what the items share. */
export class Execution {
	/** The items whose submit has no clear answer yet: when the run is stopped, their jobs may exist. */
	readonly underWay = new Set<number>();

	readonly summary = new RunSummary();

	private readonly run: Scheduler;

	private readonly downloads: JobDownloads;

	private readonly submitting: Submitting;

	/** @param resumeUrl where TTAPI reports the ends of the jobs, for a run that pauses */
	private constructor(
		readonly tools: Tools,
		private readonly ledger: Ledger,
		maxInFlight: number,
		resumeUrl?: string,
	) {
		const stopsAtFirstError = !continuesOnError(tools.context);
		const handsOver = resumeUrl !== undefined;
		const run = new Scheduler(tools.clock, { maxInFlight, stopsAtFirstError, handsOver });
		this.run = run;
		this.downloads = new JobDownloads(tools);
		const { underWay } = this;
		const requireOpen = () => run.requireOpen();
		this.submitting = { tools, ledger, underWay, requireOpen, resumeUrl };
	}

	/** Reads the credential and the settings of the first item. Throws an InputError where they cannot be used. */
	static async of(context: IExecuteFunctions, first: Item, ledger: Ledger): Promise<Execution> {
		const clock = n8nClock(context);
		const isPausing = first.waitForResult === 'callback';
		const client = await TtapiClient.of(context, clock, isPausing ? [resumeUrlOf(context)] : []);
		const tools: Tools = { context, client, clock, allowPrivate: client.isPrivate };
		const pausing = isPausing
			? canPause(context, first.download, client.isPrivate)
			: { resumeUrl: undefined };
		if ('resumeUrl' in pausing)
			return new Execution(tools, ledger, first.maxInFlight, pausing.resumeUrl);
		const execution = new Execution(tools, ledger, first.maxInFlight);
		execution.summary.remark(`polled instead of paused, as ${pausing.whyNot}`);
		return execution;
	}

	/** Submits nothing more; what is in flight goes on. */
	close(): void {
		this.run.close();
	}

	/**
	 * Asks what is free to ask before anything is paid: what became of the job that an earlier attempt has submitted for the
	 * item, and otherwise whether a new one can be submitted. Throws a TtapiError or InputError where it cannot.
	 */
	async prepare(work: Work, settings: JobSettings): Promise<Prepared> {
		if (work.kind !== 'submit') return { work, settings };
		const { check, checkPrompt, promptWarnings } = work;
		const { client, clock } = this.tools;
		const { index } = settings;
		const body = async () => await requestBody(work, settings);
		const recaller = { client, clock, ledger: this.ledger };
		const recalling = async () => await recall(recaller, { ...work, index, body });
		const recalled = await this.run.reads.run(recalling);
		if (!recalled) {
			if (check) await this.run.reads.run(check);
			if (checkPrompt) await this.run.reads.run(checkPrompt);
		}
		return { work, settings: { ...settings, promptWarnings }, recalled };
	}

	/** Does the work of one item. Throws TtapiError or InputError. */
	async perform({ work, settings, recalled }: Prepared): Promise<Performed> {
		if (work.kind === 'question') {
			const answers = await this.run.reads.run(work.ask);
			return answers.map((json) => ({ json }));
		}
		if (recalled) return await this.goOn(recalled, settings);
		return await this.handOn(await this.result(work, settings), settings);
	}

	/** Goes on with the job of an earlier attempt, which is paid. */
	private async goOn(
		{ receipt, answer, submittedAt }: RecalledJob,
		settings: JobSettings,
	): Promise<Performed> {
		this.summary.noteRecalled();
		if (isFinished(answer.job) || settings.waitForResult === 'none') {
			const result = { answer: lastSeen(receipt, answer) };
			const isGone = (error: unknown) => error instanceof UnavailableError && error.isGone;
			return await jobItemsAnyway(result, settings, this.downloads, isGone);
		}
		if (this.submitting.resumeUrl !== undefined)
			this.summary.remark('polled instead of paused for the job of an earlier attempt');
		const poll = async () =>
			await this.pollNewJob(receipt.job, this.tools.clock.now() - submittedAt);
		const result = await this.run.takeOver({ ...settings, poll }, (outcome) =>
			resultOf(receipt, outcome, settings),
		);
		return await jobItems(result, settings, this.downloads);
	}

	/**
	 * Goes on with a job that was handed over.
	 * @param pollOnce whether to look once more only, or to wait for it after all
	 */
	async followUp(unfinished: UnfinishedJob, pollOnce: boolean): Promise<Performed> {
		const { settings, receipt, submittedAt } = unfinished;
		const outcome = await this.run.follow({
			maxWaitMs: settings.maxWaitMs,
			firstIntervalMs: settings.firstIntervalMs,
			pollOnce,
			since: submittedAt,
			poll: async () => await this.pollNewJob(receipt.job, this.tools.clock.now() - submittedAt),
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

	private async get({ jobId, family, likely }: JobWork): Promise<JobResult> {
		const { clock, client } = this.tools;
		const look = async () => await fetchJob(client, jobId, family, likely);
		const answer = await this.run.reads.run(async () => await withRetries(clock, look));
		return { answer };
	}

	private async waitFor(
		{ jobId, family, likely, maxWaitMs = 0 }: JobWork,
		settings: JobSettings,
	): Promise<JobResult> {
		let likeliest = likely;
		const outcome = await this.run.follow({
			maxWaitMs,
			firstIntervalMs: settings.firstIntervalMs,
			poll: async () => {
				const answer = await fetchJob(this.tools.client, jobId, family, likeliest);
				likeliest = answer.job.family;
				return answer;
			},
		});
		this.summary.note(outcome);
		const job = submittedJob(jobId, family === 'auto' ? (likeliest ?? 'image') : family);
		return resultOf({ job, body: { jobId } }, outcome, settings);
	}

	private async submit(
		work: SubmitWork,
		settings: JobSettings,
	): Promise<JobResult | UnfinishedJob> {
		const { mode, maxWaitMs, firstIntervalMs } = settings;
		const submission = new Submission(this.submitting, work, settings);

		return await this.run.submit({
			durationKey: `${work.action} ${mode ?? ''}`,
			maxWaitMs,
			firstIntervalMs,
			submit: async () => await submission.send(),
			rescue: async (error) => {
				// A refused key is refused for every other job, too: no need to ask again and again.
				if (refusesKey(error)) this.run.close(error);
				return await submission.rescue(error);
			},
			onAccepted: (accepted) => {
				submission.accept(accepted);
				this.summary.noteSubmitted();
			},
			poll:
				settings.waitForResult === 'none'
					? undefined
					: async (jobId, ageMs) => await this.pollNewJob({ jobId, family: work.family }, ageMs),
			judge: (accepted, outcome) => {
				const receipt = receiptOf(work, accepted);
				if (!outcome) return { answer: receipt };
				return this.conclude(receipt, outcome, settings);
			},
		});
	}

	private async pollNewJob({ jobId, family }: Pick<Job, 'jobId' | 'family'>, ageMs: number) {
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
}
