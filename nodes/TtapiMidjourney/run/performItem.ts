import { recall, type RecalledJob } from '../ledger/recall';
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
	| { kind: 'reused'; recalled: RecalledJob }
	| { kind: 'known'; work: JobWork }
	| { kind: 'question'; work: QuestionWork }
);

/**
 * Reads the item's parameters, and asks what is free to ask before anything is paid: what became of the job that an earlier
 * attempt has submitted for it, and otherwise whether a new one can be submitted.
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
		const request = { ...work, index: item.index, body };
		const recalled = await run.scheduler.read(async () => await recall(run, request));
		if (recalled) return { kind: 'reused', recalled, settings };
		if (work.check) await run.scheduler.read(work.check);
		if (work.checkPrompt) await run.scheduler.read(work.checkPrompt);
		return { kind: 'new', work, settings };
	} catch (error) {
		return { kind: 'failed', error, index: item.index };
	}
}

/** Does the work of one item. An error becomes its outcome. */
export async function performItem(run: NodeRun, prepared: Prepared): Promise<Outcome> {
	const { settings } = prepared;
	return await outcomeOf(run, settings, async () => {
		switch (prepared.kind) {
			case 'new':
				return await newJob(run, prepared.work, settings);
			case 'reused':
				return await reusedJob(run, prepared.recalled, settings);
			case 'known': {
				const { work } = prepared;
				const result =
					work.kind === 'wait'
						? await waitForKnownJob(run, work, settings)
						: await getJob(run, work);
				return { kind: 'ended', result };
			}
			case 'question': {
				const answers = await run.scheduler.read(prepared.work.ask);
				return { kind: 'done', items: answers.map((json) => ({ json })) };
			}
		}
	});
}

/**
 * Goes on with a job that was handed over.
 * @param pollOnce whether to poll once more only, or to wait for it after all
 */
export async function followUp(
	run: NodeRun,
	{ job }: Unfinished,
	pollOnce: boolean,
): Promise<Outcome> {
	return await outcomeOf(run, job.settings, async () => await handedOverJob(run, job, pollOnce));
}

/** Downloads are no part of a job's life: it has given its slot back. */
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
