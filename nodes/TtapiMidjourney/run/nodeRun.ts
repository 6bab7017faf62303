import type { IExecuteFunctions, NodeApiError, NodeOperationError } from 'n8n-workflow';

import { JobDownloads } from '../downloads/jobDownloads';
import type { Clock } from '../jobs/clock';
import { InputError, StoppedError } from '../jobs/errors';
import { NotSubmittedError, Scheduler } from '../jobs/scheduler';
import type { Ledger } from '../ledger/ledger';
import { SharedHistory } from '../ledger/sharedHistory';
import { n8nClock } from '../n8n/clock';
import { continuesOnError, executionEndsAt } from '../n8n/context';
import { toNodeError } from '../output/nodeErrors';
import type { Failed } from '../output/outcome';
import { isAdded, settingOfRun } from '../parameters/item';
import { download, waitForResult } from '../parameters/job';
import { maxInFlight, maxJobs, pollInterval } from '../parameters/options';
import { canPause } from '../pausing/canPause';
import { resumeUrlOf } from '../pausing/resumeWebhook';
import { accountQuestions } from '../transport/accountQuestions';
import { TtapiClient } from '../transport/client';
import type { Operation, Tools } from './operation';
import { RunSummary } from './summary';

/** How long before n8n stops the execution the run is over, in ms: the last polls take their time. */
const BEFORE_THE_END_MS = 3_000;

/** How long before it requests under way are given up, in ms: only then can the node say what came of them. */
const GIVE_UP_MS = 1_000;

/** What holds for the whole run. Its first item says it. */
interface RunSettings {
	maxInFlight: number;
	/** How many new jobs it may submit; undefined if there is no limit. */
	maxJobs?: number;
	/** Poll Interval; undefined for the mode's default. */
	firstPollSeconds?: number;
	/** Where TTAPI sends its callbacks, if the run pauses. */
	resumeUrl?: string;
}

/** What the items of one run of the node share. */
export class NodeRun implements Tools {
	readonly allowPrivate: boolean;

	/** When the run must be over, because n8n's own execution timeout is, in ms of the clock. Undefined for never. */
	readonly until?: number;

	/** Whether a failed item becomes an item of the output instead of ending the run. */
	readonly continuesOnError: boolean;

	readonly scheduler: Scheduler;

	readonly history: SharedHistory;

	readonly downloads: JobDownloads;

	readonly summary = new RunSummary();

	/** The items whose submit has no clear answer yet. If the run is stopped now, their jobs may exist. */
	readonly submitting = new Set<number>();

	/** The items that need a new job and have none. */
	readonly notSubmitted = new Set<number>();

	/** The error that ends the run. */
	failure?: Failed;

	private readonly stopAsking: () => void;

	/** By the question. */
	private readonly answers = new Map<string, Promise<unknown>>();

	private constructor(
		readonly context: IExecuteFunctions,
		readonly client: TtapiClient,
		readonly clock: Clock,
		readonly ledger: Ledger,
		readonly settings: RunSettings,
	) {
		this.allowPrivate = client.isPrivate;
		const endsAt = executionEndsAt(context, clock);
		if (endsAt !== undefined) {
			this.until = endsAt - BEFORE_THE_END_MS;
			client.giveUpAt = endsAt - GIVE_UP_MS;
		}
		this.continuesOnError = continuesOnError(context);
		this.history = new SharedHistory(client, clock);
		const schedule = {
			maxInFlight: settings.maxInFlight,
			stopsAtFirstError: !this.continuesOnError,
			handsOver: settings.resumeUrl !== undefined,
			until: this.until,
		};
		this.stopAsking = client.account.letAsk(accountQuestions(client));
		this.scheduler = new Scheduler(clock, schedule, client.account);
		this.downloads = new JobDownloads(this);
	}

	/** Reads the credential and the settings of the run. Throws an InputError if one of them can't be used. */
	static async start(
		context: IExecuteFunctions,
		ledger: Ledger,
		{ hasCallback = true }: Pick<Operation, 'hasCallback'>,
	): Promise<NodeRun> {
		const clock = n8nClock(context);
		const isPausing = settingOfRun(context, waitForResult) === 'callback';
		const client = await TtapiClient.of(context, clock, isPausing ? [resumeUrlOf(context)] : []);
		const pausing = isPausing
			? canPause(context, {
					hasCallback,
					download: settingOfRun(context, download),
					allowPrivate: client.isPrivate,
				})
			: undefined;
		const run = new NodeRun(context, client, clock, ledger, {
			maxInFlight: settingOfRun(context, maxInFlight),
			maxJobs: maxJobsOf(context),
			firstPollSeconds: settingOfRun(context, pollInterval),
			resumeUrl: pausing?.resumeUrl,
		});
		if (pausing?.whyNot) run.summary.remark(`polled instead of paused, as ${pausing.whyNot}`);
		return run;
	}

	async once<T>(question: string, ask: () => Promise<T>): Promise<T> {
		const answer = this.answers.get(question) ?? ask();
		this.answers.set(question, answer);
		return (await answer) as T;
	}

	/** Says that the run is over. */
	end(): void {
		this.stopAsking();
		this.ledger.close();
	}

	/** Notes that an item failed. Without "Continue", or on Stop, nothing more is submitted then. */
	fail(error: unknown, index: number): Failed {
		const failed: Failed = { kind: 'failed', error, index };
		if (this.continuesOnError && !(error instanceof StoppedError)) return failed;
		this.scheduler.close();
		// A Stop counts more than the error before it: only then the log says which jobs go on.
		const isFirstStop =
			error instanceof StoppedError && !(this.failure?.error instanceof StoppedError);
		if (isFirstStop) this.failure = failed;
		else if (!(error instanceof NotSubmittedError)) this.failure ??= failed;
		return failed;
	}

	/** The error that n8n shows for the run. It lists every job that was submitted. */
	errorOf({ error, index }: Failed): NodeApiError | NodeOperationError {
		const { jobs, doubtful } = this.ledger;
		const notSubmitted = [...this.notSubmitted].filter(
			(item) => item !== index && !this.submitting.has(item),
		);
		if (error instanceof StoppedError) this.logStop();
		return toNodeError(this.context.getNode(), error, index, jobs, doubtful, notSubmitted);
	}

	/** n8n's text log only shows the message; its JSON log also shows the metadata. */
	private logStop(): void {
		const jobIds = this.ledger.jobs.map(({ jobId }) => jobId);
		const itemsUnderWay = [...this.submitting];
		const parts = ['TTAPI Midjourney was stopped'];
		if (jobIds.length > 0) parts.push(`these jobs continue at TTAPI: ${jobIds.join(', ')}`);
		if (itemsUnderWay.length > 0)
			parts.push(`the jobs of these items may exist: ${itemsUnderWay.join(', ')}`);
		this.context.logger.warn(parts.join('; '), { jobIds, itemsUnderWay });
	}
}

/** A limit that was added but comes out empty limits nothing: that is not what the user wants. */
function maxJobsOf(context: IExecuteFunctions): number | undefined {
	const most = settingOfRun(context, maxJobs);
	if (most === undefined && isAdded(context, maxJobs)) {
		throw new InputError(
			"'Max Jobs' is empty",
			'Let its expression return a whole number from 0, or remove the option.',
		);
	}
	return most;
}
