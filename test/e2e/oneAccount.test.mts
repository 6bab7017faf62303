/** All runs of a process stand in one line for an account. What n8n has learnt of it lasts, so each test has one of its own. */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, SimulatorOptions } from '../../simulator/startSimulator.mts';
import { noOp, target, workflow, type Step } from '../workflow.mts';
import { AGENTS, agentWorkflow, fromAi, imagine, tool } from './support/agentWorkflow.mts';
import { startChatModel } from './support/chatModel.mts';
import { eventually } from './support/eventually.mts';
import {
	jsonOf,
	numbered,
	paired,
	pairsOf,
	Pausing,
	pausing,
	prompts,
	row,
	startCounter,
	type Json,
} from './support/pausing.mts';
import { startWorld } from './support/world.mts';

const world = await startWorld();
const behind = await startCounter();
const inFront = await startCounter();
const model = await startChatModel();
const { client } = world;

/** How long a job that must wait is seen waiting. */
const A_WHILE_MS = 2_000;

/** How long after the end of a job that nobody polls the next one goes at the latest. */
const SOON_MS = 10_000;

/** After this time a pause itself looks at its jobs only every 30 s: then it is the line that sees their end. */
const EARLY_LOOKS_MS = 10_000;

const LOST: Fault = { kind: 'callbackLost' };
const NO_ACCOUNT_PAGE: Fault = { kind: 'status', status: 404, endpoint: 'info' };

/** The first jobs of the account end only when the test ends them. */
const heldJobs = (count: number): Fault => ({ kind: 'jobNeverEnds', count });

async function startAccount(options: SimulatorOptions, ...faults: Fault[]): Promise<Pausing> {
	const account = new Pausing(await world.withAccount(options), behind);
	account.addFaults(...faults);
	return account;
}

/** Counts each item, and hands it on to the node of ours. */
const counting: Step = {
	...inFront.stepFor('{{ $execution.id }}'),
	name: 'In Front',
	executeOnce: false,
};

/** A node of ours behind any other. */
const node = (parameters: Json = {}): Step =>
	pausing('TTAPI', {
		prompt: "={{ $('Start').item.json.prompt }}",
		waitForResult: 'poll',
		...parameters,
	});

/** Starts an execution, and waits until each of its jobs is submitted or stands in line. */
async function ask(account: Pausing, items: Json[], parameters?: Json): Promise<string> {
	const id = await account.start(await account.create(items, [counting, node(parameters)]));
	await eventually(async () => inFront.runs(id) === items.length);
	await delay(A_WHILE_MS);
	return id;
}

/** The prompts of the account's jobs, in the order in which they were accepted. */
const accepted = (account: Pausing): string[] => account.jobs().map(({ prompt }) => prompt);

const untilAccepted = async (account: Pausing, prompt: string) =>
	await eventually(async () => accepted(account).includes(prompt));

const refusals = (account: Pausing): number =>
	account.simulator
		.state()
		.requests.filter(({ endpoint, status }) => endpoint === 'imagine' && status !== 200).length;

/** Waits until the execution has ended well, with each result on its own item. */
async function expectSuccess(account: Pausing, id: string, items: Json[]): Promise<void> {
	const execution = await account.ended(id);
	expect(execution.status).toBe('success');
	expect(pairsOf(execution)).toEqual(paired(items));
}

