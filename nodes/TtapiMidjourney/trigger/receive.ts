import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';

import { dealWith, respond } from '../callbacks/respond';
import { JobDownloads } from '../downloads/jobDownloads';
import { reasonOf } from '../jobs/errors';
import { isFinished, type Job, type JobAnswer } from '../jobs/job';
import { referenceIn } from '../jobs/reference';
import { n8nClock } from '../n8n/clock';
import { jobItemsAnyway } from '../output/jobItems';
import { hasToken, isTooLarge, toldJob } from './checks';
import type { JobKind } from './fields';
import { memoryOf } from './memory';
import { triggerSettings, type TriggerSettings } from './settings';
import type { StartedJobs } from './startedJobs';
import { finishedJobs, hasPrivateApi, knowsJob, type Call } from './verify';
import { REPORTED_BY } from './verificationQueue';

interface TriggerCall extends Call {
	startedJobs: StartedJobs;
	deduplicates: boolean;
}

/**
 * Checks a callback and answers it, before TTAPI is asked: it is sent only once. Then verifies it, and starts the workflow with
 * its job. Never throws.
 * @param kinds the kinds of jobs that the panel lists
 */
export async function receive(
	context: IWebhookFunctions,
	kinds: readonly JobKind[],
): Promise<IWebhookResponseData> {
	return await dealWith(context, async () => await start(context, kinds));
}

/** Token, size and form come first: a call without them causes no request to TTAPI. */
async function start(
	context: IWebhookFunctions,
	kinds: readonly JobKind[],
): Promise<IWebhookResponseData> {
	const settings = triggerSettings(context, kinds);
	if (!hasToken(context, settings.callbackToken))
		return respond(context, 401, 'The token is missing or wrong');
	if (isTooLarge(context)) return respond(context, 413, 'The body is larger than 1 MB');
	const told = toldJob(context);
	if (!told) return respond(context, 400, 'This is no callback of TTAPI');
	if (!isFinished(told.job)) return respond(context, 200, 'The job has not ended');

	const clock = n8nClock(context);
	// The same test callback may be sent again and again.
	const deduplicates = settings.deduplicate && context.getMode() !== 'manual';
	const call = { context, clock, settings, deduplicates, ...memoryOf(context, clock) };
	if (deduplicates && call.startedJobs.has(context, clock, endOf(told.job)))
		return respond(context, 200, 'This end of the job has started the workflow already');
	return settings.verify ? await startVerified(call, told.job) : await startWith(call, told);
}

async function startWith(call: TriggerCall, told: JobAnswer): Promise<IWebhookResponseData> {
	if (!isWanted(told.job, call.settings))
		return respond(call.context, 200, 'Jobs of this kind do not start the workflow');
	respond(call.context, 200, 'The job starts the workflow');
	return startingWith(await itemsOf(call, [told]));
}

/** The call may start the workflow with other jobs than its own, or with none: whichever TTAPI confirms. */
async function startVerified(call: TriggerCall, told: Job): Promise<IWebhookResponseData> {
	const { context, clock, settings, queue } = call;
	const { jobId, family } = told;
	const reportedBy =
		settings.callbackToken !== ''
			? REPORTED_BY.trusted
			: (await knowsJob(call, jobId))
				? REPORTED_BY.known
				: REPORTED_BY.anybody;
	const key = call.deduplicates ? jobId : Symbol(jobId);
	const added = queue.add(clock.now(), { key, jobId, family, reportedBy });
	if (added === 'full') return respond(context, 503, 'Too many jobs wait to be verified');
	respond(context, 200, 'The job is being verified');
	if (added === 'waitsAlready' || !queue.enter()) return startingWith([]);

	const items: INodeExecutionData[] = [];
	try {
		do {
			const jobs = await finishedJobs(call, ({ job }) => isWanted(job, settings));
			items.push(...(await itemsOf(call, jobs)));
		} while (queue.needsLastCall);
	} finally {
		queue.leave();
	}
	return startingWith(items);
}

/** The caller has its answer. Without items nothing is started. */
const startingWith = (items: INodeExecutionData[]): IWebhookResponseData => ({
	noWebhookResponse: true,
	...(items.length > 0 ? { workflowData: [items] } : {}),
});

const endOf = ({ jobId, status }: Job): string => `${jobId} ${status}`;

function isWanted({ status, action, family }: Job, { events, actions }: TriggerSettings): boolean {
	// TTAPI doesn't always name the action of a failed job. Its failure must not get lost.
	const isUnknown = status === 'FAILED' && action === null && family === 'image';
	// TTAPI's names for the actions of edits and videos are not known.
	const kind = family === 'image' ? (action ?? '') : family;
	return events.includes(status) && (actions.length === 0 || isUnknown || actions.includes(kind));
}

/** The items of the jobs that have not started the workflow yet. */
async function itemsOf(call: TriggerCall, answers: JobAnswer[]): Promise<INodeExecutionData[]> {
	const { context, clock, settings, startedJobs, deduplicates } = call;
	const { verify, simplify, download } = settings;
	const isNew = ({ job }: JobAnswer) =>
		!deduplicates || startedJobs.claim(context, clock, endOf(job));
	// Without Verify, n8n hands out no credential that says where the API is.
	const allowPrivate = verify && download !== 'none' && (await hasPrivateApi(call));
	const downloads = new JobDownloads({ context, clock, allowPrivate });
	const items = answers.filter(isNew).map(async (answer) => {
		// An unverified caller could claim any reference.
		const reference = verify ? referenceIn(answer.body) : undefined;
		const shown = { simplify, download, reference };
		// A failed download doesn't keep the job from starting the workflow.
		return await jobItemsAnyway({ answer }, shown, downloads, () => true).catch((error) => {
			startedJobs.release(endOf(answer.job));
			const { jobId } = answer.job;
			context.logger.error(
				`Job ${jobId} could not start the workflow: ${reasonOf(error)}. Job > Get with its ID gets the result.`,
				{ workflowId: context.getWorkflow().id, jobId },
			);
			return [];
		});
	});
	const made = (await Promise.all(items)).flat();
	if (deduplicates && made.length > 0) startedJobs.store(context, clock);
	return made;
}
