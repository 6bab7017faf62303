/**
 * 300 jobs in queue mode, while a worker and the webhook processor are killed and Redis is restarted. docs/scaling.md
 * has the figures, and says why n8n is set up like this.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Execution } from '../../scripts/n8n/client.mjs';
import type { Part } from '../../scripts/n8n/queue.mjs';
import { eventually } from '../e2e/support/eventually.mts';
import { HELD, JOBS_PER_WAVE, KINDS, Load } from './support/load.mts';
import { executionsOf, megabytes, runningIn, startQueueWorld } from './support/queueWorld.mts';

const WAVES = ['first', 'second', 'third'];
const JOBS = WAVES.length * JOBS_PER_WAVE;
/** Of SIGKILL: the worker and the webhook processor. */
const KILLS = 2;
/** How many jobs of a wave have ended when something is done to n8n. */
const IN_THE_MIDST = 20;
/** Three tries of a callback must outlast a start of the webhook processor on a busy machine. */
const RETRY_MS = 40_000;
const SLOTS = 40;
const JOB_MS = 3_000;

const world = await startQueueWorld(
	{ slots: SLOTS, jobMs: JOB_MS, jobSpread: 0.5, callbackRetryMs: RETRY_MS },
	{
		// What a killed worker was running stays as it was stored, for a person's Retry.
		QUEUE_WORKER_STALLED_INTERVAL: '0',
		N8N_EVENTBUS_RECOVERY_MODE: 'simple',
	},
);
const { queue, client, simulator } = world;
const load = await Load.create(world);

/** What the tests look at, as it was at some moment. */
const seen = {
	/** What was paused, and how many jobs had not ended, at each blow. */
	blows: [] as Array<{ paused: number; unfinished: number }>,
	inKilledWorker: [] as string[],
	/** Before a person's Retry. */
	crashed: [] as Execution[],
	submits: 0,
	doubles: [] as string[],
	lost: [] as string[],
	/** By the crashed execution. */
	retries: new Map<string, Execution>(),
	/** All executions at the end. */
	executions: [] as Execution[],
};

beforeAll(async () => {
	const startedAt = Date.now();
	const [victim, other] = queue.workers;
	const [first, second, third] = WAVES;

	// While it is alone, the first worker gets what it is going to be killed with.
	await other.n8n.stop();
	simulator.addFault({ kind: 'jobNeverEnds', prompt: HELD });
	const toBeCrashed = { poll: 2, pair: 2, pause: 0, submit: 0 };
	await load.start(first, toBeCrashed, true);
	await eventually(async () => held().length === 30, 60);
	await other.start();
	await load.start(`${first}.more`, { poll: 1, pair: 0 });
	await inTheMidstOf(first);
	seen.inKilledWorker = await runningIn(victim);
	await blow(async () => await kill(victim));
	// TTAPI ends a job whether or not somebody waits for it.
	for (const { jobId } of held()) simulator.finishJob(jobId, 'SUCCESS');
	simulator.clearFaults();

	await load.start(second);
	await inTheMidstOf(second);
	await blow(async () => await kill(queue.webhook));

	await load.start(third);
	await inTheMidstOf(third);
	await blow(async () => await queue.redis.restart());
	await settled();
	const seconds = (lastEnd() - load.jobs()[0].submittedAt) / 1000;
	const memory = await memoryOf();

	const before = await all();
	seen.crashed = before.filter(({ status }) => status !== 'success');
	seen.submits = load.jobs().length;
	seen.doubles = twice();
	seen.lost = load
		.jobs()
		.map(({ jobId }) => jobId)
		.filter((jobId) => !JSON.stringify(before.map(({ data }) => data)).includes(jobId));
	for (const { id } of seen.crashed) {
		const retry = await client.waitForExecution(await client.retryExecution(id));
		seen.retries.set(id, retry);
	}
	await settled();
	seen.executions = await all();
	const wall = (Date.now() - startedAt) / 1000;
	report({ seconds, wall, memory });
}, 900_000);

const held = () => load.jobs().filter(({ prompt, endedAt }) => prompt.includes(HELD) && !endedAt);
const ended = (wave: string) => load.jobs(wave).filter(({ endedAt }) => endedAt);
const lastEnd = () => Math.max(...load.jobs().map(({ endedAt }) => endedAt ?? 0));

async function inTheMidstOf(wave: string): Promise<void> {
	await eventually(async () => ended(wave).length >= IN_THE_MIDST, 120);
}

/** Does something to n8n, and notes what it hit. */
async function blow(deal: () => Promise<void>): Promise<void> {
	const unfinished = load.jobs().filter(({ endedAt }) => !endedAt).length;
	const waiting = await client.listExecutions({ status: ['waiting'] });
	seen.blows.push({ paused: waiting.length, unfinished });
	await deal();
}

async function kill(part: Part): Promise<void> {
	await part.n8n.kill();
	await part.start();
}

/** Waits until every job has ended and no execution runs or waits. */
async function settled(): Promise<void> {
	await eventually(async () => {
		if (load.jobs().some(({ endedAt }) => !endedAt)) return false;
		const going = await client.listExecutions({ status: ['new', 'running', 'waiting'] });
		return going.length === 0;
	}, 240);
}

async function all(): Promise<Execution[]> {
	const found = Object.values(load.workflows).map(
		async (workflow) => await executionsOf(client, workflow),
	);
	return (await Promise.all(found)).flat();
}

/** Prompts that were submitted more than once. */
function twice(): string[] {
	const prompts = load.jobs().map(({ prompt }) => prompt);
	return prompts.filter((prompt, at) => prompts.indexOf(prompt) !== at);
}

async function memoryOf(): Promise<Record<string, number>> {
	const pids = {
		main: queue.main.n8n.pid,
		webhook: queue.webhook.n8n.pid,
		...Object.fromEntries(queue.workers.map(({ n8n }, at) => [`worker ${at + 1}`, n8n.pid])),
		PostgreSQL: queue.postgres.pid,
		Redis: queue.redis.pid,
	};
	const measured = Object.entries(pids).map(async ([name, pid]) => [name, await megabytes(pid)]);
	return Object.fromEntries(await Promise.all(measured));
}

function report(more: object): void {
	const kinds = (executions: Execution[]) =>
		Object.fromEntries(
			[...KINDS, 'trigger'].map((kind) => [
				kind,
				executions.filter((execution) => load.kindOf(execution) === kind).length,
			]),
		);
	const figures = {
		...more,
		blows: seen.blows,
		executions: kinds(seen.executions),
		crashed: kinds(seen.crashed),
		crashedAs: seen.crashed.map(({ id, status, data }: any) => [id, status, data?.resultData?.error?.message]),
		retries: [...seen.retries].map(([id, { status, data }]: any) => [id, status, data?.resultData?.error?.message, data?.resultData?.error?.description]), calls: simulator.state().callbacks.map((c) => [((c.at - load.jobs()[0].submittedAt)/1000).toFixed(1), c.attempt, c.status, c.error, load.jobs().find((j) => j.jobId === c.jobId)?.prompt].join(' ')), bl: seen.inKilledWorker,
		submits: seen.submits,
		submitsAfterRetry: load.jobs().length,
		lost: seen.lost.length,
		callbacks: simulator.state().callbacks.length,
		answers: simulator.state().callbacks.reduce((all: any, { status }) => ({ ...all, [String(status)]: (all[String(status)] ?? 0) + 1 }), {}),
	};
	process.stdout.write(`${JSON.stringify(figures, null, 1)}\n`);
}

test('draft', () => {
	expect(seen.executions.length).toBeGreaterThan(0);
	expect(seen.doubles).toEqual([]);
});
