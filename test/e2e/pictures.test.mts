import { beforeEach, expect, test } from '@jest/globals';
import axios from 'axios';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, simulator } = await startWorld({ pictureSize: 512 });
beforeEach(() => simulator.reset());

async function run(...nodes: TtapiNode[]) {
	const items = [{ prompt: 'a red fox' }, { prompt: 'a blue whale' }];
	const workflow = await client.createWorkflow(ttapiWorkflow(items, ...nodes), credentials);
	return await client.runWorkflow(workflow);
}

const imagine = (download: string, options = {}): TtapiNode => ({
	parameters: { prompt: '={{ $json.prompt }}', download, options: { pollInterval: 1, ...options } },
});

/** What the simulator serves at an address. */
const served = async (address: string) => {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
};

test('itemPerImage gives one item a picture, byte for byte what TTAPI serves', async () => {
	const items = itemsOf(await run(imagine('itemPerImage')), 'TTAPI');

	expect(
		items.map(({ json, pairedItem }: any) => [json.prompt, json.imageIndex, pairedItem.item]),
	).toEqual(
		['a red fox', 'a blue whale'].flatMap((prompt, item) =>
			[1, 2, 3, 4].map((index) => [prompt, index, item]),
		),
	);
	for (const { json, binary } of items) {
		const address = json.images[json.imageIndex - 1];
		expect(binary.data).toMatchObject({
			mimeType: 'image/png',
			fileName: `${json.jobId}_${json.imageIndex}.png`,
		});
		expect((await client.downloadBinary(binary.data)).equals(await served(address))).toBe(true);
	}
});

test('images puts the four pictures on the one item', async () => {
	const items = itemsOf(await run(imagine('images')), 'TTAPI');
	expect(items).toHaveLength(2);
	for (const { json, binary } of items) {
		expect(Object.keys(binary)).toEqual(['image_1', 'image_2', 'image_3', 'image_4']);
		const third = await client.downloadBinary(binary.image_3);
		expect(third.equals(await served(json.images[2]))).toBe(true);
	}
});

test('an upscale has one picture, which grid, images and itemPerImage all give', async () => {
	const upscale = (name: string, download: string): TtapiNode => ({
		name,
		parameters: {
			operation: 'action',
			jobId: '={{ $json.jobId }}',
			download,
			options: { pollInterval: 1 },
		},
	});
	for (const [download, field] of [
		['grid', 'data'],
		['images', 'image_1'],
		['itemPerImage', 'data'],
	]) {
		const items = itemsOf(
			await run({ ...imagine('none'), name: 'Grid' }, upscale('Upscale', download)),
			'Upscale',
		);
		expect(items).toHaveLength(2);
		for (const { json, binary } of items) {
			expect(Object.keys(binary)).toEqual([field]);
			expect((await client.downloadBinary(binary[field])).equals(await served(json.cdnImage))).toBe(
				true,
			);
		}
	}
});

test('a picture that breaks off is downloaded again', async () => {
	simulator.addFault({ kind: 'pictureCut', endpoint: 'picture', count: 1 });
	const items = itemsOf(await run(imagine('grid')), 'TTAPI');
	for (const { json, binary } of items) {
		expect((await client.downloadBinary(binary.data)).equals(await served(json.cdnImage))).toBe(
			true,
		);
	}
});

test('a picture without an end is given up, and the error names the job that was paid', async () => {
	simulator.addFault({ kind: 'pictureEndless', endpoint: 'picture' });
	const execution = await run({ ...imagine('grid'), onError: 'continueErrorOutput' });
	const failed = itemsOf(execution, 'TTAPI', { output: 1 });
	expect(failed).toHaveLength(2);
	for (const { json } of failed) {
		expect(json.error).toMatchObject({ status: 'SUCCESS', jobId: expect.any(String) });
		expect(json.error.message).toContain(json.error.jobId);
		expect(json.error.message).toContain('64 MB');
	}
});

test('a picture from an item goes to TTAPI: four pictures are blended', async () => {
	const execution = await run(imagine('images'), {
		name: 'Blend',
		parameters: {
			operation: 'blend',
			binaryPropertyName: 'image_1, image_2, image_3, image_4',
			options: { pollInterval: 1 },
		},
	});
	expect(itemsOf(execution, 'Blend').map(({ json }: any) => [json.status, json.action])).toEqual([
		['SUCCESS', 'blend'],
		['SUCCESS', 'blend'],
	]);
});
