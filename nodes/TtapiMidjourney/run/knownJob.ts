import { UnavailableError } from '../downloads/jobDownloads';
import { momentOf } from '../jobs/clock';
import { TransientError } from '../jobs/errors';
import { isFinished, submittedJob } from '../jobs/job';
import type { EarlierJob } from '../ledger/earlierJob';
import { jobItemsAnyway, lastSeen, resultOf, type JobResult } from '../output/jobItems';
import type { Done, UnfinishedJob } from '../output/outcome';
import type { JobSettings } from '../parameters/settings';
import { fetchAcceptedJob, fetchJob, isUnknownJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { conclude, type JobEnd } from './newJob';
import type { NodeRun } from './nodeRun';
import type { JobWork } from './operation';

/** Fetches a job once, whatever its status is. */
export async function getJob(
	{ scheduler, client, clock }: NodeRun,
	{ jobId, family, likely }: JobWork,
): Promise<JobResult> {
	const poll = async () => await fetchJob(client, jobId, family, likely);
	const answer = await scheduler.ask(async () => await withRetries(clock, poll), {
		undone: `it was not asked for the state of job ${jobId}`,
		description: 'The job itself continues. Use Job > Get with its ID later.',
		jobId,
	});
	return { answer };
}

/** When it is believed that TTAPI doesn't know a job that is waited for: it may be too new. */
const SURELY_UNKNOWN = { times: 3, afterMs: 10_000 } as const;

/** Waits for a job by its ID, whoever submitted it. Throws a TtapiError if it failed, or if it timed out and On Timeout says so. */
export async function waitForKnownJob(
	{ scheduler, client, clock, summary }: NodeRun,
	{ jobId, family, likely }: JobWork,
	settings: JobSettings,
): Promise<JobResult> {
	// The family that the first poll finds is where the next polls look first.
	let likelyFamily = likely;
	const begunAt = clock.now();
	let timesUnknown = 0;
	const unlessSurelyUnknown = (error: unknown): never => {
		if (!isUnknownJob(error)) throw error;
		timesUnknown++;
		const { times, afterMs } = SURELY_UNKNOWN;
		if (timesUnknown >= times && clock.now() - begunAt >= afterMs) throw error;
		throw new TransientError(error.message, error);
	};
	const outcome = await scheduler.follow({
		...settings,
		jobId,
		poll: async () => {
			const fetching = fetchJob(client, jobId, family, likelyFamily);
			const answer = await fetching.catch(unlessSurelyUnknown);
			likelyFamily = answer.job.family;
			return answer;
		},
	});
	summary.note(outcome);
	const job = submittedJob(jobId, family === 'auto' ? (likelyFamily ?? 'image') : family);
	return resultOf({ job, body: { jobId } }, outcome, settings);
}

/** Reuses the job that an earlier attempt submitted, and paid for, for the item. */
export async function reusedJob(
	run: NodeRun,
	{ receipt, answer }: EarlierJob,
	settings: JobSettings,
): Promise<JobEnd | Done> {
	const { scheduler, client, summary, downloads } = run;
	summary.noteReused();
	if (isFinished(answer.job) || settings.waitForResult === 'none') {
		const result = { answer: lastSeen(receipt, answer) };
		const isGone = (error: unknown) => error instanceof UnavailableError && error.isGone;
		return { kind: 'done', items: await jobItemsAnyway(result, settings, downloads, isGone) };
	}
	if (run.settings.resumeUrl !== undefined)
		summary.remark('polled instead of paused for the job of an earlier attempt');
	const { jobId, family } = receipt.job;
	// It occupies a slot of the account, so it takes one of the run, too. Max Wait counts anew: it may be over for the earlier attempt.
	return await scheduler.inSlot(async () => {
		const outcome = await scheduler.follow({
			...settings,
			jobId,
			poll: async () => await fetchAcceptedJob(client, jobId, family),
		});
		const last = { ...outcome, answer: outcome.answer ?? answer };
		return { kind: 'ended', result: resultOf(receipt, last, settings) };
	});
}

/**
 * Polls a job of this run that was handed over.
 * @param pollOnce whether to poll it only once, instead of waiting until it finishes
 */
export async function handedOverJob(
	run: NodeRun,
	{ settings, receipt, answer, submittedAt }: UnfinishedJob,
	pollOnce: boolean,
): Promise<JobEnd> {
	const { jobId, family } = receipt.job;
	const outcome = await run.scheduler.follow({
		...settings,
		jobId,
		pollOnce,
		since: momentOf(run.clock, submittedAt),
		poll: async () => await fetchAcceptedJob(run.client, jobId, family),
	});
	return conclude(run, settings, receipt, { ...outcome, answer: outcome.answer ?? answer });
}
