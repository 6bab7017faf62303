import { beforeEach, describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { eventually } from './support/eventually.mts';
import {
	activationError,
	callbackOf,
	createTrigger,
	fetchBody,
	listen,
	submitJob,
	type Place,
} from './support/trigger.mts';
import { startWorld } from './support/world.mts';

const world = await startWorld({ pictureSize: 512 });
const { client, simulator } = world;
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const TOKEN = 'a token';
const withToken = { query: `?token=${encodeURIComponent(TOKEN)}` };

/** What the simulator serves at an address. */
const served = async (address: string) => {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
};

/** @param base64 what the workflow has read from the file */
const isServed = async (base64: string, address: string) =>
	Buffer.from(base64, 'base64').equals(await served(address));

const picturesAskedFor = () =>
	simulator.state().requests.filter(({ path }) => path.startsWith('/pictures/'));

describe('Download', () => {
	test('grid gives the grid as a file, byte for byte', async () => {
		const listener = await listen(world, { options: { download: 'grid' } }, ['data']);
		const jobId = await submitJob(simulator, { prompt: 'a red fox', hookUrl: listener.url });
		const [[{ json, binary }]] = await listener.runs(1);
		expect(Object.keys(binary!)).toEqual(['data']);
		expect(binary!.data).toMatchObject({ mimeType: 'image/png', fileName: `${jobId}.png` });
		expect(await isServed(json.bytes.data, json.cdnImage)).toBe(true);
	});

	test('itemPerImage gives an item for each of the four, byte for byte', async () => {
		const listener = await listen(world, { options: { download: 'itemPerImage' } }, ['data']);
		const body = { prompt: 'a red fox', getUImages: true, hookUrl: listener.url };
		const jobId = await submitJob(simulator, body);
		const [items] = await listener.runs(1);
		expect(items.map(({ json }) => [json.jobId, json.imageIndex])).toEqual(
			[1, 2, 3, 4].map((index) => [jobId, index]),
		);
		for (const { json } of items) {
			expect(await isServed(json.bytes.data, json.images[json.imageIndex - 1])).toBe(true);
		}
	});
});

describe('Download without Verify', () => {
	test('needs a token: without one the workflow cannot be activated, and is told why', async () => {
		const listener = await createTrigger(world, {
			verify: false,
			options: { download: 'grid' },
		});
		expect(await activationError(client, listener)).toMatch(/token/i);
		expect((await listener.post(callbackOf(GRID), withToken)).status).toBe(404);
	});

	test('never asks a private host, even if the API is there: n8n does not show the credential then', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const body = await fetchBody(simulator, GRID);
		const listener = await listen(world, {
			verify: false,
			options: { download: 'grid', callbackToken: TOKEN },
		});
		expect((await listener.post(body, withToken)).status).toBe(200);
		const [[{ json, binary }]] = await listener.runs(1);
		expect(json).toMatchObject({ jobId: GRID, downloadError: expect.any(String) });
		expect(binary).toBeUndefined();
		expect(picturesAskedFor()).toEqual([]);
	});

	test('never asks a private host when the API is on a public one', async () => {
		const data = { apiKey: 'nobody', baseUrl: 'https://api.ttapi.io' };
		const type = 'ttapiApi';
		const publicApi = await client.createCredential({ name: 'Public host', type, data });
		const jobId = randomUUID();
		simulator.addFinishedJob({ jobId });
		const image = `${simulator.url}/pictures/${jobId}.png`;
		expect((await served(image)).length).toBeGreaterThan(0);
		const asked = picturesAskedFor().length;

		const places: Array<Place['credentials']> = [{ [type]: publicApi }, {}];
		for (const credentials of places) {
			const listener = await listen(
				{ client, credentials },
				{ verify: false, options: { download: 'grid', callbackToken: TOKEN } },
			);
			for (const address of [
				image,
				image.replace('127.0.0.1', 'localhost'),
				image.replace('127.0.0.1', '2130706433'),
				image.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
			]) {
				const body = callbackOf(randomUUID(), 'SUCCESS', { cdnImage: address });
				await listener.post(body, withToken);
			}
			// Whatever runs have come of it have ended.
			const { workflow } = listener;
			await eventually(async () => {
				const runs = await client.listExecutions({ workflowId: workflow.id });
				return runs.every(({ status }) => ['success', 'error'].includes(status));
			});
			for (const { id } of await client.listExecutions({ workflowId: workflow.id })) {
				const { data } = await client.getExecution(id);
				expect(JSON.stringify(data.resultData.runData)).not.toContain('"binary"');
			}
			expect(picturesAskedFor()).toHaveLength(asked);
		}
	});
});
