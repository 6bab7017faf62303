import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answer, whenAnswered } from '../callbacks/answers';
import { SHORTLY } from '../callbacks/shortly';
import { n8nClock } from '../host/n8nClock';
import { PictureDownloads } from '../images/downloadPictures';
import type { Clock } from '../jobs/clock';
import { TtapiError } from '../jobs/errors';
import { isRecord, jobIdOf } from '../jobs/job';
import { Slots } from '../jobs/slots';
import { waitForJob, type WaitOutcome } from '../jobs/waitForJob';
import { jobItems, jobJson, resultOf, soFar } from '../output/jobItems';
import { toErrorItem, toNodeError } from '../output/nodeErrors';
import { KEY_REFUSED, TtapiClient } from '../transport/client';
import { fetchNewJob } from '../transport/fetchJob';
import { patiently } from '../transport/read';
import { claim, release } from './claims';
import { failRun } from './failRun';
import { pauseOf, unfinishedJobs, type Pause, type UnfinishedJob } from './pause';
import { resumeUrlOf } from './resumeUrl';

/** How many jobs are looked at at once. */
const LOOKS_AT_ONCE = 10;

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
		const client = await TtapiClient.of(this, clock, [resumeUrlOf(this)]);
		return await handle({ context: this, pause, client, clock });
	} catch (error) {
		const reason = error instanceof Error ? error.message : String(error);
		this.logger.error(`TTAPI Midjourney could not look at the jobs of a pause: ${reason}`, {
			executionId: this.getExecutionId(),
		});
		return answer(this, 503, 'The jobs could not be looked at');
	}
}

async function handle(call: Call): Promise<IWebhookResponseData> {
	const { context, pause } = call;
	const jobs = unfinishedJobs(pause);
	const body: unknown = context.getBodyData();
	const jobId = isRecord(body) ? jobIdOf(body) : undefined;
	const called = jobs.find(({ receipt }) => receipt.job.jobId === jobId);

	const slots = new Slots(LOOKS_AT_ONCE);
	const seen = new Map<UnfinishedJob, Seen>();
	for (const group of inTurn(jobs, called)) {
		const looks = group.map(async (job) => {
			const patienceMs = job === called ? SHORTLY.patienceMs : 0;
			const looked = await slots.run(async () => await lookAt(call, job, patienceMs));
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
	const look = async () => await fetchNewJob(client, jobId, family, clock.now() - submittedAt);
	const looking = waitForJob({
		clock,
		look: async () => await patiently(clock, look, SHORTLY),
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
	const isTooLate = () => clock.now() > pause.until;
	if (isTooLate()) return answer(context, 200, 'The time to wait is over');
	if (!claim(pause.id)) return answer(context, 200, 'The execution is resumed already');

	// TTAPI need not wait for the downloads.
	const hasDownloads = [...seen.keys()].some(({ settings }) => settings.download !== 'none');
	if (hasDownloads) answer(context, 200, 'All jobs have ended');
	else whenAnswered(context, (isFine) => !isFine && release(pause.id));

	const downloads = new PictureDownloads({ context, clock, allowPrivate: client.isPrivate });
	const output = await outputOf({ context, pause, seen, downloads }).catch((error: unknown) => {
		release(pause.id);
		throw error;
	});
	if (isTooLate()) return answer(context, 200, 'The time to wait is over');
	return {
		workflowData: [output],
		...(hasDownloads
			? { noWebhookResponse: true }
			: { webhookResponse: { message: 'All jobs have ended' } }),
	};
}

/** The output items; those of the input where one failed, so that the execution is made to fail at the node. */
async function outputOf({
	context,
	pause: { items, continuesOnFail, submitted, input },
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
		// What is handed on then is what the node begins with when a person retries the execution.
		if (failRun(context, error)) return input;
	}
	// Where n8n could not be made to fail, the items say by their status what came of them.
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
