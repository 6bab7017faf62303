import type { IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { forgetCredential, recentCredential } from '../callbacks/recentCredential';
import { dealWith, respond, whenAnswered } from '../callbacks/respond';
import { JobDownloads } from '../downloads/jobDownloads';
import { momentOf, type Clock } from '../jobs/clock';
import { jobIdOf } from '../jobs/job';
import { isRecord } from '../jobs/json';
import { n8nClock } from '../n8n/clock';
import { TtapiClient } from '../transport/client';
import type { TtapiCredential } from '../transport/hosts';
import type { Found } from './looks';
import { claim, inOpenCall, isClaimed, release } from './memory';
import { pauseOf, unfinishedJobs, type Pause } from './pause';
import { resumeItems } from './resumeItems';
import { resumeUrlOf } from './resumeWebhook';
import { startWatch, watchOf, type Watch } from './watch';

/** When a call is answered at the latest, in ms: TTAPI sends a callback once, and takes no answer but 200. */
const ANSWER_MS = 1_800;

/** How long one call per pause goes on after its answer, in ms after it came. */
const OPEN_MS = 10_000;

/** How often the credential is read, and the wait between, in ms: no longer than a call stays open. */
const CREDENTIAL = { tries: 4, waitMs: 2_500 };

/** Kept free between the last download and the end of the pause, in ms, so that the resume still comes in time. */
const AFTER_DOWNLOADS_MS = 2_000;

/**
 * Handles a callback to a paused execution, or a call of the watch: looks at the jobs that it waits for, and resumes it if all
 * are over. Nothing in the call itself is trusted. A callback is answered with 200 in any case.
 */
export async function resume(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	return await dealWith(this, async () => await answer(this));
}

async function answer(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const clock = n8nClock(context);
	const came = clock.now();
	const pause = pauseOf(context);
	const given: unknown = context.getBodyData();
	const body = isRecord(given) ? given : {};
	// A watch may call for an earlier round of a loop.
	if ('pauseId' in body && body.pauseId !== pause?.id)
		return respond(context, 409, 'This pause is over');
	if (!pause) return respond(context, 200, 'The execution waits for no job of this node');
	// If that fails, the watch tries again.
	if (isClaimed(clock, pause.id)) return respond(context, 200, 'The execution is resumed already');

	const watching = watchFor(context, clock, pause);
	const finding = watching.then(async (watch) => await watch.callback(jobIdOf(body)));
	const soon = await within(clock, ANSWER_MS, finding);
	if (soon) return await dealWithFound(context, clock, pause, await watching, soon);

	respond(context, 200, 'The callback is here, and its job is looked at');
	const later = await inOpenCall(
		pause.id,
		async () => await within(clock, came + OPEN_MS - clock.now(), finding),
	);
	// From now on it is up to the watch.
	if (!later) return { noWebhookResponse: true };
	return await dealWithFound(context, clock, pause, await watching, later);
}

/** What the promise resolves to, or undefined if that takes longer. */
const within = async <T>(clock: Clock, ms: number, promise: Promise<T>): Promise<T | undefined> =>
	await Promise.race([promise, clock.sleep(Math.max(0, ms)).then(() => undefined)]);

/** The watch of the pause. If another process has paused, or n8n was started anew, it begins now. */
async function watchFor(context: IWebhookFunctions, clock: Clock, pause: Pause): Promise<Watch> {
	const known = watchOf(clock, pause.id);
	if (known) return known;
	const resumeUrl = resumeUrlOf(context);
	const credential = await credentialOf(context, clock);
	const { id: pauseId, until } = pause;
	return (
		watchOf(clock, pauseId) ??
		startWatch(context, {
			pauseId,
			until,
			jobs: unfinishedJobs(pause),
			credential,
			resumeUrl,
			isNew: false,
		})
	);
}

/** Throws if the credential can't be read for some seconds, or can't be used. */
async function credentialOf(context: IWebhookFunctions, clock: Clock): Promise<TtapiCredential> {
	const read = async () =>
		(await TtapiClient.of(context, clock, [], recentCredential(context, clock))).credential;
	for (let tries = 1; tries < CREDENTIAL.tries; tries++) {
		const credential = await read().catch(() => forgetCredential(context));
		if (credential) return credential;
		await clock.sleep(CREDENTIAL.waitMs);
	}
	return await read();
}

/** Resumes the execution with its jobs' results if all are over, unless another call has done so. */
async function dealWithFound(
	context: IWebhookFunctions,
	clock: Clock,
	pause: Pause,
	watch: Watch,
	found: Found,
): Promise<IWebhookResponseData> {
	if (found !== 'allOver') return respond(context, 200, 'Other jobs have not ended yet');
	const isTooLate = () => clock.date() > pause.until;
	if (isTooLate()) return respond(context, 200, 'The time to wait is over');
	if (!claim(clock, pause.id)) return respond(context, 200, 'The execution is resumed already');

	let isGivenUp = false;
	const giveUp = () => {
		isGivenUp = true;
		release(pause.id);
		watch.tryAgain();
	};
	// With downloads, TTAPI is answered before they begin.
	const hasDownloads = unfinishedJobs(pause).some(({ settings }) => settings.download !== 'none');
	if (hasDownloads) respond(context, 200, 'All jobs have ended');
	const isAnswered = context.getResponseObject().headersSent;
	if (!isAnswered) {
		whenAnswered(context, (isFine) => {
			if (!isFine) giveUp();
			else if (!isGivenUp) watch.end();
		});
	}

	const until = momentOf(clock, pause.until) - AFTER_DOWNLOADS_MS;
	const downloads = new JobDownloads({ context, clock, allowPrivate: watch.isPrivate, until });
	const items = await resumeItems(context, pause, watch.looks.outcomes, downloads).catch(
		(error: unknown) => {
			giveUp();
			throw error;
		},
	);
	if (isTooLate()) return respond(context, 200, 'The time to wait is over');
	if (isAnswered) watch.end();
	return {
		workflowData: [items],
		...(isAnswered
			? { noWebhookResponse: true }
			: { webhookResponse: { message: 'All jobs have ended' } }),
	};
}
