import { NOT_SUBMITTED } from '../jobs/outage';
import { findEarlierJob, type EarlierJob, type PlannedSubmit } from '../ledger/earlierJob';
import { jobItems } from '../output/jobItems';
import type { Done, Failed, Outcome, Unfinished } from '../output/outcome';
import type { Item } from '../parameters/item';
import { readSettings, type JobSettings } from '../parameters/settings';
import { getJob, handedOverJob, reusedJob, waitForKnownJob } from './knownJob';
import { newJob, type JobEnd } from './newJob';
import type { NodeRun } from './nodeRun';
import type { JobWork, Operation, QuestionWork, SubmitWork } from './operation';
import { requestBody } from './submission';

/** What is to be done for one item. */
export type Prepared = { settings: JobSettings } & (
	| { kind: 'new'; work: SubmitWork }
	/** An earlier attempt has submitted its job. */
	| { kind: 'reused'; earlierJob: EarlierJob }
	| { kind: 'known'; work: JobWork }
	| { kind: 'question'; work: QuestionWork }
);

/**
 * Reads and checks the item's parameters, before the run pays for anything. Looks up the job that an earlier attempt submitted
 * for it; if there is none, makes the free checks for a new one.
 */
export async function prepareItem(
	run: NodeRun,
	operation: Operation,
	item: Item,
): Promise<Prepared | Failed> {
	try {
		const work = operation.prepare(item, run);
		const { firstPollSeconds } = run.settings;
		const settings = readSettings(item, operation.parameters, firstPollSeconds);
		if (work.kind === 'question') return { kind: 'question', work, settings };
		if (work.kind !== 'submit') return { kind: 'known', work, settings };

		settings.promptWarnings = work.promptWarnings;
		const body = async () => await requestBody(work, settings);
		const planned = { ...work, index: item.index, body };
		const earlierJob = await lookUpEarlierJob(run, planned);
		if (earlierJob) return { kind: 'reused', earlierJob, settings };
		if (work.check) await run.scheduler.ask(work.check, NOT_SUBMITTED);
		if (work.checkPrompt) await run.scheduler.ask(work.checkPrompt, NOT_SUBMITTED);
		return { kind: 'new', work, settings };
	} catch (error) {
		return { kind: 'failed', error, index: item.index };
	}
}

async function lookUpEarlierJob(
	run: NodeRun,
	planned: PlannedSubmit,
): Promise<EarlierJob | undefined> {
	const { ledger, scheduler } = run;
	const { index } = planned;
	if (!ledger.knows(index)) return undefined;
	return await scheduler.ask(async () => await findEarlierJob(run, planned), {
		undone: 'the job that an earlier attempt submitted for this item was not looked up',
		description: 'It was not submitted again, so that nothing is paid twice. Try again later.',
		jobId: ledger.lastJobOf(index),
	});
}

/** Does the work of one item. An error becomes its outcome. */
export async function performItem(run: NodeRun, prepared: Prepared): Promise<Outcome> {
	const { settings } = prepared;
	return await outcomeOf(run, settings, async () => {
		switch (prepared.kind) {
			case 'new':
				return await newJob(run, prepared.work, settings);
			case 'reused':
				return await reusedJob(run, prepared.earlierJob, settings);
			case 'known': {
				const { work } = prepared;
				const result =
					work.kind === 'wait'
						? await waitForKnownJob(run, work, settings)
						: await getJob(run, work);
				return { kind: 'ended', result };
			}
			case 'question': {
				const answers = await run.scheduler.ask(prepared.work.ask, {
					undone: 'it was not asked',
					description: 'Nothing was paid. Try again later.',
				});
				return { kind: 'done', items: answers.map((json) => ({ json })) };
			}
		}
	});
}

/**
 * Polls the job of an item that was handed over.
 * @param pollOnce whether to poll it only once, instead of waiting until it finishes
 */
export async function followUp(
	run: NodeRun,
	{ job }: Unfinished,
	pollOnce: boolean,
): Promise<Outcome> {
	return await outcomeOf(run, job.settings, async () => await handedOverJob(run, job, pollOnce));
}

/** Downloads the files after the job's life, so that they don't occupy its slot. */
async function outcomeOf(
	run: NodeRun,
	settings: JobSettings,
	perform: () => Promise<JobEnd | Done>,
): Promise<Outcome> {
	try {
		const end = await perform();
		if (end.kind !== 'ended') return end;
		// Of a run that ends with an error nothing comes out.
		if (run.failure) return { kind: 'done', items: [] };
		return { kind: 'done', items: await jobItems(end.result, settings, run.downloads) };
	} catch (error) {
		return run.fail(error, settings.index);
	}
}
