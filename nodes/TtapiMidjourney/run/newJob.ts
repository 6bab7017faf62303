import type { WaitOutcome } from '../jobs/waitForJob';
import type { JobAnswer } from '../jobs/job';
import { resultOf, type JobResult } from '../output/jobItems';
import type { Unfinished } from '../output/outcome';
import type { JobSettings } from '../parameters/settings';
import { fetchAcceptedJob } from '../transport/fetchJob';
import type { NodeRun } from './nodeRun';
import type { SubmitWork } from './operation';
import { Submission } from './submission';

/** What a run gets of a job: its result, or an unfinished job that the execution is to pause for. */
export type JobEnd = { kind: 'ended'; result: JobResult } | Unfinished;

/** The life of a new job, from its submit to its result. Throws a TtapiError or an InputError. */
export async function newJob(
	run: NodeRun,
	work: SubmitWork,
	settings: JobSettings,
): Promise<JobEnd> {
	const submission = new Submission(run, work, settings);
	return await run.scheduler.inSlot(async () => {
		const accepted = await run.scheduler.submit(submission, settings.maxWaitMs);
		const receipt = submission.receiptOf(accepted);
		if (settings.waitForResult === 'none') return { kind: 'ended', result: { answer: receipt } };

		const { jobId } = receipt.job;
		const outcome = await run.scheduler.untilEnd({
			...settings,
			jobId,
			kind: `${work.action} ${settings.mode}`,
			poll: async () => await fetchAcceptedJob(run.client, jobId, work.family),
		});
		return conclude(run, settings, receipt, outcome);
	});
}

/** Turns the outcome of a wait into the job's end. Throws a TtapiError if the job failed, or if it timed out and On Timeout says so. */
export function conclude(
	{ clock, summary }: NodeRun,
	settings: JobSettings,
	receipt: JobAnswer,
	outcome: WaitOutcome,
): JobEnd {
	const { end, answer, waitedMs } = outcome;
	if (end === 'handedOver') {
		const submittedAt = clock.date() - waitedMs;
		return { kind: 'unfinished', job: { settings, receipt, answer, submittedAt } };
	}
	summary.note(outcome);
	return { kind: 'ended', result: resultOf(receipt, outcome, settings) };
}
