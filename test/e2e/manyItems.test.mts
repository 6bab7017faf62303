import { beforeEach, expect, test } from '@jest/globals';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { ttapiWorkflow } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const SLOTS = 10;

const { client, credentials, simulator } = await startWorld({ jobMs: 2_000, slots: SLOTS });
const uneven = await startWorld({ jobMs: 2_000, jobSpread: 0.9, slots: 4 });
const full400 = await startWorld({ jobMs: 1_500, slots: 3, fullQueue: 400 });
beforeEach(() => simulator.reset());

const prompts = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ prompt: `picture number ${index}` }));

const imagine = { prompt: '={{ $json.prompt }}', options: { pollInterval: 1 } };

test('12 items with 10 slots come out in the order of the input, each paired with its own', async () => {
	const workflow = await client.createWorkflow(
		ttapiWorkflow(prompts(12), { parameters: imagine }),
		credentials,
	);
	const items = itemsOf(await client.runWorkflow(workflow), 'TTAPI');

	expect(items.map(({ json }: any) => json.prompt)).toEqual(
		prompts(12).map(({ prompt }) => prompt),
	);
	expect(items.map(({ pairedItem }: any) => pairedItem)).toEqual(
		prompts(12).map((_, item) => ({ item })),
	);
	expect(new Set(items.map(({ json }: any) => json.jobId)).size).toBe(12);
	expect(simulator.state().mostUnfinished).toBe(SLOTS);
});

test('jobs that end in another order than they began are still paired rightly', async () => {
	const workflow = await uneven.client.createWorkflow(
		ttapiWorkflow(prompts(9), { parameters: imagine }),
		uneven.credentials,
	);
	const items = itemsOf(await uneven.client.runWorkflow(workflow), 'TTAPI');

	const { jobs } = uneven.simulator.state();
	const byEnd = [...jobs].sort((a, b) => Number(a.endedAt) - Number(b.endedAt));
	expect(byEnd.map(({ jobId }) => jobId)).not.toEqual(jobs.map(({ jobId }) => jobId));
	expect(items.map(({ json }: any) => json.prompt)).toEqual(prompts(9).map(({ prompt }) => prompt));
});

test('a full queue is waited for, and no job is submitted twice', async () => {
	const workflow = await full400.client.createWorkflow(
		ttapiWorkflow(prompts(7), { parameters: imagine }),
		full400.credentials,
	);
	const items = itemsOf(await full400.client.runWorkflow(workflow), 'TTAPI');

	const { jobs, mostUnfinished, requests } = full400.simulator.state();
	expect(requests.some(({ status }) => status === 400)).toBe(true);
	expect(mostUnfinished).toBe(3);
	expect(jobs.map(({ prompt }) => prompt).sort()).toEqual(prompts(7).map(({ prompt }) => prompt));
	expect(items.map(({ json }: any) => json.status)).toEqual(Array(7).fill('SUCCESS'));
});
