/**
 * Where the ledger ends: what a person's Retry finds after a crash of n8n and after a Stop.
 *
 * Pins of n8n's behaviour (docs/n8n.md, What a retry finds) in this file: of an execution that was running, a crash leaves
 * what n8n had stored, and so does a Stop on 2.x. That is nothing of a run by hand, the start of one in production; with
 * "Save execution progress" all up to the last node that ended; and of a Retry what the failed execution knew. After a
 * Stop on 1.x a Retry runs nothing.
 */
import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { startN8n } from '../../scripts/n8n/start.mjs';
import { type Step } from '../workflow.mts';
import { eventually } from './support/eventually.mts';
import { startOwnN8n } from './support/ownN8n.mts';
import { pairing, Pausing, prompts, row, startPausing, type Start } from './support/pausing.mts';
import { TRANSIENT, polling, Retrying } from './support/retrying.mts';

const shared = await startPausing({ jobMs: 500, slots: 100 });
const own = await startOwnN8n(shared.world);
const pauses = new Pausing({ ...shared.world, ...own, n8n: own.n8n }, shared.counter);
const retrying = new Retrying(pauses);
const { client } = pauses.world;

interface Case {
	name: string;
	how: Start;
	saveExecutionProgress: boolean;
}

const CASES: Case[] = [
	{ name: 'by hand', how: 'manual', saveExecutionProgress: false },
	{ name: 'in production', how: 'production', saveExecutionProgress: false },
	{ name: 'by hand, saved', how: 'manual', saveExecutionProgress: true },
	{ name: 'in production, saved', how: 'production', saveExecutionProgress: true },
];

/** Two nodes of ours: the jobs of the first end, those of the second do not. */
async function startCase({ name, how, saveExecutionProgress }: Case): Promise<string> {
	const items = prompts(`${name}: one`, `${name}: two`);
	const second = polling('Second', { prompt: '={{ $json.prompt }} at night' });
	const workflow = row(items, [polling('First'), second, pairing(), shared.counter.step]);
	const settings = { ...workflow.settings, saveExecutionProgress, saveManualExecutions: true };
	const stored = await pauses.store({ ...workflow, settings }, { active: how === 'production' });
	return await pauses.start(stored, how);
}

/** How often each job of a case was submitted: those of the first node, then those of the second. */
const submitsOf = (name: string): number[] =>
	Object.entries(retrying.submits())
		.filter(([prompt]) => prompt.startsWith(`${name}: `))
		// By name, as two jobs that are sent at the same time may arrive in any order.
		.sort(
			([a], [b]) =>
				Number(a.endsWith('at night')) - Number(b.endsWith('at night')) || a.localeCompare(b),
		)
		.map(([, count]) => count);

const BAD = 'retried: bad';
const SLOW = 'retried: slow';

/** Starts a Retry of an execution in which one job has failed and another one has not ended. */
async function startRetry(): Promise<string> {
	const patience = (maxWait: number) => ({ maxWait, pollInterval: 1 });
	const ours = polling('TTAPI', { options: patience(2) });
	const workflow = await pauses.create(prompts(BAD, SLOW), [ours]);
	const failed = await retrying.end(workflow);
	expect(failed.status).toBe('error');

	pauses.addFaults({ kind: 'jobNeverEnds', prompt: BAD });
	workflow.nodes.find(({ name }: Step) => name === 'TTAPI').parameters.options = patience(300);
	await client.updateWorkflow(workflow);
	// n8n answers only when the Retry has ended.
	void client.retryExecution(failed.id, { withCurrentWorkflow: true }).catch(() => {});
	const filter = { workflowId: workflow.id };
	const { id } = await eventually(async () =>
		(await client.listExecutions(filter)).find((execution) => execution.id !== failed.id),
	);
	await eventually(async () => retrying.submits()[BAD] === 2);
	return id;
}

