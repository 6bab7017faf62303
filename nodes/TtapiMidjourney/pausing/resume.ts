import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answer } from '../callbacks/answers';
import { SHORTLY } from '../callbacks/shortly';
import { n8nClock } from '../host/n8nClock';
import { PictureDownloads } from '../images/downloadPictures';
import type { Clock } from '../jobs/clock';
import { TtapiError } from '../jobs/errors';
import { jobIdOf } from '../jobs/job';
import { waitForJob, type WaitOutcome } from '../jobs/waitForJob';
import { jobItems, jobJson, resultOf, soFar } from '../output/jobItems';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { KEY_REFUSED, TtapiClient } from '../transport/client';
import { fetchNewJob } from '../transport/fetchJob';
import { claim, release } from './claims';
import { failRun } from './failRun';
import { storedPause, unfinishedJobs, type Pause, type UnfinishedJob } from './pause';

/** So soon before n8n ends the pause by itself nothing is resumed any more: n8n 1.x would do both. */
const TOO_LATE_MS = 1_000;

/** A callback that is being dealt with. */
interface Call {
	context: IWebhookFunctions;
	pause: Pause;
	client: TtapiClient;
	clock: Clock;
}

/** What looking at a job came to: how it stands, or why looking again is in vain. */
type Seen = WaitOutcome | TtapiError;

/**
 * A callback to a paused execution: looks at the jobs that it waits for, and resumes it when all of them have ended. The
 * callback itself is only the occasion: nothing in it is believed. Never throws (n8n-engine.md 33).
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		const pause = pauseOf(this);
		if (!pause) return answer(this, 200, 'The execution waits for no job of this node');
		const clock = n8nClock(this);
		const client = await TtapiClient.of(this, clock);
		return await handle({ context: this, pause, client, clock });
	} catch (error) {
		this.logger.error('TTAPI Midjourney could not deal with a callback to a paused execution', {
			executionId: this.getExecutionId(),
			reason: error instanceof Error ? error.message : String(error),
		});
		return answer(this, 503, 'The jobs could not be looked at');
	}
}

function pauseOf(context: IWebhookFunctions): Pause | undefined {
	// Written in escapes, as any character may be in the name of a node, also those that end an expression.
	const name = context
		.getNode()
		.name.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
	return storedPause(context.evaluateExpression(`{{ $("${name}").context }}`));
}

async function handle(call: Call): Promise<IWebhookResponseData> {
	const { context, pause } = call;
	const jobs = unfinishedJobs(pause);
	const jobId = jobIdOf(context.getBodyData());
	const called = jobs.find(({ receipt }) => receipt.job.jobId === jobId);

	const seen = new Map<UnfinishedJob, Seen>();
	for (const group of inTurn(jobs, called)) {
		const looks = group.map(async (job) => {
			const looked = await lookAt(call, job, job === called ? SHORTLY.patienceMs : 0);
			seen.set(job, looked);
			return looked;
		});
		const unfinished = (await Promise.all(looks)).filter(isUnfinished);
		if (unfinished.some(({ trouble }) => trouble))
			return answer(context, 503, 'TTAPI could not be asked for all jobs');
		if (unfinished.length > 0 && called && group.includes(called))
			return answer(context, 503, 'TTAPI does not say yet that the job has ended');
		if (unfinished.length > 0) return answer(context, 200, 'Other jobs have not ended yet');
	}
	return await goOn(call, seen);
}

const isUnfinished = (seen: Seen): seen is WaitOutcome =>
	!(seen instanceof TtapiError) && seen.end === 'handedOver';

/**
 * The jobs in the order of looking at them: first the one that is said to have ended, then the one that is most likely
 * unfinished, as one of them is enough to know that the execution goes on waiting.
 */
function inTurn(jobs: UnfinishedJob[], called?: UnfinishedJob): UnfinishedJob[][] {
	const [youngest, ...others] = jobs
		.filter((job) => job !== called)
		.sort((a, b) => b.submittedAt - a.submittedAt);
	return [called ? [called] : [], youngest ? [youngest] : [], others];
}