describe('with one slot, nobody waits for ever:', () => {
	test.each([
		['poll', 'poll'],
		['callback', 'callback'],
		['none', 'poll'],
	])('workflows (%s) that call another one (%s)', async (waitForResult, waitOfCalled) => {
		const account = await startAccount({ slots: 1 });
		const atNight = ({ prompt }: Json) => `${prompt} at night`;
		const steps: Step[] = [
			{
				name: 'Called',
				type: 'n8n-nodes-base.executeWorkflowTrigger',
				typeVersion: 1.1,
				parameters: { inputSource: 'passthrough' },
			},
			pausing('TTAPI', { prompt: '={{ $json.prompt }} at night', waitForResult: waitOfCalled }),
			noOp('Last'),
		];
		const inRow = { Called: { main: [target('TTAPI')] }, TTAPI: { main: [target('Last')] } };
		const called = await account.store(workflow('e2e called', steps, inRow), { active: true });
		const call: Step = {
			name: 'Call',
			type: 'n8n-nodes-base.executeWorkflow',
			typeVersion: 1.2,
			parameters: {
				workflowId: { __rl: true, mode: 'id', value: called.id },
				workflowInputs: { mappingMode: 'defineBelow', value: {} },
				options: { waitForSubWorkflow: true },
			},
		};
		const parents = await Promise.all(
			['day', 'week'].map(async (name) => {
				const items = numbered(2, name);
				const parent = await account.store(
					row(items, [node({ waitForResult }), call, noOp('End')]),
				);
				return { items, id: await account.start(parent) };
			}),
		);
		for (const { items, id } of parents) {
			const execution = await account.ended(id);
			expect(execution.status).toBe('success');
			const results = jsonOf(execution, 'End').map(({ prompt, status }) => [prompt, status]);
			expect(results).toEqual(items.map((item) => [atNight(item), 'SUCCESS']));
		}
		const all = parents.flatMap(({ items }) => items);
		const once = [...all.map(({ prompt }) => prompt), ...all.map(atNight)];
		expect(accepted(account).sort()).toEqual(once.sort());
		expect(refusals(account)).toBe(0);
	});

	describe.each(AGENTS)('three calls of an agent of version $agent at once', (kind) => {
		test.each([
			['poll', 'SUCCESS'],
			['none', 'SUBMITTED'],
		])('(%s)', async (waitForResult, status) => {
			const account = await startAccount({ slots: 1 });
			const openAiApi = await client.createCredential({
				name: 'Chat model',
				type: 'openAiApi',
				data: { apiKey: 'any', url: model.url, header: false },
			});
			const wishes = ['a fox', 'an owl', 'a whale'];
			const jobIn = (answer: string) => JSON.parse(answer)[0];
			model.write(
				() => wishes.map((prompt) => ({ tool: 'Imagine', args: { prompt } })),
				({ answers }) =>
					answers.map((answer) => ({ tool: 'Wait', args: { jobId: jobIn(answer).jobId } })),
				() => 'Done.',
			);
			const wait = tool('Wait', { resource: 'job', operation: 'wait', jobId: fromAi('jobId') });
			const agent = await client.createWorkflow(
				agentWorkflow(kind, [imagine({ waitForResult }), wait]),
				{ ...account.world.credentials, openAiApi },
			);
			const execution = await client.runWorkflow(agent);
			model.requireScript();
			expect(execution.status).toBe('success');

			const answers = model.requests.at(-1)!.answers.map(jobIn);
			expect(answers.map((job) => job.status)).toEqual([
				...wishes.map(() => status),
				...wishes.map(() => 'SUCCESS'),
			]);
			expect(accepted(account).sort()).toEqual(wishes.sort());
			for (const { prompt, jobId } of answers) expect(account.job(prompt).jobId).toBe(jobId);
			expect(refusals(account)).toBe(0);
		});
	});
});

describe('the jobs of an execution keep their slots until they end, and then the next ones go soon, if it', () => {
	test.each<[string, Json, Fault[], number]>([
		['is paused', { waitForResult: 'callback' }, [], 0],
		['is paused and not called back', { waitForResult: 'callback' }, [LOST], EARLY_LOOKS_MS],
		['does not wait', { waitForResult: 'none' }, [], 0],
		['has given them up', { options: { maxWait: 2, onTimeout: 'continue' } }, [], 0],
	])('%s', async (_, parameters, faults, heldMs) => {
		const account = await startAccount({ slots: 2 }, heldJobs(2), ...faults);
		const items = prompts('a red fox', 'a blue whale');
		const first = await ask(account, items, parameters);
		await client.waitForExecution(first, { until: ['waiting', 'success'] });
		await delay(heldMs);
		const held = account.jobs();
		expect(held).toHaveLength(2);

		const second = await ask(account, prompts('the next'), { waitForResult: 'poll' });
		expect(accepted(account)).toHaveLength(2);
		account.finish(held[0]);
		const endedAt = Date.now();
		await untilAccepted(account, 'the next');
		expect(account.job('the next').submittedAt - endedAt).toBeLessThan(SOON_MS);
		await expectSuccess(account, second, prompts('the next'));
		expect(refusals(account)).toBe(0);

		account.finish(held[1]);
		await expectSuccess(account, first, items);
	});
});

