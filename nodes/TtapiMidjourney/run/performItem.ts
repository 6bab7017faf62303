import type { RecalledJob } from '../ledger/recall';
import { recall } from '../ledger/recall';
import { jobItems } from '../output/jobItems';
import type { Done, Failed, Outcome, Unfinished } from '../output/outcome';
import type { Item } from '../parameters/item';
import { readSettings, type JobSettings } from '../parameters/settings';
import { getJob, handedOverJob, reusedJob, waitForKnownJob } from './knownJob';
import { newJob, type JobEnd } from './newJob';
import type { NodeRun } from './nodeRun';
import type { Operation, Work } from './operation';
import { requestBody } from './submission';

/** What is to be done for one item. */
export interface Prepared {
	kind: 'prepared';
	work: Work;
	settings: JobSettings;
	/** The job that an earlier attempt has submitted for it. */
	recalled?: RecalledJob;
}

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
		if (work.kind !== 'submit') return { kind: 'prepared', work, settings };

		const body = async () => await requestBody(work, settings);
		const request = { ...work, index: item.index, body };
		const recalled = await run.scheduler.read(async () => await recall(run, request));
		if (!recalled) {
			if (work.check) await run.scheduler.read(work.check);
			if (work.checkPrompt) await run.scheduler.read(work.checkPrompt);
		}
		const { promptWarnings } = work;
		return { kind: 'prepared', work, settings: { ...settings, promptWarnings }, recalled };
	} catch (error) {
		return { kind: 'failed', error, index: item.index };
	}
}

/** Does the work of one item. An error becomes its outcome. */
export async function performItem(run: NodeRun, prepared: Prepared): Promise<Outcome> {
	const { work, settings, recalled } = prepared;
	return await outcomeOf(run, settings, async () => {
		if (recalled) return await reusedJob(run, recalled, settings);
		switch (work.kind) {
			case 'submit':
				return await newJob(run, work, settings);
			case 'wait':
				return { kind: 'ended', result: await waitForKnownJob(run, work, settings) };
			case 'get':
				return { kind: 'ended', result: await getJob(run, work) };
			case 'question': {
				const answers = await run.scheduler.read(work.ask);
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

/** Downloads belong to the item, but not to the job's life: that has given its slot back. */
async function outcomeOf(
	run: NodeRun,
	settings: JobSettings,
	perform: () => Promise<JobEnd | Done>,
): Promise<Outcome> {
	try {
		const end = await perform();
		if (end.kind !== 'ended') return end;
		return { kind: 'done', items: await jobItems(end.result, settings, run.downloads) };
	} catch (error) {
		return run.fail(error, settings.index);
	}
}
