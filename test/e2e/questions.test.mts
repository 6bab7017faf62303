import { beforeEach, describe, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { bodiesTo, cutOut } from './support/newerJobs.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld, type World } from './support/world.mts';

type Json = Record<string, any>;

const world = await startWorld({ jobMs: 300 });
const { simulator } = world;
beforeEach(() => simulator.reset());

const histories = {
	list: await startWorld({ spelling: { history: 'list' } }),
	page: await startWorld({ spelling: { history: 'page' } }),
};
const withoutHistory = await startWorld({ history: false });
const accounts = {
	seed: await startWorld({ dialect: 'seed', slots: 7, balance: 42 }),
	new: await startWorld({ dialect: 'new', slots: 7, balance: 42 }),
};

/** Runs our nodes in a row and gives what came out of the last one. */
async function run(items: Json[], nodes: TtapiNode[], { client, credentials }: World = world) {
	const workflow = await client.createWorkflow(ttapiWorkflow(items, ...nodes), credentials);
	const execution = await client.runWorkflow(workflow);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return itemsOf(execution, nodes.at(-1)!.name ?? 'TTAPI');
}

const node = (name: string, { options = {}, ...parameters }: Json): TtapiNode => ({
	name,
	parameters: { ...parameters, options: { pollInterval: 1, ...options } },
});

const GET = { resource: 'job', operation: 'get' };
const GET_MANY = { resource: 'job', operation: 'getMany' };

describe('the history', () => {
	const JOBS = 120;

	test.each(['list', 'page'] as const)('of more than a page is all there: %s', async (history) => {
		const other = histories[history];
		const ids = Array.from({ length: JOBS }, () => randomUUID());
		for (const [n, jobId] of ids.entries())
			other.simulator.addFinishedJob({ jobId, prompt: `picture number ${n}` });
		const list = async (parameters: Json) =>
			(await run([{}], [{ parameters: { ...GET_MANY, ...parameters } }], other)).map(
				({ json }: any) => json,
			);
		const newest = [...ids].reverse();
		const idsOf = (jobs: Json[]) => jobs.map(({ jobId }) => jobId);

		const all = await list({ returnAll: true });
		expect(idsOf(all)).toEqual(newest);
		expect(all[0]).toMatchObject({
			status: 'SUCCESS',
			family: 'image',
			action: 'imagine',
			quota: 3,
			prompt: `picture number ${JOBS - 1}`,
			cdnImage: `${other.simulator.url}/pictures/${newest[0]}.png`,
		});
		expect(idsOf(await list({}))).toEqual(newest.slice(0, 50));
		expect(idsOf(await list({ limit: 110 }))).toEqual(newest.slice(0, 110));
		const oldest = await list({ limit: 3, sort: { order: 'asc' } });
		expect(idsOf(oldest)).toEqual(ids.slice(0, 3));
		expect(await list({ filters: { status: 'failed' } })).toEqual([]);
	});

	test('holds jobs of every family, which Job > Get then fetches', async () => {
		await run(
			[{ prompt: 'a' }],
			[
				node('Edit', {
					operation: 'edit',
					imageInput: 'base64',
					imageBase64: cutOut(),
					prompt: 'a red door',
				}),
				node('Video', {
					resource: 'video',
					operation: 'create',
					imageUrl: 'https://example.com/first.png',
					prompt: 'it snows',
				}),
			],
		);
		await run([{ prompt: 'a' }], [node('Picture', { prompt: 'a' })]);
		const items = await run(
			[{}],
			[
				{ name: 'Many', parameters: GET_MANY },
				{ name: 'Each', parameters: GET },
			],
		);
		const found = items.map(({ json }: any) => [json.family, json.status]).sort();
		expect(found).toEqual([
			['edit', 'SUCCESS'],
			['image', 'SUCCESS'],
			['video', 'SUCCESS'],
		]);
	});

	test('that the host does not have is an error that says what to do', async () => {
		const { client, credentials } = withoutHistory;
		const workflow = await client.createWorkflow(
			ttapiWorkflow([{}], { parameters: GET_MANY }),
			credentials,
		);
		const { status, data } = await client.runWorkflow(workflow);
		expect(status).toBe('error');
		expect(data.resultData.error.description.length).toBeGreaterThan(10);
	});
});

test.each(['seed', 'new'] as const)('the account, in the dialect %s', async (dialect) => {
	const [{ json }] = await run([{}], [{ parameters: { resource: 'account' } }], accounts[dialect]);
	expect(json).toEqual({
		email: 'simulator@example.com',
		balance: 42,
		frozenBalance: 0,
		maxQueue: 7,
		createdAt: '2024-01-01 00:00:00',
	});
});

test('a prompt with a banned word is not paid for, if it is checked first', async () => {
	const parameters = { prompt: '={{ $json.prompt }}', options: { checkPrompt: true } };
	const workflow = await world.client.createWorkflow(
		ttapiWorkflow([{ prompt: 'a cat' }, { prompt: 'a sexy cat' }], node('TTAPI', parameters)),
		world.credentials,
	);
	const execution = await world.client.runWorkflow(workflow);
	expect(execution.data.resultData.error.message).toContain('sexy');
	expect(simulator.state().jobs).toEqual([]);
});

test('typed parameters go out in the prompt, and what is wrong with it comes out', async () => {
	const parameters = {
		prompt: 'a cat --aspct 1:1',
		promptParameters: { aspectRatio: '16:9', stylize: 250 },
	};
	const [{ json }] = await run([{}], [node('TTAPI', parameters)]);
	const [{ prompt }] = bodiesTo(simulator, '/midjourney/v1/imagine');
	expect(prompt).toMatch(/^a cat --aspct 1:1 .*--ar 16:9/);
	expect(json.promptWarnings).toEqual([expect.stringContaining('--aspct')]);
});