describe('an execution that is stopped', () => {
	test('in line leaves it, and the one behind it gets the slot', async () => {
		const account = await startAccount({ slots: 1 }, heldJobs(1));
		const holder = await ask(account, prompts('held'));
		const stopped = await ask(account, prompts('never', 'never either'));
		const next = await ask(account, prompts('next'));
		await client.stopExecution(stopped);
		expect((await account.ended(stopped)).status).toBe('canceled');

		account.finish(account.job('held'));
		await expectSuccess(account, holder, prompts('held'));
		await expectSuccess(account, next, prompts('next'));
		expect(accepted(account)).toEqual(['held', 'next']);
		expect(refusals(account)).toBe(0);
	});

	test('with a job holds up nobody else, but its job counts until it ends', async () => {
		const account = await startAccount({ slots: 2 }, { kind: 'jobNeverEnds' });
		const stopped = await ask(account, prompts('left alone'));
		const other = await ask(account, prompts('other'));
		const next = await ask(account, prompts('next'));
		const last = await ask(account, prompts('last'));
		await client.stopExecution(stopped);
		expect((await account.ended(stopped)).status).toBe('canceled');

		account.finish(account.job('other'));
		await expectSuccess(account, other, prompts('other'));
		await untilAccepted(account, 'next');
		await delay(A_WHILE_MS);
		expect(accepted(account)).toEqual(['left alone', 'other', 'next']);

		account.finish(account.job('left alone'));
		const endedAt = Date.now();
		await untilAccepted(account, 'last');
		expect(account.job('last').submittedAt - endedAt).toBeLessThan(SOON_MS);
		account.finish(account.job('next'), account.job('last'));
		await expectSuccess(account, next, prompts('next'));
		await expectSuccess(account, last, prompts('last'));
		expect(refusals(account)).toBe(0);
	});
});

describe('the line is fair:', () => {
	test('of six executions with five items each none fails, and none has to wait for the others', async () => {
		const slots = 4;
		const account = await startAccount({ slots, jobMs: 1_000, jobSpread: 0.5 }, heldJobs(slots));
		const runs = Array.from({ length: 6 }, (_, n) => numbered(5, `run ${n}, picture`));
		const ids = await Promise.all(runs.map(async (items) => await ask(account, items)));
		account.finish(...account.jobs());
		for (const [n, id] of ids.entries()) await expectSuccess(account, id, runs[n]);

		const order = accepted(account);
		const wanted = runs.flat().map(({ prompt }) => prompt);
		expect([...order].sort()).toEqual(wanted.sort());
		// One after the other, the last one would get its first job as the 26th.
		const firsts = runs.map((items) =>
			Math.min(...items.map(({ prompt }) => order.indexOf(prompt))),
		);
		expect(Math.max(...firsts)).toBeLessThan(order.length / 2);
		expect(account.simulator.state().mostUnfinished).toBe(slots);
		expect(refusals(account)).toBeLessThanOrEqual(5);
	});

	test.each(['poll', 'callback'])(
		'one prompt beside a batch of 40 (%s) gets the first or second slot that becomes free',
		async (waitForResult) => {
			const slots = 3;
			const account = await startAccount({ slots, jobMs: 300 }, heldJobs(slots));
			const items = numbered(40);
			const batch = await ask(account, items, { waitForResult, options: { maxInFlight: 40 } });
			const held = account.jobs();
			expect(held).toHaveLength(slots);
			const lone = await ask(account, prompts('lone'));
			account.finish(held[0]);
			await untilAccepted(account, 'lone');
			expect(accepted(account).indexOf('lone')).toBeLessThan(slots + 2);

			account.finish(...held.slice(1));
			await expectSuccess(account, lone, prompts('lone'));
			await expectSuccess(account, batch, items);
		},
	);
});

describe('of an account with two slots', () => {
	test.each<[string, Fault[], number]>([
		['nothing is refused if its page says so', [], 0],
		['five submits at most are refused if there is no such page', [NO_ACCOUNT_PAGE], 5],
	])('%s', async (_, faults, most) => {
		const account = await startAccount({ slots: 2 }, ...faults);
		const items = numbered(12);
		const workflow = await account.create(items, [node()]);
		await expectSuccess(account, await account.start(workflow), items);
		expect(account.jobs()).toHaveLength(items.length);
		expect(refusals(account)).toBeLessThanOrEqual(most);
	});
});
