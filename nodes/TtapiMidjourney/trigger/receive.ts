import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { answer } from '../callbacks/answers';
import { SHORTLY } from '../callbacks/shortly';
import { n8nClock } from '../host/n8nClock';
import { PictureDownloads } from '../images/downloadPictures';
import { TtapiError } from '../jobs/errors';
import { isFinished, type Job, type JobAnswer } from '../jobs/job';
import { waitForJob } from '../jobs/waitForJob';
import { jobItems, jobJson } from '../output/jobItems';
import { TtapiClient } from '../transport/client';
import { fetchJob } from '../transport/fetchJob';
import { hasToken, isTooLarge, toldJob } from './callback';
import { triggerSettings, type TriggerSettings } from './settings';
import { StartedJobs } from './startedJobs';

/** More at once are asked to come again: a flood of calls must not become one of requests to TTAPI. */
const VERIFICATIONS_AT_ONCE = 10;

/** A call that starts nothing, with the answer to it. */
class NotStarted extends Error {
	constructor(
		readonly httpStatus: 200 | 400 | 401 | 404 | 413 | 503,
		message: string,
	) {
		super(message);
	}
}

/**
 * A callback of TTAPI: checks and verifies it, and starts the workflow with the job. The order of the checks is part of
 * the contract: nothing is asked of TTAPI for a call without the right token, size and form. Never throws: n8n would
 * start the workflow with an empty item.
 */
export async function receive(this: IWebhookFunctions): Promise<IWebhookResponseData> {
	try {
		return await start(this);
	} catch (error) {
		if (error instanceof NotStarted) return answer(this, error.httpStatus, error.message);
		this.logger.error('TTAPI Midjourney Trigger could not deal with a callback', {
			workflowId: this.getWorkflow().id,
			reason: error instanceof Error ? error.message : String(error),
		});
		return answer(this, 503, 'The callback could not be dealt with now');
	}
}

async function start(context: IWebhookFunctions): Promise<IWebhookResponseData> {
	const settings = triggerSettings(context);
	if (!hasToken(context, settings.callbackToken))
		throw new NotStarted(401, 'The token is missing or wrong');
	if (isTooLarge(context)) throw new NotStarted(413, 'The body is larger than 1 MB');
	const told = toldJob(context);
	if (!told) throw new NotStarted(400, 'This is no callback of TTAPI');
	if (!isFinished(told.job)) throw new NotStarted(200, 'The job has not ended');

	const memory = StartedJobs.of(context);
	// Whoever tests wants to send the same callback again and again.
	const deduplicates = settings.deduplicate && context.getMode() !== 'manual';
	if (deduplicates && (await memory.has(context, endOf(told.job)))) throw startedAlready();

	const { answer: known, allowPrivate } = settings.verify
		? await verify(context, told.job, memory)
		: { answer: told, allowPrivate: false };
	requireWanted(known.job, settings);
	const settle = deduplicates ? await memory.begin(context, endOf(known.job)) : () => {};
	if (!settle) throw startedAlready();

	const items = await itemsOf(context, known, settings, allowPrivate).catch((error: unknown) => {
		settle(false);
		throw error;
	});
	if (deduplicates) memory.store(context, endOf(known.job));
	const response = context.getResponseObject();
	// n8n answers when the run exists; a caller that is gone does not keep it from starting.
	if (response.destroyed) settle(true);
	else response.once('close', () => settle(response.statusCode < 400));
	return { workflowData: [items] };
}

const endOf = ({ jobId, status }: Job): string => `${jobId} ${status}`;

const startedAlready = () =>
	new NotStarted(200, 'This end of the job has started the workflow already');

/** Asks TTAPI for the job that a caller says has ended: nothing of what the caller says is believed. */
async function verify(
	context: IWebhookFunctions,
	{ jobId }: Job,
	memory: StartedJobs,
): Promise<{ answer: JobAnswer; allowPrivate: boolean }> {
	if (memory.verifying >= VERIFICATIONS_AT_ONCE)
		throw new NotStarted(503, 'Too many callbacks at once');
	memory.verifying++;
	try {
		const clock = n8nClock(context);
		const client = await TtapiClient.of(context, clock);
		const { answer: seen, end } = await waitForJob({
			...{ clock, since: clock.now(), lookNow: true },
			look: async () => await fetchJob(client, jobId, 'auto').catch(unknownJob),
			maxWaitMs: SHORTLY.patienceMs,
			firstIntervalMs: SHORTLY.firstIntervalMs,
		});
		if (seen && end === 'finished') return { answer: seen, allowPrivate: client.isPrivate };
		throw new NotStarted(
			503,
			seen ? 'TTAPI does not say yet that the job has ended' : 'TTAPI could not be asked',
		);
	} finally {
		memory.verifying--;
	}
}

function unknownJob(error: unknown): never {
	const isUnknown = error instanceof TtapiError && error.httpStatus === 404;
	throw isUnknown ? new NotStarted(404, 'TTAPI does not know the job') : error;
}

function requireWanted({ status, action, family }: Job, { events, actions }: TriggerSettings) {
	const isWanted =
		events.includes(status) && (actions.length === 0 || actions.includes(action ?? family));
	if (!isWanted) throw new NotStarted(200, 'Jobs of this kind do not start the workflow');
}

/** The items that the workflow starts with: a job whose images cannot be downloaded starts it all the same. */
async function itemsOf(
	context: IWebhookFunctions,
	known: JobAnswer,
	{ simplify, download }: TriggerSettings,
	allowPrivate: boolean,
): Promise<INodeExecutionData[]> {
	const result = { answer: known, timedOut: false };
	const downloads = new PictureDownloads({ context, clock: n8nClock(context), allowPrivate });
	const items = await jobItems(result, { index: 0, simplify, download }, downloads).catch(
		(error: unknown) => {
			if (!(error instanceof TtapiError)) throw error;
			const json = { ...jobJson(result, { simplify }), downloadError: error.message };
			return [{ json }] as INodeExecutionData[];
		},
	);
	// There is no item before a trigger that they could be paired with.
	return items.map(({ json, binary }) => ({ json, ...(binary ? { binary } : {}) }));
}
