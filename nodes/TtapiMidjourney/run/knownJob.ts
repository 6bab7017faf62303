import { UnavailableError } from '../downloads/jobDownloads';
import { isFinished, submittedJob } from '../jobs/job';
import type { RecalledJob } from '../ledger/recall';
import { jobItemsAnyway, lastSeen, resultOf, type JobResult } from '../output/jobItems';
import type { Done, UnfinishedJob } from '../output/outcome';
import type { JobSettings } from '../parameters/settings';
import { fetchJob, fetchNewJob } from '../transport/fetchJob';
import { withRetries } from '../transport/read';
import { conclude, type JobEnd } from './newJob';
import type { NodeRun } from './nodeRun';
import type { JobWork } from './operation';

/** Asks for a job once, whatever its state is. */
export async function getJob(
	{ scheduler, client, clock }: NodeRun,
	{ jobId, family, likely }: JobWork,
): Promise<JobResult> {
	const poll = async () => await fetchJob(client, jobId, family, likely);
	return { answer: await scheduler.read(async () => await withRetries(clock, poll)) };
}

/** Waits for a job that was submitted before, by whomever. Throws a TtapiError if it failed or its time is up. */
export async function waitForKnownJob(
	{ scheduler, client, summary }: NodeRun,
	{ jobId, family, likely }: JobWork,
	settings: JobSettings,
): Promise<JobResult> {
	let likeliest = likely;
	const outcome = await scheduler.follow({
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: settings.firstIntervalMs,
		poll: async () => {
			const answer = await fetchJob(client, jobId, family, likeliest);
			likeliest = answer.job.family;
			return answer;
		},
	});
	summary.note(outcome);
	const job = submittedJob(jobId, family === 'auto' ? (likeliest ?? 'image') : family);
	return resultOf({ job, body: { jobId } }, outcome, settings);
}

/** Goes on with the job that an earlier attempt has submitted, and paid, for the item. */
export async function reusedJob(
	run: NodeRun,
	{ receipt, answer, submittedAt }: RecalledJob,
	settings: JobSettings,
): Promise<JobEnd | Done> {
	const { scheduler, client, clock, summary, downloads } = run;
	summary.noteRecalled();
	if (isFinished(answer.job) || settings.waitForResult === 'none') {
		const result = { answer: lastSeen(receipt, answer) };
		const isGone = (error: unknown) => error instanceof UnavailableError && error.isGone;
		return { kind: 'done', items: await jobItemsAnyway(result, settings, downloads, isGone) };
	}
	if (run.settings.resumeUrl !== undefined)
		summary.remark('polled instead of paused for the job of an earlier attempt');
	const { jobId, family } = receipt.job;
	const ageMs = () => clock.now() - submittedAt;
	// It has a slot at TTAPI, so it takes one of the run's. Its time counts anew: that of the earlier attempt may be over.
	return await scheduler.inSlot(async () => {
		const outcome = await scheduler
			.follow({
				maxWaitMs: settings.maxWaitMs,
				firstIntervalMs: settings.firstIntervalMs,
				poll: async () => await fetchNewJob(client, jobId, family, ageMs()),
			})
			.finally(() => scheduler.jobEnded());
		return { kind: 'ended', result: resultOf(receipt, outcome, settings) };
	});
}

/**
 * Goes on with a job of this run that was handed over.
 * @param pollOnce whether to poll once more only, or to wait for it after all
 */
export async function handedOverJob(
	run: NodeRun,
	{ settings, receipt, answer, submittedAt }: UnfinishedJob,
	pollOnce: boolean,
): Promise<JobEnd> {
	const { jobId, family } = receipt.job;
	const ageMs = () => run.clock.now() - submittedAt;
	const outcome = await run.scheduler.follow({
		maxWaitMs: settings.maxWaitMs,
		firstIntervalMs: settings.firstIntervalMs,
		pollOnce,
		since: submittedAt,
		poll: async () => await fetchNewJob(run.client, jobId, family, ageMs()),
	});
	return conclude(run, settings, receipt, { ...outcome, answer: outcome.answer ?? answer });
}
