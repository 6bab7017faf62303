/** What a run of the queue tests leaves behind: the executions in n8n, the jobs at the simulator. */
import type { Execution } from '../../../scripts/n8n/client.mjs';
import type { JobRecord } from '../../../simulator/startSimulator.mts';
import type { Load } from './load.mts';
import { megabytes, type QueueWorld } from './queueWorld.mts';

/** All executions of the load's workflows (at most 100 of each), with their data. */
export async function allExecutions({ client }: QueueWorld, load: Load): Promise<Execution[]> {
	const listed = await Promise.all(
		Object.values(load.workflows).map(
			async ({ id: workflowId }) => await client.listExecutions({ workflowId }),
		),
	);
	const found: Execution[] = [];
	for (const { id } of listed.flat()) found.push(await client.getExecution(id));
	return found;
}

/** Jobs by their prompts, which are all different as long as nothing is submitted twice. */
export function byPrompt(jobs: JobRecord[]): Map<string, JobRecord[]> {
	const groups = new Map<string, JobRecord[]>();
	for (const job of jobs) groups.set(job.prompt, [...(groups.get(job.prompt) ?? []), job]);
	return groups;
}

/** The jobs that are in the data of none of the executions. */
export function namedNowhere(jobs: JobRecord[], executions: Execution[]): JobRecord[] {
	const data = executions.map((execution) => JSON.stringify(execution.data)).join('\n');
	return jobs.filter(({ jobId }) => !data.includes(jobId));
}

export function countByKind(load: Load, executions: Array<{ workflowId: string }>) {
	const counts: Record<string, number> = {};
	for (const execution of executions) {
		const kind = load.kindOf(execution);
		counts[kind] = (counts[kind] ?? 0) + 1;
	}
	return counts;
}

/** Megabytes of each process, with its children. */
export async function memoryOf({ queue }: QueueWorld): Promise<Record<string, number>> {
	const pids: Array<[string, number]> = [
		['main', queue.main.n8n.pid],
		['webhook processor', queue.webhook.n8n.pid],
		...queue.workers.map(({ n8n }, at): [string, number] => [`worker ${at + 1}`, n8n.pid]),
		['PostgreSQL', queue.postgres.pid],
		['Redis', queue.redis.pid],
	];
	const measured = pids.map(async ([name, pid]) => [name, await megabytes(pid)]);
	return Object.fromEntries(await Promise.all(measured));
}
