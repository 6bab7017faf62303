import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { dealWith, respond, whenAnswered } from '../callbacks/respond';
import { n8nClock } from '../n8n/clock';
import { JobDownloads } from '../downloads/jobDownloads';
import { isFinished, type Job, type JobAnswer } from '../jobs/job';
import { referenceIn } from '../jobs/reference';
import { jobItemsAnyway } from '../output/jobItems';
import { hasToken, isTooLarge, toldJob } from './checks';
import type { JobKind } from './fields';
import { memoryOf } from './memory';
import { NotStarted } from './notStarted';
import { triggerSettings, type TriggerSettings } from './settings';
import { hasPrivateApi, verify } from './verify';

/**
 * Checks and verifies a callback, and starts the workflow with its job. Never throws.
 * @param kinds the kinds of jobs that the panel lists
 */
export async function receive(
	context: IWebhookFunctions,
	kinds: readonly JobKind[],
): Promise<IWebhookResponseData> {
	return await dealWith(
		context,
		async () =>
			await start(context, kinds).catch((error: unknown) => {
				if (error instanceof NotStarted) return respond(context, error.httpStatus, error.message);
				throw error;
			}),
	);
}

/** Token, size and form come first: a call without them causes no request to TTAPI. */
async function start(
	context: IWebhookFunctions,
	kinds: readonly JobKind[],
): Promise<IWebhookResponseData> {
	const settings = triggerSettings(context, kinds);
	if (!hasToken(context, settings.callbackToken))
		throw new NotStarted(401, 'The token is missing or wrong');
	if (isTooLarge(context)) throw new NotStarted(413, 'The body is larger than 1 MB');
	const told = toldJob(context);
	if (!told) throw new NotStarted(400, 'This is no callback of TTAPI');
	if (!isFinished(told.job)) throw new NotStarted(200, 'The job has not ended');

	const clock = n8nClock(context);
	const { startedJobs, verifications } = memoryOf(context, clock);
	// The same test callback may be sent again and again.
	const deduplicates = settings.deduplicate && context.getMode() !== 'manual';
	if (deduplicates && (await startedJobs.has(context, clock, endOf(told.job))))
		throw startedAlready();

	const { answer: known, allowPrivate } = settings.verify
		? await verify(context, clock, told.job, verifications, secretsOf(settings))
		: { answer: told, allowPrivate: await hasPrivateApi(context, clock, settings) };
	requireWanted(known.job, settings);
	const end = endOf(known.job);
	const settle = deduplicates ? await startedJobs.begin(context, clock, end) : () => {};
	if (!settle) throw startedAlready();

	const downloads = new JobDownloads({ context, clock, allowPrivate });
	const starting = itemsOf(known, settings, downloads).then((items) => {
		if (deduplicates) startedJobs.store(context, clock, end);
		whenAnswered(context, settle);
		return { workflowData: [items], webhookResponse: { message: 'The workflow was started' } };
	});
	return await starting.catch((error: unknown) => {
		// Other calls wait to know whether this one starts the workflow.
		settle(false);
		throw error;
	});
}

/** TTAPI's reason for a failure may repeat the Callback URL with the token, plain or percent-encoded. */
function secretsOf({ callbackToken }: TriggerSettings): string[] {
	if (callbackToken === '') return [];
	const encoded = new URLSearchParams({ token: callbackToken }).toString();
	// A space has two forms.
	return [`token=${callbackToken}`, encoded, encoded.replaceAll('+', '%20')];
}

const endOf = ({ jobId, status }: Job): string => `${jobId} ${status}`;

const startedAlready = () =>
	new NotStarted(200, 'This end of the job has started the workflow already');

function requireWanted({ status, action, family }: Job, { events, actions }: TriggerSettings) {
	// TTAPI doesn't always name the action of a failed job. Its failure must not get lost.
	const isUnknown = status === 'FAILED' && action === null && family === 'image';
	// TTAPI's names for the actions of edits and videos are not known.
	const kind = family === 'image' ? (action ?? '') : family;
	const isWanted =
		events.includes(status) && (actions.length === 0 || isUnknown || actions.includes(kind));
	if (!isWanted) throw new NotStarted(200, 'Jobs of this kind do not start the workflow');
}

/** The items that the workflow starts with. A failed download doesn't keep it from starting. */
async function itemsOf(
	known: JobAnswer,
	{ simplify, download, verify: isVerified }: TriggerSettings,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> {
	// An unverified caller could claim any reference.
	const reference = isVerified ? referenceIn(known.body) : undefined;
	const shown = { simplify, download, reference };
	return await jobItemsAnyway({ answer: known }, shown, downloads, () => true);
}
