import { afterAll } from '@jest/globals';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { N8nClient } from '../../../scripts/n8n/client.mjs';
import { buildAndPack } from '../../../scripts/n8n/pack.mjs';
import { startQueue, type Part, type RunningQueue } from '../../../scripts/n8n/queue.mjs';
import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../../simulator/startSimulator.mts';

export interface QueueWorld {
	queue: RunningQueue;
	/** Talks to main. */
	client: N8nClient;
	simulator: Simulator;
	/** For {@link N8nClient.createWorkflow}: gives every node of ours the simulator. */
	credentials: Record<string, { id: string; name: string }>;
}

/** An n8n in queue mode with our packed package in each process, and a TTAPI. Both end after the file's last test. */
export async function startQueueWorld(
	options: SimulatorOptions,
	env: Record<string, string>,
): Promise<QueueWorld> {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-queue-'));
	const stops = [async () => await rm(folder, { recursive: true, force: true })];
	afterAll(async () => {
		for (const stop of stops.reverse()) await stop();
	}, 120_000);

	const tarball = await buildAndPack({ into: folder });
	const version = process.env.E2E_N8N_VERSION;
	const queue = await startQueue({ folder, tarball, version, concurrency: 10, env });
	stops.push(queue.stop);
	const simulator = await startSimulator({ pictureSize: 64, ...options });
	stops.push(simulator.close);

	const client = new N8nClient(queue);
	await client.setUpOwner();
	const type = 'ttapiApi';
	const data = { apiKey: simulator.apiKey, baseUrl: 'custom', customBaseUrl: simulator.url };
	const credentials = { [type]: await client.createCredential({ name: 'Simulator', type, data }) };
	return { queue, client, simulator, credentials };
}

/** The ids of the executions that a worker has begun and not brought to an end. */
export async function runningIn({ n8n: { log } }: Part): Promise<string[]> {
	const running = new Set<string>();
	for (const [, what, id] of (await readFile(log, 'utf8')).matchAll(
		/Worker (started|finished) execution (\d+)/g,
	)) {
		if (what === 'started') running.add(id);
		else running.delete(id);
	}
	return [...running];
}

/** Megabytes that a process and those that it started hold in memory; what they share counts once. */
export async function megabytes(pid: number): Promise<number> {
	const of = async (id: number | string): Promise<number> => {
		const memory = await readFile(`/proc/${id}/smaps_rollup`, 'utf8').catch(() => '');
		const children = await readFile(`/proc/${id}/task/${id}/children`, 'utf8').catch(() => '');
		const own = Number(/^Pss:\s+(\d+) kB$/m.exec(memory)?.[1] ?? 0) / 1024;
		const theirs = await Promise.all(children.trim().split(' ').filter(Boolean).map(of));
		return theirs.reduce((sum, each) => sum + each, own);
	};
	return Math.round(await of(pid));
}