interface Lost {
	/** Of the execution that was lost. */
	status: string;
	/** What its Retry came to: its state, or why n8n refused it. */
	retry: string;
	/** All submits of its jobs, those of the Retry too. */
	submits: number[];
}

/** Starts all cases, lets `lose` end them in the midst of their jobs, and retries them. */
async function loseAll(lose: (ids: string[]) => Promise<void>): Promise<Record<string, Lost>> {
	pauses.simulator.reset();
	pauses.addFaults(
		{ kind: 'jobNeverEnds', prompt: 'at night' },
		{ kind: 'jobNeverEnds', prompt: SLOW },
		{ kind: 'jobFails', message: TRANSIENT, prompt: BAD, count: 1 },
	);
	const ids: Record<string, string> = { retried: await startRetry() };
	for (const each of CASES) ids[each.name] = await startCase(each);
	await eventually(async () => CASES.every(({ name }) => submitsOf(name).length === 4), 60);

	const isLogged = (id: string) => readFileSync(own.n8n.log, 'utf8').includes(id);
	// TTAPI has a job a moment before the node knows its ID.
	await eventually(async () => retrying.jobIds.every(isLogged));
	await lose(Object.values(ids));
	expect(retrying.jobIds.filter((id) => !isLogged(id))).toEqual([]);

	pauses.simulator.clearFaults();
	pauses.finish(...pauses.jobs().filter(({ endedAt }) => endedAt === null));
	const lost: Record<string, Lost> = {};
	for (const [name, id] of Object.entries(ids)) {
		const status = await pauses.status(id);
		const retry = await client.retryExecution(id).then(
			async (again) => (await pauses.ended(again)).status,
			(error: Error) => error.message,
		);
		lost[name] = { status, retry, submits: submitsOf(name) };
	}
	return lost;
}

const REFUSED = expect.stringContaining('cannot be retried');

test('after a crash, jobs of the node that was running are paid again unless n8n had stored them; their ids are in the log', async () => {
	const lost = await loseAll(async () => {
		await own.n8n.kill();
		const { folder, port, version } = own.n8n;
		own.n8n = await startN8n({ folder, port, version });
	});
	const status = 'crashed';
	expect(lost).toEqual({
		'by hand': { status, retry: REFUSED, submits: [1, 1, 1, 1] },
		// From its trigger on.
		'in production': { status, retry: 'success', submits: [2, 2, 2, 2] },
		// From the node that was running on.
		'by hand, saved': { status, retry: 'success', submits: [1, 1, 2, 2] },
		'in production, saved': { status, retry: 'success', submits: [1, 1, 2, 2] },
		// The slow job was in the stored ledger; the one that failed was submitted by each attempt.
		retried: { status, retry: 'success', submits: [3, 1] },
	});
}, 300_000);

test('after a Stop it is the same on n8n 2.x, and on 1.x a Retry runs nothing; the ids are in the log', async () => {
	const lost = await loseAll(async (ids) => {
		for (const id of ids) {
			await client.stopExecution(id);
			await client.waitForExecution(id);
		}
	});
	const status = 'canceled';
	const nothing = { status, retry: 'success', submits: [1, 1, 1, 1] };
	expect(lost).toEqual(
		client.isVersion1
			? {
					...Object.fromEntries(CASES.map(({ name }) => [name, nothing])),
					retried: { ...nothing, submits: [2, 1] },
				}
			: {
					'by hand': { status, retry: REFUSED, submits: [1, 1, 1, 1] },
					// n8n keeps the error of the Stop, although all of the workflow has run.
					'in production': { status, retry: 'error', submits: [2, 2, 2, 2] },
					'by hand, saved': { status, retry: 'success', submits: [1, 1, 2, 2] },
					'in production, saved': { status, retry: 'success', submits: [1, 1, 2, 2] },
					retried: { status, retry: 'success', submits: [3, 1] },
				},
	);
}, 300_000);
