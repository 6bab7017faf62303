/**
 * 300 jobs in queue mode, while a worker and the webhook processor are killed and Redis is restarted. A callback is sent
 * once: what comes while nobody answers is lost. docs/scaling.md tells the figures, and why n8n is set up like this.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { Part } from '../../scripts/n8n/queue.mjs';
import type { JobRecord } from '../../simulator/startSimulator.mts';
import { eventually } from '../e2e/support/eventually.mts';
import { executionOf } from '../e2e/support/pausing.mts';
import { HISTORY } from '../operations.mts';
import {
	allExecutions,
	byPrompt,
	countByKind,
	memoryOf,
	namedNowhere,
} from './support/evidence.mts';
import { BREAKS, HELD, JOBS_PER_WAVE, Load } from './support/load.mts';
import { runningIn, startQueueWorld } from './support/queueWorld.mts';

const WAVES = ['first', 'second', 'third'];
/** And those of the execution that fails before. */
const JOBS = WAVES.length * JOBS_PER_WAVE + 5;
/** Of a worker and of the webhook processor, with SIGKILL. */
const KILLS = 2;
/** How many jobs of a wave have ended, at least, when something is done to n8n. */
const IN_THE_MIDST = 20;
/** A worker looks by itself at what it has paused at most once per 30 s, and at 10 jobs a minute in all. */
const SETTLED_SECONDS = 400;
/** The trigger answers a callback within this time, and may start its workflow a little later. */
const IN_HAND_MS = 2_000;
const SLOTS = 20;
const JOB_MS = 8_000;

const world = await startQueueWorld(
	{
		slots: SLOTS,
		jobMs: JOB_MS,
		jobSpread: 0.5,
		balance: 100_000,
		// A busy n8n takes its time to answer.
		callbackPatienceMs: 60_000,
	},
	{
		// What a killed worker was running stays as it was stored, for a person's Retry.
		QUEUE_WORKER_STALLED_INTERVAL: '0',
		N8N_EVENTBUS_RECOVERY_MODE: 'simple',
	},
);
const { queue, client, simulator } = world;
const load = await Load.create(world);

/** What is to be seen before a person presses Retry, and what after. */
const before = { executions: [] as Execution[], jobs: [] as JobRecord[] };
const after = { executions: [] as Execution[], jobs: [] as JobRecord[] };
/** What was going on when something was done to n8n. */
const blows: Array<{
	what: string;
	unfinishedJobs: number;
	paused: number;
	/** Milliseconds since 1970. */
	from: number;
	to: number;
}> = [];
let inKilledWorker: string[] = [];
/** Executions that a kill left between n8n's database and its queue. */
const stranded: string[] = [];
/** A person's Retry of the execution that had failed, before the kill. */
let firstRetry = '';
/** By the crashed execution. */
const retries = new Map<string, Execution>();

beforeAll(async () => {
	const startedAt = Date.now();
	const [first, second, third] = WAVES;
	const [victim, other] = queue.workers;

	// While it is alone, the first worker gets what it is going to be killed with.
	await other.n8n.stop();
	simulator.addFault({ kind: 'jobNeverEnds', prompt: HELD });
	await load.startHeld('poll', first);
	await load.startHeld('pair', first);
	firstRetry = await failAndRetry(first);
	await eventually(async () => held().length === 11, 60);
	await other.start();
	await load.start(first, { poll: 1, pair: 1 });
	await inTheMidstOf(first);
	inKilledWorker = await runningIn(victim);
	await blow('SIGKILL of a worker', async () => await killAndStart(victim));
	simulator.clearFaults();
	// TTAPI ends a job whether or not somebody waits for it.
	for (const { jobId } of held()) simulator.finishJob(jobId, 'SUCCESS');

	await load.start(second);
	await inTheMidstOf(second);
	await blow('SIGKILL of the webhook processor', async () => await killAndStart(queue.webhook));

	await load.start(third);
	await inTheMidstOf(third);
	await blow('Restart of Redis', async () => await queue.redis.restart());
	await settled(SETTLED_SECONDS).catch(recover);
	const seconds = (Math.max(...endsOf(load.jobs())) - load.jobs()[0].submittedAt) / 1000;
	const memory = await memoryOf(world);

	before.executions = await allExecutions(world, load);
	before.jobs = load.jobs();
	await Promise.all(
		crashed().map(async ({ id }) => {
			const again = await client.retryExecution(id).catch(async (error: Error) => {
				// What n8n calls crashed may go on all the same; what has succeeded then needs no Retry.
				if ((await client.waitForExecution(id)).status !== 'success') throw error;
			});
			if (again) retries.set(id, await client.waitForExecution(again));
		}),
	);
	await settled(120);
	after.executions = await allExecutions(world, load);
	after.jobs = load.jobs();
	report({ seconds, memory, allSeconds: (Date.now() - startedAt) / 1000 });
}, 1_800_000);