/** @param patienceMs for how long to look again at a job that has not ended */
async function lookAt(
	{ client, clock }: Call,
	{ settings, receipt, submittedAt }: UnfinishedJob,
	patienceMs: number,
): Promise<Seen> {
	const { jobId, family } = receipt.job;
	const looking = waitForJob({
		clock,
		look: async () => await fetchNewJob(client, jobId, family, clock.now() - submittedAt),
		since: submittedAt,
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: SHORTLY.firstIntervalMs,
		lookNow: true,
		handOver: patienceMs > 0 ? clock.sleep(patienceMs) : Promise.resolve(),
	});
	return await looking.catch((error: unknown) => {
		// A refused key may be accepted again before the time is up.
		if (error instanceof TtapiError && !KEY_REFUSED.has(error.httpStatus)) return error;
		throw error;
	});
}

/** Resumes the execution with what came of its jobs, unless another callback has done so. */
async function goOn(
	{ context, pause, client, clock }: Call,
	seen: Map<UnfinishedJob, Seen>,
): Promise<IWebhookResponseData> {
	const isTooLate = () => clock.now() > pause.until - TOO_LATE_MS;
	if (isTooLate()) return answer(context, 200, 'The time to wait is over');
	if (!claim(pause.id)) return answer(context, 200, 'The execution is resumed already');

	const response = context.getResponseObject();
	// TTAPI need not wait for the downloads.
	const hasDownloads = [...seen.keys()].some(({ settings }) => settings.download !== 'none');
	if (hasDownloads) answer(context, 200, 'All jobs have ended');
	else response.once('finish', () => response.statusCode >= 400 && release(pause.id));

	const downloads = new PictureDownloads({ context, clock, allowPrivate: client.isPrivate });
	const output = await outputOf({ context, pause, seen, downloads }).catch((error: unknown) => {
		release(pause.id);
		throw error;
	});
	if (isTooLate()) return answer(context, 200, 'The time to wait is over');
	return { workflowData: [output], ...(hasDownloads ? { noWebhookResponse: true } : {}) };
}

/** The output items. Where one failed and the node does not continue, the execution is made to fail at the node. */
async function outputOf({
	context,
	pause: { items, continuesOnFail, submitted },
	seen,
	downloads,
}: {
	context: IWebhookFunctions;
	pause: Pause;
	seen: Map<UnfinishedJob, Seen>;
	downloads: PictureDownloads;
}): Promise<INodeExecutionData[]> {
	const results = await Promise.all(
		items.map(async (item) =>
			'job' in item
				? await itemOf(item.job, seen.get(item.job)!, downloads)
				: { output: item.output },
		),
	);
	const failed = results.findIndex(({ error }) => error !== undefined);
	if (failed >= 0 && !continuesOnFail) {
		const error = toNodeError(context.getNode(), results[failed].error, failed, submitted);
		// Where n8n cannot be made to fail, the items say by their status what came of them.
		failRun(context, error);
	}
	return results.map(({ error, output }, index) =>
		error !== undefined && continuesOnFail ? toErrorItem(error, index) : output,
	);
}

/** @returns the item, or the error of it and what is known all the same */
async function itemOf(
	{ settings, receipt }: UnfinishedJob,
	seen: Seen,
	downloads: PictureDownloads,
): Promise<{ output: INodeExecutionData; error?: unknown }> {
	const { index } = settings;
	try {
		if (seen instanceof TtapiError) throw seen;
		const [output] = await jobItems(resultOf(receipt, seen, settings), settings, downloads);
		return { output };
	} catch (error) {
		const known = seen instanceof TtapiError ? { end: 'finished' as const } : seen;
		const json = jobJson(soFar(receipt, known), settings);
		return { error, output: { json, pairedItem: { item: index } } };
	}
}
