/** Our nodes in a row: what one gives, n8n keeps and hands to the next one. */
import { beforeEach, expect, test } from '@jest/globals';
import axios from 'axios';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { OPERATIONS } from '../operations.mts';
import { bodiesTo } from './support/jobs.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

type Json = Record<string, any>;

const { client, credentials, simulator } = await startWorld({ jobMs: 300 });
beforeEach(() => simulator.reset());

const node = (name: string, { options = {}, ...parameters }: Json): TtapiNode => ({
	name,
	parameters: { ...parameters, options: { pollInterval: 1, ...options } },
});
const grids = (parameters: Json) => node('Grid', { prompt: '={{ $json.prompt }}', ...parameters });

/** Runs our nodes in a row and gives what came out of the last one. */
async function run(...nodes: TtapiNode[]): Promise<any[]> {
	const items = [{ prompt: 'a red fox' }, { prompt: 'a blue whale' }];
	const workflow = await client.createWorkflow(ttapiWorkflow(items, ...nodes), credentials);
	const execution = await client.runWorkflow(workflow);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	return itemsOf(execution, nodes.at(-1)!.name!);
}

test('one item per image, byte for byte what TTAPI serves, each with its pair', async () => {
	const items = await run(grids({ download: 'itemPerImage' }));
	expect(
		items.map(({ json, pairedItem }) => [json.prompt, json.imageIndex, pairedItem.item]),
	).toEqual(
		['a red fox', 'a blue whale'].flatMap((prompt, item) =>
			[1, 2, 3, 4].map((index) => [prompt, index, item]),
		),
	);
	for (const { json, binary } of items) {
		expect(binary.data.fileName).toBe(`${json.jobId}_${json.imageIndex}.png`);
		const address = json.images[json.imageIndex - 1];
		const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
		const file = await client.downloadBinary(binary.data);
		expect(file.equals(Buffer.from(data))).toBe(true);
	}
});

test('the four images of a grid are blended', async () => {
	const binaryPropertyName = 'image_1, image_2, image_3, image_4';
	const blend = node('Blend', { operation: 'blend', binaryPropertyName });
	const items = await run(grids({ download: 'images' }), blend);
	expect(items.map(({ json }) => [json.status, json.action])).toEqual([
		['SUCCESS', 'blend'],
		['SUCCESS', 'blend'],
	]);
});

test('a downloaded image is edited, and what comes out edited again', async () => {
	const retexture = { operation: 'edit', editType: 'retexture', download: 'grid' };
	const items = await run(
		grids({ download: 'grid' }),
		node('Wood', { ...retexture, prompt: 'all of wood' }),
		node('Stone', { ...retexture, prompt: 'all of stone' }),
	);
	const stone = { status: 'SUCCESS', family: 'edit', prompt: 'all of stone' };
	expect(items.map(({ json }) => json)).toMatchObject([stone, stone]);
	for (const { image } of bodiesTo(simulator, OPERATIONS.edit.path))
		expect(image).toMatch(/^data:image\/png;base64,/);
});

test('an offered action is taken, its image becomes a video, and the video a longer one', async () => {
	const action = '={{ $json.actions.find(({ label }) => label === "Upscale 3 (U3)").value }}';
	const video = { resource: 'video', prompt: 'it runs', imageUrl: '={{ $json.cdnImage }}' };
	const items = await run(
		grids({}),
		node('Upscale', { operation: 'action', action }),
		node('Video', { ...video, operation: 'create', options: { videoCount: 2, motion: 'high' } }),
		node('Longer', {
			resource: 'video',
			operation: 'extend',
			index: 1,
			options: { videoCount: 1 },
		}),
	);
	for (const { json } of items) {
		expect(json).toMatchObject({ status: 'SUCCESS', action: 'video_extend', family: 'video' });
		expect(json.videos).toHaveLength(1);
	}
	const { jobs } = simulator.state();
	const idsOf = (kind: string) =>
		jobs.filter((job) => job.action === kind).map(({ jobId }) => jobId);
	const first = idsOf('upsample3').map((jobId) => `${simulator.url}/pictures/${jobId}.png`);
	expect(bodiesTo(simulator, OPERATIONS['video.create'].path)).toEqual(
		first.map((imageUrl) => ({ prompt: 'it runs', imageUrl, manual: 'high', bs: 2 })),
	);
	expect(bodiesTo(simulator, OPERATIONS['video.extend'].path)).toEqual(
		idsOf('video').map((jobId) => ({ jobId, index: 1, bs: 1 })),
	);
});