/** Lets an execution fail with one job of five, and begins its Retry, whose one new job is held. */
async function failAndRetry(wave: string): Promise<string> {
	simulator.addFault({ kind: 'jobFails', message: 'Job Timeout', prompt: BREAKS, count: 1 });
	await load.startBreaking(wave);
	const workflowId = load.workflows.poll.id;
	const [{ id }] = await eventually(async () => {
		const failed = await client.listExecutions({ workflowId, status: ['error'] });
		return failed.length > 0 && failed;
	}, 60);
	simulator.addFault({ kind: 'jobNeverEnds', prompt: BREAKS });
	// n8n answers when the Retry has ended, which this one never does.
	void client.retryExecution(id).catch(() => {});
	const [retry] = await eventually(async () => {
		const running = await client.listExecutions({ workflowId, status: ['running'] });
		const found = running.filter((each) => (each as { retryOf?: string }).retryOf === id);
		return found.length > 0 && found;
	});
	return retry.id;
}

const held = () =>
	load.jobs().filter(({ prompt, endedAt }) => {
		return !endedAt && (prompt.includes(HELD) || prompt.includes(BREAKS));
	});
const endsOf = (jobs: JobRecord[]) => jobs.flatMap(({ endedAt }) => endedAt ?? []);

const pausedNow = async () => await client.listExecutions({ status: ['waiting'] });

async function inTheMidstOf(wave: string): Promise<void> {
	await eventually(async () => {
		return endsOf(load.jobs(wave)).length >= IN_THE_MIDST && (await pausedNow()).length > 0;
	}, 120);
}

async function blow(what: string, deal: () => Promise<void>): Promise<void> {
	const jobs = load.jobs();
	const paused = (await pausedNow()).length;
	const from = Date.now();
	await deal();
	const unfinishedJobs = jobs.length - endsOf(jobs).length;
	blows.push({ what, unfinishedJobs, paused, from, to: Date.now() });
}

async function killAndStart(part: Part): Promise<void> {
	await part.n8n.kill();
	await part.start();
}

/** Waits until every job has ended, every callback is done with, and no execution runs or waits. */
async function settled(seconds: number): Promise<void> {
	await eventually(async () => {
		const jobs = load.jobs();
		if (endsOf(jobs).length < jobs.length) return false;
		return (await going()).length === 0 && triggerJobs(jobs).every(isToldOf);
	}, seconds);
}

/**
 * A process that is killed between n8n's database and its queue leaves an execution that no worker ever gets. n8n looks
 * for such ones when main starts.
 */
async function recover(): Promise<void> {
	const ids = (await going()).filter(({ status }) => status !== 'waiting').map(({ id }) => id);
	stranded.push(...ids);
	await queue.main.n8n.stop();
	await queue.main.start();
	await settled(SETTLED_SECONDS);
}

const going = async () => await client.listExecutions({ status: ['new', 'running', 'waiting'] });

const pausedJobs = (jobs: JobRecord[]) =>
	jobs.filter(({ hookUrl }) => hookUrl.includes('/webhook-waiting/'));
const triggerJobs = (jobs: JobRecord[]) =>
	jobs.filter(({ hookUrl }) => hookUrl.endsWith('/callback'));

const callbackOf = ({ jobId }: JobRecord) =>
	simulator.state().callbacks.find((call) => call.jobId === jobId);
const isToldOf = (job: JobRecord): boolean => callbackOf(job) !== undefined;
/** A callback that was not answered with 200 is not sent again. */
const isMissed = (job: JobRecord): boolean => isToldOf(job) && callbackOf(job)?.status !== 200;
/** Whether something was done to n8n while it had the callback in hand. */
const isHit = (job: JobRecord): boolean =>
	blows.some(({ from, to }) => {
		const { at } = callbackOf(job)!;
		return at >= from - IN_HAND_MS && at <= to;
	});

const crashed = () => before.executions.filter(({ status }) => status === 'crashed');
/** Jobs that no execution names which has submitted them: paid for, and stored nowhere in n8n. */
const lost = () =>
	namedNowhere(
		before.jobs,
		before.executions.filter((each) => load.kindOf(each) !== 'trigger'),
	);
/** Without the job that has failed, which a Retry submits again. */
const submittedTwice = (jobs: JobRecord[]) =>
	[...byPrompt(jobs)].flatMap(([prompt, group]) =>
		group.length > 1 && !prompt.includes(BREAKS) ? [group] : [],
	);

