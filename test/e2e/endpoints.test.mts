import { beforeEach, describe, expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { startWorld } from './support/world.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';

const { client, credentials, simulator } = await startWorld();
const newer = await startWorld({ dialect: 'new', strictFetch: true });
const older = await startWorld({ dialect: 'seed', strictFetch: true });
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const SINGLE = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

const picture = (width: number, height: number, colour = 'black') => {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = colour;
	context.fillRect(0, 0, width, height);
	return canvas.toDataURL('image/png');
};

/** Runs one operation in n8n and gives its output items. */
async function run(
	parameters: TtapiNode['parameters'],
	items: Array<Record<string, unknown>> = [{}],
) {
	const workflow = await client.createWorkflow(ttapiWorkflow(items, { parameters }), credentials);
	const execution = await client.runWorkflow(workflow);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return itemsOf(execution, 'TTAPI');
}

const sent = (path: string) =>
	simulator.state().requests.filter((request) => request.path === path && request.status === 200);

describe('every endpoint of the older page works out of n8n', () => {
	test('imagine', async () => {
		const [{ json }] = await run({
			prompt: 'a cute cat --ar 16:9',
			options: { getUImages: true, pollInterval: 1 },
		});
		expect(json).toMatchObject({
			status: 'SUCCESS',
			family: 'image',
			action: 'imagine',
			prompt: 'a cute cat --ar 16:9',
			quota: 3,
		});
		expect(json.images).toHaveLength(4);
		expect(json.components).toContain('upsample1');
		expect(json).not.toHaveProperty('hookUrl');
	});

	test('action', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const [{ json }] = await run(
			{ operation: 'action', action: 'variation3', options: { pollInterval: 1 } },
			[{ jobId: GRID }],
		);
		expect(json).toMatchObject({ status: 'SUCCESS', action: 'variation3' });
		expect(json.jobId).not.toBe(GRID);
	});

	test('seed', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const [{ json }] = await run({
			operation: 'getSeed',
			jobId: GRID,
			options: { pollInterval: 1 },
		});
		expect(json).toMatchObject({ status: 'SUCCESS', seed: expect.stringMatching(/^\d+$/) });
	});

	test('blend', async () => {
		const imagesBase64 = [picture(40, 20, 'red'), picture(20, 40, 'blue')].join('\n');
		const [{ json }] = await run({
			operation: 'blend',
			imageInput: 'base64',
			imagesBase64,
			dimensions: 'PORTRAIT',
			options: { pollInterval: 1 },
		});
		expect(json).toMatchObject({ status: 'SUCCESS', action: 'blend' });
		expect(Number(json.height) / Number(json.width)).toBeCloseTo(3 / 2, 1);
	});

	test('describe', async () => {
		const [{ json }] = await run({
			operation: 'describe',
			imageInput: 'base64',
			imageBase64: picture(40, 20),
			options: { pollInterval: 1 },
		});
		expect(json.status).toBe('SUCCESS');
		expect(json.prompts).toHaveLength(4);
	});

	test('inpaint', async () => {
		const { width, height } = simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
		const [{ json }] = await run({
			operation: 'inpaint',
			jobId: SINGLE,
			maskInput: 'base64',
			maskBase64: picture(Number(width), Number(height), 'white'),
			prompt: 'white background',
			options: { pollInterval: 1 },
		});
		expect(json).toMatchObject({
			status: 'SUCCESS',
			action: 'inpaint',
			prompt: expect.stringContaining('white background'),
		});
	});

	test('fetch, once and until the end', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const [once] = await run({ resource: 'job', operation: 'get', jobId: GRID });
		expect(once.json).toMatchObject({ jobId: GRID, status: 'SUCCESS' });

		const [submitted] = await run({ prompt: 'a cute cat', waitForResult: 'none' });
		expect(submitted.json).toMatchObject({ status: 'SUBMITTED', prompt: 'a cute cat' });
		const [ended] = await run(
			{ resource: 'job', operation: 'wait', options: { pollInterval: 1 } },
			[{ jobId: submitted.json.jobId }],
		);
		expect(ended.json).toMatchObject({ jobId: submitted.json.jobId, status: 'SUCCESS' });
	});

	test('promptCheck', async () => {
		const items = await run(
			{ resource: 'prompt', operation: 'check', prompt: '={{ $json.prompt }}' },
			[{ prompt: 'a cute cat' }, { prompt: 'a sexy girl' }],
		);
		expect(items.map(({ json }: any) => json)).toEqual([
			{ allowed: true, message: 'success', bannedWords: [] },
			{ allowed: false, message: 'banned prompt words：sexy', bannedWords: ['sexy'] },
		]);
	});

	test('status', async () => {
		const items = await run({ resource: 'service', operation: 'getStatus' });
		expect(items.map(({ json }: any) => json.mode).sort()).toEqual(['fast', 'relax', 'turbo']);
		for (const { json } of items) {
			expect(json).toMatchObject({ available: true, averageExecute: expect.any(Number) });
		}
	});
});

test('the newer dialect is read like the older one', async () => {
	const workflow = await newer.client.createWorkflow(
		ttapiWorkflow([{}], { parameters: { prompt: 'a cute cat', options: { pollInterval: 1 } } }),
		newer.credentials,
	);
	const [{ json }] = itemsOf(await newer.client.runWorkflow(workflow), 'TTAPI');
	expect(json).toMatchObject({ status: 'SUCCESS', action: 'imagine', quota: 3, progress: 100 });
});

test('where GET is refused the job is fetched by POST, and GET is not tried again', async () => {
	const run = async () =>
		await older.client.runWorkflow(
			await older.client.createWorkflow(
				ttapiWorkflow([{}], { parameters: { prompt: 'a cute cat', options: { pollInterval: 1 } } }),
				older.credentials,
			),
		);
	expect(itemsOf(await run(), 'TTAPI')[0].json.status).toBe('SUCCESS');
	await run();
	const refused = older.simulator.state().requests.filter(({ status }) => status === 405);
	expect(refused).toHaveLength(1);
});

test('the key goes out in the header TT-API-KEY, and only to the API', async () => {
	await run({ prompt: 'a cute cat', download: 'grid', options: { pollInterval: 1 } });
	for (const { path, headers } of simulator.state().requests) {
		expect([path, headers['tt-api-key']]).toEqual([
			path,
			path.startsWith('/midjourney') ? simulator.apiKey : undefined,
		]);
	}
	expect(sent('/midjourney/v1/imagine')).toHaveLength(1);
});
