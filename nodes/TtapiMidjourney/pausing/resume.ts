import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { dealWith, respond, whenAnswered } from '../callbacks/respond';
import { JobDownloads } from '../downloads/jobDownloads';
import { jobIdOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { momentOf } from '../jobs/clock';
import { n8nClock } from '../n8n/clock';
import { TtapiClient } from '../transport/client';
import { forgetCredential, recentCredential } from '../callbacks/recentCredential';
import { claim, forgetPolls, release, sharedPolls } from './memory';
import { pollAll, type PollResult, type Poller } from './polls';
import type { UnfinishedJob } from '../output/outcome';
import { pauseOf, unfinishedJobs, type Pause } from './pause';
import { resumeItems } from './resumeItems';

/** Kept free between the last download and the end of the pause, in ms, so that the resume still comes in time. */
const AFTER_DOWNLOADS_MS = 2_000;

/**
 * Handles a callback to a paused execution: polls the jobs that it waits for, and resumes it if all of them have finished.
 * Nothing in the callback itself is trusted.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await dealWith(
		this,
		async () =>
			await answer(this).catch((error: unknown) => {
				forgetCredential(this);
				throw error;
			}),
	);
}

async function answer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const pause = pauseOf(context);
	if (!pause) return respond(context, 200, 'The execution waits for no job of this node');
	const clock = n8nClock(context);
	const credential = recentCredential(context, clock);
	const client = await TtapiClient.of(context, clock, tokenOf(context), credential);
	const poller: Poller = { client, clock, shared: sharedPolls(clock, pause.id) };

	const body: unknown = context.getBodyData();
	const jobId = isRecord(body) ? jobIdOf(body) : undefined;
	const jobs = unfinishedJobs(pause);
	const called = jobs.find(({ receipt }) => receipt.job.jobId === jobId);
	const found = await pollAll(poller, jobs, called);
	switch (found.kind) {
		case 'unsure':
			return respond(context, 503, found.why);
		case 'unfinished':
			return respond(context, 200, 'Other jobs have not ended yet');
		case 'allFinished':
			return await resumeExecution(context, pause, found.results, poller);
	}
}

/** The secret part of the resume URL. Evaluating the whole URL would take n8n longer. */
function tokenOf(context: IWebhookFunctions): string[] {
	const { signature } = context.getQueryData() as { signature?: unknown };
	return typeof signature === 'string' ? [`signature=${signature}`, signature] : [];
}

/** Resumes the execution with its jobs' results, unless another callback has done so. */
async function resumeExecution(
	context: IWebhookFunctions,
	pause: Pause,
	results: Map<UnfinishedJob, PollResult>,
	{ client, clock }: Poller,
): Promise<IWebhookResponseData> {
	const isTooLate = () => clock.date() > pause.until;
	if (isTooLate()) return respond(context, 200, 'The time to wait is over');
	if (!claim(clock, pause.id)) return respond(context, 200, 'The execution is resumed already');

	// With downloads, TTAPI is answered before they begin.
	const hasDownloads = [...results.keys()].some(({ settings }) => settings.download !== 'none');
	if (hasDownloads) {
		respond(context, 200, 'All jobs have ended');
	} else {
		whenAnswered(context, (isFine) => {
			if (!isFine) release(pause.id);
		});
	}

	const until = momentOf(clock, pause.until) - AFTER_DOWNLOADS_MS;
	const downloads = new JobDownloads({ context, clock, allowPrivate: client.isPrivate, until });
	const items = await resumeItems(context, pause, results, downloads).catch((error: unknown) => {
		release(pause.id);
		throw error;
	});
	if (isTooLate()) return respond(context, 200, 'The time to wait is over');
	forgetPolls(pause.id);
	return {
		workflowData: [items],
		...(hasDownloads
			? { noWebhookResponse: true }
			: { webhookResponse: { message: 'All jobs have ended' } }),
	};
}
