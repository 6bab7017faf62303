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

/** A callback of TTAPI: checks and verifies it, and starts the workflow with the job. */
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

/** The checks stand in this order so that nothing is asked of TTAPI for a call without the right token, size and form. */
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
	// Whoever tests wants to send the same callback again and again.
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
		// Others wait to hear whether this call starts the workflow.
		settle(false);
		throw error;
	});
}

/** A reason for a failure may repeat the Callback URL, with the token as it is, or as it is written in a URL. */
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
	// TTAPI does not always say what a failed job was to do; its failure must not get lost.
	const isUnknown = status === 'FAILED' && action === null && family === 'image';
	// How TTAPI calls edits and videos is not known.
	const kind = family === 'image' ? (action ?? '') : family;
	const isWanted =
		events.includes(status) && (actions.length === 0 || isUnknown || actions.includes(kind));
	if (!isWanted) throw new NotStarted(200, 'Jobs of this kind do not start the workflow');
}

/** The items that the workflow starts with: a job whose images cannot be downloaded starts it all the same. */
async function itemsOf(
	known: JobAnswer,
	{ simplify, download, verify: isVerified }: TriggerSettings,
	downloads: JobDownloads,
): Promise<INodeExecutionData[]> {
	// What a caller says by itself is not believed.
	const reference = isVerified ? referenceIn(known.body) : undefined;
	const shown = { simplify, download, reference };
	return await jobItemsAnyway({ answer: known }, shown, downloads, () => true);
}
