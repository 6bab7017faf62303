/** What the tests of the ledger share: nodes that poll, a person's Retry, and a count of what was submitted. */
import type { Execution } from '../../../scripts/n8n/client.mjs';
import { type Step } from '../../workflow.mts';
import { jsonOf, pausing, startPausing, type Json, type Pausing } from './pausing.mts';
import type { SimulatorOptions } from '../../../simulator/startSimulator.mts';

/** A reason that is worth another try, and one that is not. */
export const TRANSIENT = 'Job Timeout';
export const FINAL = '[Banned prompt detected]';

/** n8n's own Retry On Fail. */
export const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };

/** A node of ours that polls. */
export const polling = (name: string, parameters: Json = {}, settings: Partial<Step> = {}): Step =>
	pausing(name, { waitForResult: 'poll', ...parameters }, settings);

export class Retrying {
	constructor(readonly pauses: Pausing) {}

	get simulator() {
		return this.pauses.simulator;
	}

	/** Runs a row with these steps until its end. */
	async run(items: Json[], ...steps: Step[]): Promise<Execution> {
		return await this.end(await this.pauses.create(items, steps));
	}

	async end(workflow: any): Promise<Execution> {
		return await this.pauses.ended(await this.pauses.start(workflow));
	}

	/** A person's Retry, until its end. */
	async retry({ id }: Execution, options?: { withCurrentWorkflow?: boolean }): Promise<Execution> {
		const { client } = this.pauses.world;
		return await this.pauses.ended(await client.retryExecution(id, options));
	}

	/** How often each prompt was sent, whatever came of it. */
	submits(): Record<string, number> {
		const counts: Record<string, number> = {};
		for (const { endpoint, body } of this.simulator.state().requests) {
			if (endpoint !== 'imagine') continue;
			const { prompt } = body as { prompt: string };
			counts[prompt] = (counts[prompt] ?? 0) + 1;
		}
		return counts;
	}

	/** How often each job was looked at since it has ended. */
	looksAfterEnd(prompt: string): number {
		const { jobId, endedAt } = this.pauses.job(prompt);
		return this.simulator
			.state()
			.requests.filter(
				({ endpoint, query, at }) =>
					endpoint === 'fetch' && query.jobId === jobId && at >= Number(endedAt),
			).length;
	}

	/** The ids of all jobs, in the order of their submits. */
	get jobIds(): string[] {
		return this.simulator.state().jobs.map(({ jobId }) => jobId);
	}

	/** The ids of the jobs of a prompt, in the order of their submits. */
	jobIdsOf(prompt: string): string[] {
		const { jobs } = this.simulator.state();
		return jobs.filter((job) => job.prompt === prompt).map(({ jobId }) => jobId);
	}
}

/** A world for the tests of a file, emptied before each of them. */
export async function startRetrying(options: SimulatorOptions = {}): Promise<Retrying> {
	return new Retrying(await startPausing(options));
}

/** Of the items that a node gave: their prompt, job and state. */
export const resultsOf = (execution: Execution, node = 'TTAPI', which = {}) =>
	jsonOf(execution, node, which).map(({ prompt, jobId, status }) => [prompt, jobId, status]);

/** The error that an execution ended with. */
export const errorOf = (execution: Execution): { message: string; description: string } =>
	execution.data.resultData.error;

/** The sentences that the editor shows above the output of a node. */
export const hintsOf = (execution: Execution, node = 'TTAPI'): string[] =>
	(execution.data.resultData.runData[node].at(-1).hints ?? []).map(({ message }: Json) => message);