/** The runs behind the trigger for a job: one for each execution. */
const runsFor = ({ jobId }: JobRecord): string[] =>
	load.counter.keys().filter((key) => key.startsWith(`${jobId}/`));

/** The execution that failed before the kill: its Retry is {@link firstRetry}. */
const failed = () =>
	(before.executions.find(({ id }) => id === firstRetry) as Execution & { retryOf: string })
		.retryOf;

/** How an execution has ended: by itself, or in its Retry. */
const endOf = (id: string): Execution =>
	retries.get(id) ?? after.executions.find((execution) => execution.id === id)!;

const idsOf = (execution: Execution, node: string): string[] =>
	itemsOf(execution, node).map(({ json }: any) => json.jobId);

/** The paused executions of which a callback was missed, and how many seconds after their last job's end they have ended. */
const withoutCallback = () =>
	before.executions
		.filter((each) => load.kindOf(each) === 'pause' && each.status === 'success')
		.map((execution) => ({
			execution,
			jobs: pausedJobs(after.jobs).filter((job) => executionOf(job) === execution.id),
		}))
		.filter(({ jobs }) => jobs.some(isMissed))
		.map(({ execution, jobs }) => {
			const { stoppedAt } = execution as Execution & { stoppedAt: string };
			return {
				id: execution.id,
				seconds: (Date.parse(stoppedAt) - Math.max(...endsOf(jobs))) / 1000,
			};
		});
/** The trigger's jobs whose workflow was never started. */
const unstarted = () => triggerJobs(after.jobs).filter((job) => runsFor(job).length === 0);

/** The ids of all jobs in the account's history that ended well. */
async function history(): Promise<string[]> {
	const ids: string[] = [];
	for (let page = 1; page <= Math.ceil(after.jobs.length / 100); page++) {
		const { data } = await axios.get(`${simulator.url}${HISTORY}`, {
			params: { page, limit: 100 },
			headers: { 'TT-API-KEY': simulator.apiKey },
			proxy: false,
		});
		const rows = Array.isArray(data.data) ? data.data : data.data.list;
		ids.push(...rows.map((row: any) => row.job_id));
	}
	return ids;
}

function report({ seconds, allSeconds, memory }: Record<string, any>): void {
	const runs = triggerJobs(after.jobs).map((job) => runsFor(job).length);
	const answers: Record<string, number> = {};
	for (const { status } of simulator.state().callbacks) {
		answers[String(status)] = (answers[String(status)] ?? 0) + 1;
	}
	const lines = {
		'Wall time without the start of n8n': `${allSeconds.toFixed(0)} s`,
		Jobs: `${before.jobs.length} in ${seconds.toFixed(0)} s, ${SLOTS} slots, ${JOB_MS / 2000} to ${(JOB_MS * 1.5) / 1000} s each`,
		'Jobs an hour': Math.round((before.jobs.length / seconds) * 3600),
		Executions: countByKind(load, before.executions),
		Blows: blows.map(({ from, to, ...blow }) => ({ ...blow, seconds: (to - from) / 1000 })),
		'In the killed worker': countByKind(load, crashed()),
		'Between database and queue': stranded.length,
		'Jobs that no execution of theirs names': lost().length,
		'Submitted again by Retry': after.jobs.length - before.jobs.length,
		'Runs of the trigger': {
			0: 0,
			1: 0,
			...runs.reduce((all: any, n) => ({ ...all, [n]: (all[n] ?? 0) + 1 }), {}),
		},
		'Answers to callbacks': answers,
		'Callbacks missed, of pauses': after.jobs
			.filter((job) => executionOf(job) !== 'undefined')
			.filter(isMissed).length,
		'Callbacks missed, of the trigger': triggerJobs(after.jobs).filter(isMissed).length,
		'Jobs that did not start the workflow of the trigger': unstarted().length,
		'Seconds that an execution took longer without its callback': withoutCallback().map(
			({ seconds }) => Math.round(seconds),
		),
		Megabytes: memory,
	};
	const text = Object.entries(lines).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
	process.stdout.write(`\n${text.join('\n')}\n\n`);
}

