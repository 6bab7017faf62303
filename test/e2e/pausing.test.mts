/**
 * Pins of n8n's behaviour (docs/n8n.md) in this file: a pause stores the execution and its resume URL reaches the node,
 * the node sees the items and the context that it paused with, pairing after a resume.
 */
import { describe, expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import axios from 'axios';
import { readFileSync } from 'node:fs';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import {
	executionOf,
	jsonOf,
	numbered,
	paired,
	pairsOf,
	pausing,
	prompts,
	startPausing,
	type Json,
	type Start,
} from './support/pausing.mts';

const SLOTS = 10;
const pauses = await startPausing({ jobMs: 1_500, jobSpread: 0.5, slots: SLOTS });
const { simulator, world } = pauses;

/** What the simulator serves at an address. */
const served = async (address: string) => {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
};

describe.each<Start>(['manual', 'production'])('a %s execution', (how) => {
	test.each([1, 3, 25])('with %i items pauses, and goes on with every result', async (count) => {
		const items = numbered(count);
		// The last job ends only when the execution has been seen waiting.
		pauses.addFaults({ kind: 'jobNeverEnds', prompt: items[count - 1].prompt });
		const active = how === 'production';
		const workflow = await pauses.create(items, [pausing('TTAPI')], { active });
		const id = await pauses.paused(await pauses.start(workflow, how));
		expect(pauses.counter.runs(id)).toBe(0);
		pauses.finish(pauses.job(items[count - 1].prompt));

		const execution = await pauses.ended(id);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(items));
		expect(pauses.counter.runs(id)).toBe(1);
		const results = itemsOf(execution, 'TTAPI');
		expect(results.map(({ pairedItem }: any) => [pairedItem].flat()[0])).toEqual(
			items.map((_, item) => expect.objectContaining({ item })),
		);
		for (const { json } of results) {
			expect(json).toMatchObject({ status: 'SUCCESS', family: 'image', action: 'imagine' });
			expect(json.jobId).toBe(pauses.job(json.prompt).jobId);
			expect(json).not.toHaveProperty('hookUrl');
			expect(json).not.toHaveProperty('timedOut');
		}

		const { jobs, mostUnfinished } = simulator.state();
		expect(jobs).toHaveLength(count);
		expect(jobs.map(executionOf)).toEqual(Array(count).fill(id));
		expect(mostUnfinished).toBeLessThanOrEqual(SLOTS);
	});
});

test('all jobs of an execution share its resume URL, which is in no item and not in the log', async () => {
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const id = await pauses.startPaused(
		numbered(3),
		pausing('TTAPI', { options: { simplify: false } }),
	);
	const hookUrls = pauses.jobs().map((job) => job.hookUrl);
	// Each job has a mark of its own behind it, by which it is found after a doubtful submit.
	const [, resumeUrl, separator] = /^(.*)([?&])job=[\w-]{36}$/.exec(hookUrls[0])!;
	for (const each of hookUrls) expect(each.startsWith(`${resumeUrl}${separator}job=`)).toBe(true);
	expect(new Set(hookUrls).size).toBe(hookUrls.length);
	// 2.x signs the address, 1.x does not.
	expect(resumeUrl.includes('signature=')).toBe(!world.client.isVersion1);
	pauses.finish(...pauses.jobs());

	const items = jsonOf(await pauses.ended(id), 'Behind');
	expect(items).toHaveLength(3);
	expect(JSON.stringify(items)).not.toContain('webhook-waiting');
	expect(items[0].data).toMatchObject({ prompt: 'picture number 0', progress: '100' });
	expect(readFileSync(world.n8n.log, 'utf8')).not.toContain(resumeUrl);
});

