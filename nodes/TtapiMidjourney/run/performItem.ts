import type { IExecuteFunctions } from 'n8n-workflow';

import { StoppedError } from '../jobs/errors';
import { isFinished } from '../jobs/job';
import { NotSubmittedError } from '../jobs/submitLine';
import { continuesOnError } from '../n8n/context';
import type { JobSettings } from '../parameters/settings';
import type { Execution } from './nodeRun';
import {
	isFailed,
	isUnfinished,
	type Failed,
	type Outcome,
	type Performed,
	type Prepared,
} from '../output/outcome';

const isRecalled = (prepared: Prepared | Failed): boolean =>
	!isFailed(prepared) && prepared.recalled !== undefined;

/** The work of all items. Without "Continue" the first error closes the execution for further submits. */
export class Run {
	/** The error that ends the run. */
	failure?: Failed;

	constructor(
		private readonly context: IExecuteFunctions,
		private readonly execution: Execution,
	) {}

	/** The item that ends the run before anything is submitted; undefined where there is none. */
	endedBy(prepared: Array<Prepared | Failed>): Failed | undefined {
		const bad = prepared.filter(isFailed);
		const stopped = bad.find(({ error }) => error instanceof StoppedError);
		return stopped ?? (continuesOnError(this.context) ? undefined : bad[0]);
	}

	/** Submits nothing, and waits for the jobs of an earlier attempt: in a run that ends with an error nothing stays in flight. */
	async awaitPaid(prepared: Array<Prepared | Failed>): Promise<void> {
		const isInFlight = (each: Prepared | Failed) =>
			!isFailed(each) && each.recalled !== undefined && !isFinished(each.recalled.answer.job);
		const outcomes = await this.performAll(prepared.filter(isInFlight));
		// Of what they come to only this matters: the run has its error.
		const stopped = outcomes.filter(isFailed).find(({ error }) => error instanceof StoppedError);
		this.failure = stopped;
	}

	/** @returns what came of each item */
	async performAll(prepared: Array<Prepared | Failed>): Promise<Outcome[]> {
		const outcomes = new Map<Prepared | Failed, Promise<Outcome>>();
		const start = (each: Prepared | Failed) => outcomes.set(each, this.perform(each));
		// The jobs of an earlier attempt have their slots at TTAPI: so they take those of the run before any new job.
		prepared.filter(isRecalled).forEach(start);
		prepared.filter((each) => !isRecalled(each)).forEach(start);
		return await Promise.all(prepared.map(async (each) => await outcomes.get(each)!));
	}

	/**
	 * Goes on with the jobs that were handed over.
	 * @param pollOnce whether to look once more only, or to wait for them after all
	 */
	async followUp(outcomes: Outcome[], { pollOnce }: { pollOnce: boolean }): Promise<Outcome[]> {
		const next = outcomes.map(async (outcome) =>
			isUnfinished(outcome)
				? await this.attempt(outcome.settings, this.execution.followUp(outcome, pollOnce))
				: outcome,
		);
		return await Promise.all(next);
	}

	private async perform(prepared: Prepared | Failed): Promise<Outcome> {
		if (isFailed(prepared)) return prepared;
		return await this.attempt(prepared.settings, this.execution.perform(prepared));
	}

	private async attempt({ index }: JobSettings, performing: Promise<Performed>): Promise<Outcome> {
		return await performing.catch((error: unknown) => {
			if (!continuesOnError(this.context) || error instanceof StoppedError) {
				this.execution.close();
				if (!(error instanceof NotSubmittedError)) this.failure ??= { error, index };
			}
			return { error, index };
		});
	}
}