describe('Queue mode under kills', () => {
	test('each blow hits an n8n at work', () => {
		expect(blows).toHaveLength(KILLS + 1);
		for (const { unfinishedJobs, paused } of blows) {
			expect(unfinishedJobs).toBeGreaterThan(0);
			expect(paused).toBeGreaterThan(0);
		}
		expect(after.jobs.length).toBeGreaterThanOrEqual(JOBS);
	});

	test('only what a killed process had in hand is called crashed', () => {
		const ids = crashed().map(({ id }) => id);
		expect(ids).toContain(firstRetry);
		expect(countByKind(load, crashed())).toMatchObject({
			poll: expect.any(Number),
			pair: expect.any(Number),
		});
		expect([...inKilledWorker, ...stranded]).toEqual(expect.arrayContaining(ids));
		const others = before.executions.filter(({ id }) => !ids.includes(id) && id !== failed());
		expect(others.filter(({ status }) => status !== 'success')).toEqual([]);
	});

	test('every execution that pauses is brought to its end, by itself or by a Retry after a crash', () => {
		const paused = before.executions.filter((each) => load.kindOf(each) === 'pause');
		expect(paused).toHaveLength(18);
		for (const { id } of paused) {
			const execution = endOf(id);
			expect([id, execution.status]).toEqual([id, 'success']);
			const items = itemsOf(execution, 'TTAPI');
			expect(items.map(({ json }: any) => json.status)).toEqual(Array(5).fill('SUCCESS'));
			expect(items.filter(({ json }: any) => json.timedOut)).toEqual([]);
			const prompts = itemsOf(execution, 'Start').map(({ json }: any) => json.prompt);
			expect(items.map(({ json }: any) => json.prompt)).toEqual(prompts);
			// What runs behind a pause runs once, however many callbacks came, and again.
			expect([id, load.counter.runs(execution.id)]).toEqual([id, 1]);
		}
	});

	test('an execution whose callback fell into the downtime goes on by the looks of its worker', () => {
		expect(withoutCallback().length).toBeGreaterThan(0);
		// What goes on only when Max Wait is over comes out as timed out, which no item may.
		expect(withoutCallback().filter(({ seconds }) => seconds > SETTLED_SECONDS)).toEqual([]);
	});

	test('every callback that was answered starts the workflow of the trigger, with no more doubles than kills', () => {
		const jobs = triggerJobs(after.jobs);
		expect(jobs.length).toBeGreaterThanOrEqual(90);
		expect(unstarted().filter((job) => !isMissed(job) && !isHit(job))).toEqual([]);
		const doubles = jobs.map((job) => Math.max(0, runsFor(job).length - 1));
		expect(doubles.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(KILLS);
	});

	test("a job whose callback fell into the downtime is in TTAPI's history", async () => {
		expect(unstarted().length).toBeGreaterThan(0);
		expect(await history()).toEqual(expect.arrayContaining(unstarted().map(({ jobId }) => jobId)));
	});

	test('no job is submitted twice', () => {
		expect(submittedTwice(before.jobs)).toEqual([]);
	});

	test('a Retry after the crash pays for nothing that was stored', () => {
		expect(retries.size).toBeGreaterThan(0);
		for (const execution of retries.values()) expect(execution.status).toBe('success');
		const unknown = new Set(lost().map(({ jobId }) => jobId));
		for (const group of submittedTwice(after.jobs)) {
			// The first one was submitted in the midst of a node, of which n8n stores nothing before its end.
			expect(group.map(({ jobId }) => unknown.has(jobId))).toEqual([true, false]);
		}
		// Of the two nodes in a row, the first one may have been at work itself when the worker was killed.
		const stored = crashed().filter(
			(each) => load.kindOf(each) === 'pair' && idsOf(each, 'First').length > 0,
		);
		expect(stored.length).toBeGreaterThan(0);
		for (const execution of stored)
			expect(idsOf(endOf(execution.id), 'First')).toEqual(idsOf(execution, 'First'));
	});

	test('a Retry that was crashed pays once for the jobs of the execution that had failed', () => {
		const jobs = [...byPrompt(after.jobs)]
			.filter(([prompt]) => prompt.includes('.broken.'))
			.sort(([one], [other]) => one.localeCompare(other));
		const submits = jobs.map(([prompt, group]) => [prompt.includes(BREAKS), group.length]);
		// The one that failed is paid for in the failed execution, the crashed Retry and the last one.
		expect(submits).toEqual([...Array(4).fill([false, 1]), [true, 3]]);
		const ids = idsOf(endOf(firstRetry), 'TTAPI');
		expect(ids.slice(0, 4)).toEqual(jobs.slice(0, 4).map(([, [{ jobId }]]) => jobId));
	});

	test("what was paid for and stored nowhere is in TTAPI's history", async () => {
		expect(lost().length).toBeGreaterThanOrEqual(11);
		expect(await history()).toEqual(expect.arrayContaining(lost().map(({ jobId }) => jobId)));
	});
});