test('downloads after the resume are byte for byte what TTAPI serves', async () => {
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const items = numbered(3);
	const grids = await pauses.startPaused(items, pausing('TTAPI', { download: 'grid' }));
	const images = await pauses.startPaused(items, pausing('TTAPI', { download: 'images' }));
	pauses.finish(...pauses.jobs());

	const withGrid = itemsOf(await pauses.ended(grids), 'TTAPI');
	expect(withGrid).toHaveLength(3);
	for (const { json, binary } of withGrid) {
		expect(Object.keys(binary)).toEqual(['data']);
		expect(binary.data).toMatchObject({ mimeType: 'image/png', fileName: `${json.jobId}.png` });
		const grid = await world.client.downloadBinary(binary.data);
		expect(grid.equals(await served(json.cdnImage))).toBe(true);
	}
	const withImages = itemsOf(await pauses.ended(images), 'TTAPI');
	expect(withImages).toHaveLength(3);
	for (const { json, binary } of withImages) {
		expect(Object.keys(binary)).toEqual(['image_1', 'image_2', 'image_3', 'image_4']);
		for (const index of [1, 2, 3, 4]) {
			const file = binary[`image_${index}`];
			expect(file.fileName).toBe(`${json.jobId}_${index}.png`);
			const image = await world.client.downloadBinary(file);
			expect(image.equals(await served(json.images[index - 1]))).toBe(true);
		}
	}
});

test('TTAPI has its answer before the downloads begin', async () => {
	pauses.addFaults({ kind: 'jobNeverEnds' }, { kind: 'pictureSlow', ms: 3_000 });
	const id = await pauses.startPaused(numbered(1), pausing('TTAPI', { download: 'grid' }));
	const [job] = pauses.jobs();
	pauses.finish(job);
	const execution = await pauses.ended(id);

	expect(itemsOf(execution, 'TTAPI')[0].binary.data).toBeDefined();
	const [callback, ...more] = simulator.state().callbacks;
	expect([callback.status, more]).toEqual([200, []]);
	// The picture took three seconds to come: the end of the execution is at least so much later than the answer.
	const ended = new Date((execution as Json).stoppedAt).getTime();
	expect(ended - callback.at).toBeGreaterThan(2_500);
});

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const SINGLE = 'f5850038-90a3-8a97-0476-107ea4b8dac4';
const picture = (width: number, height: number, colour = 'black') => {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = colour;
	context.fillRect(0, 0, width, height);
	return canvas.toDataURL('image/png');
};

test.each<[string, () => Json, Json]>([
	[
		'action',
		() => ({ jobId: GRID, action: 'variation3' }),
		{ action: 'variation3', status: 'SUCCESS' },
	],
	[
		'blend',
		() => ({
			imageInput: 'base64',
			imagesBase64: [picture(40, 20, 'red'), picture(20, 40, 'blue')].join('\n'),
		}),
		{ action: 'blend', status: 'SUCCESS' },
	],
	[
		'inpaint',
		() => {
			const [single] = simulator.state().jobs.filter(({ jobId }) => jobId === SINGLE);
			const { width, height } = single;
			return {
				jobId: SINGLE,
				maskInput: 'base64',
				maskBase64: picture(Number(width), Number(height), 'white'),
			};
		},
		{ action: 'inpaint', status: 'SUCCESS' },
	],
])('%s pauses like imagine does', async (operation, parameters, expected) => {
	simulator.addFinishedJob({ jobId: GRID });
	simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
	pauses.addFaults({ kind: 'jobNeverEnds' });
	const node = pausing('TTAPI', { prompt: 'a white cat', operation, ...parameters() });
	const id = await pauses.startPaused(prompts('a white cat'), node);
	pauses.finish(...pauses.jobs(id));

	const execution = await pauses.ended(id);
	expect(execution.status).toBe('success');
	const [result, ...more] = jsonOf(execution, 'TTAPI');
	expect(more).toEqual([]);
	expect(result).toMatchObject(expected);
	expect([GRID, SINGLE]).not.toContain(result.jobId);
});

test('without a callback URL of its own: one of the user is refused before anything is paid', async () => {
	const node = pausing('TTAPI', { options: { hookUrl: 'https://example.com/callback' } });
	const workflow = await pauses.create(prompts('a red fox'), [node]);
	const execution = await pauses.ended(await pauses.start(workflow));
	expect(execution.status).toBe('error');
	expect(execution.data.resultData.error.message).toMatch(/callback/i);
	expect(pauses.jobs()).toEqual([]);
});
