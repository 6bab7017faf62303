import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { BINARY_MODES, bytesOf, useBinaryMode } from './support/binary.mts';
import { answer, sent } from './support/http.mts';
import { callbackFor, pauseAndStore } from './support/pausing.mts';
import { checksum, jpeg, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const CDN = 'https://cdn.ttapi.io';
const CORNERS = ['tl', 'tr', 'bl', 'br'];
const corner = (n: number) => png(n + 1, 8, 200_000);

/** Serves the grid of job-1 and its four pictures, each with bytes of its own. The first one comes last. */
function servePictures(base = CDN): void {
	const type = { 'content-type': 'image/png' };
	answer('GET', `${base}/job-1.png`, { status: 200, body: png(99, 9), headers: type });
	for (const [n, name] of CORNERS.entries()) {
		answer('GET', `${base}/job-1_${name}.png`, async () => {
			if (n === 0) await new Promise((resolve) => setTimeout(resolve, 5_000));
			return { status: 200, body: corner(n), headers: type };
		});
	}
}

const imagine = async (
	download: string,
	world: World = {},
	options: IDataObject = {},
	credential = {},
) => {
	playTtapi(world);
	return await runWorkflow(workflowOf('imagine'), {
		items: [{ prompt: 'a' }],
		parameters: { download, options },
		credential,
	});
};

/** The files of an item: their field, name, type and what their bytes add up to. */
async function filesOf({ binary = {} }: INodeExecutionData) {
	return await Promise.all(
		Object.entries(binary).map(async ([field, file]) => [
			field,
			file.fileName,
			file.mimeType,
			checksum(await bytesOf(file)),
		]),
	);
}

describe.each(BINARY_MODES)('files kept in the mode %s', (mode) => {
	beforeEach(async () => await useBinaryMode(mode));

	test('none: addresses alone', async () => {
		const { items } = await imagine('none');
		expect(items[0].binary).toBeUndefined();
		expect(items[0].json.cdnImage).toBe(`${CDN}/job-1.png`);
	});

	test('grid: the main picture as data', async () => {
		servePictures();
		const { items, seenBy } = await imagine('grid');
		expect(await filesOf(items[0])).toEqual([
			['data', 'job-1.png', 'image/png', checksum(png(99, 9))],
		]);
		expect(items[0].json).toMatchObject({ jobId: 'job-1', status: 'SUCCESS' });
		expect(await filesOf(seenBy.Done[0])).toHaveLength(1);
	});

	test('images: each separate picture on the one item', async () => {
		servePictures();
		const { items } = await imagine('images');
		expect(items).toHaveLength(1);
		expect(await filesOf(items[0])).toEqual(
			[1, 2, 3, 4].map((n) => [
				`image_${n}`,
				`job-1_${n}.png`,
				'image/png',
				checksum(corner(n - 1)),
			]),
		);
		expect(items[0].json).not.toHaveProperty('imageIndex');
	});

	test('itemPerImage: one item a picture, paired with the same input', async () => {
		servePictures();
		const { items } = await imagine('itemPerImage');
		expect(items.map(({ json, pairedItem }) => [json.jobId, json.imageIndex, pairedItem])).toEqual(
			[1, 2, 3, 4].map((n) => ['job-1', n, { item: 0 }]),
		);
		for (const [n, item] of items.entries()) {
			expect(await filesOf(item)).toEqual([
				['data', `job-1_${n + 1}.png`, 'image/png', checksum(corner(n))],
			]);
		}
	});

	test('a file is streamed into the store, not kept in the item', async () => {
		servePictures();
		const { items } = await imagine('grid');
		const { id, data } = items[0].binary!.data;
		if (mode === 'filesystem')
			expect([id, data]).toEqual([expect.stringMatching(/^filesystem-v2:/), 'filesystem-v2']);
		else expect([id, data]).toEqual([undefined, png(99, 9).toString('base64')]);
	});
});

describe('which picture', () => {
	test.each<[string, string, object, string[]]>([
		['the grid is cdnImage', 'grid', {}, [`${CDN}/job-1.png`]],
		['else discordImage', 'grid', { cdnImage: null }, ['https://cdn.discordapp.com/job-1.png']],
		[
			'else the first of images',
			'grid',
			{ cdnImage: '', discordImage: null, images: [`${CDN}/x.png`] },
			[`${CDN}/x.png`],
		],
		[
			'without separate pictures the main one counts as picture 1',
			'images',
			{ images: null },
			[`${CDN}/job-1.png`],
		],
		['also as its own item', 'itemPerImage', { images: [] }, [`${CDN}/job-1.png`]],
		[
			'two separate pictures are two',
			'itemPerImage',
			{ images: [`${CDN}/1.png`, `${CDN}/2.png`] },
			[`${CDN}/1.png`, `${CDN}/2.png`],
		],
	])('%s', async (_title, download, data, addresses) => {
		for (const address of addresses)
			answer('GET', address, {
				status: 200,
				body: png(),
				headers: { 'content-type': 'image/png' },
			});
		const { items } = await imagine(download, { data: () => data });
		const asked = sent
			.filter(({ host }) => host !== 'api.ttapi.io')
			.map(({ host, path }) => `https://${host}${path}`);
		expect(asked.sort()).toEqual([...addresses].sort());
		const files = items.flatMap(({ binary }) => Object.entries(binary!));
		const index = (n: number) => (download === 'grid' ? '' : `_${n + 1}`);
		expect(files.map(([, { fileName }]) => fileName)).toEqual(
			addresses.map((_, n) => `job-1${index(n)}.png`),
		);
		if (download === 'images') expect(files.map(([field]) => field)).toEqual(['image_1']);
		if (download === 'itemPerImage')
			expect(items.map(({ json }) => json.imageIndex)).toEqual(addresses.map((_, n) => n + 1));
	});

	test.each<[OperationName, IDataObject]>([
		['job.get', {}],
		['job.wait', {}],
	])('%s downloads, too', async (operation) => {
		const state = {
			json: { status: 'SUCCESS', jobId: 'j/../1', message: '', data: { cdnImage: `${CDN}/1.jpg` } },
		};
		playTtapi({ fetch: () => state });
		answer('GET', `${CDN}/1.jpg`, {
			status: 200,
			body: jpeg(),
			headers: { 'content-type': 'image/jpeg; charset=x' },
		});
		const { items } = await runWorkflow(workflowOf(operation), {
			items: [{ jobId: 'j/../1' }],
			parameters: { download: 'grid' },
		});
		// No file name leads anywhere else.
		expect(items[0].binary!.data).toMatchObject({
			fileName: 'j____1.jpg',
			mimeType: 'image/jpeg',
			fileExtension: 'jpg',
		});
	});

	test('the type comes from the answer, and from the address where the answer does not say it', async () => {
		const images = ['a.webp', 'b.png'].map((name) => `${CDN}/${name}`);
		answer('GET', images[0], {
			status: 200,
			body: png(),
			headers: { 'content-type': 'application/octet-stream' },
		});
		answer('GET', images[1], {
			status: 200,
			body: png(),
			headers: { 'content-type': 'IMAGE/WEBP' },
		});
		const { items } = await imagine('images', { data: () => ({ images }) });
		expect(
			Object.values(items[0].binary!).map(({ mimeType, fileName }) => [mimeType, fileName]),
		).toEqual([
			['image/webp', 'job-1_1.webp'],
			['image/webp', 'job-1_2.webp'],
		]);
	});

	test('a video is downloaded like a picture', async () => {
		const data = { videos: [`${CDN}/1.mp4`, `${CDN}/2.mp4`] };
		playTtapi({ fetch: () => ({ json: { status: 'SUCCESS', jobId: 'v', message: '', data } }) });
		for (const video of data.videos)
			answer('GET', video, {
				status: 200,
				body: Buffer.from('film'),
				headers: { 'content-type': 'video/mp4' },
			});
		const { items } = await runWorkflow(workflowOf('job.get'), {
			items: [{ jobId: 'v' }],
			parameters: { download: 'images', options: { family: 'video' } },
		});
		expect(
			Object.entries(items[0].binary!).map(([field, { fileName, mimeType }]) => [
				field,
				fileName,
				mimeType,
			]),
		).toEqual([
			['video_1', 'v_1.mp4', 'video/mp4'],
			['video_2', 'v_2.mp4', 'video/mp4'],
		]);
	});

	test('unsimplified, the files are there all the same', async () => {
		servePictures();
		const { items } = await imagine('grid', {}, { simplify: false });
		expect(items[0].json).toHaveProperty('data.cdnImage');
		expect(items[0].binary).toHaveProperty('data');
	});

	test.each(['FAILED', 'ON_QUEUE'])('a job that is %s has no file', async (status) => {
		playTtapi({
			fetch: () => ({
				json: { status, jobId: 'j', message: '', data: { cdnImage: `${CDN}/preview.png` } },
			}),
		});
		const { items } = await runWorkflow(workflowOf('job.get'), {
			items: [{ jobId: 'j' }],
			parameters: { download: 'itemPerImage' },
		});
		expect(items.map(({ binary }) => binary)).toEqual([undefined]);
	});
});

describe('a paused run whose pictures take long', () => {
	/** Pauses until `endsAfter` seconds have passed and all jobs have ended; each picture takes `pictureSeconds`. */
	async function resumed(
		jobs: number,
		endsAfter: number,
		pictureSeconds: number,
		parameters: IDataObject,
	) {
		const began = Date.now();
		playTtapi({ seconds: endsAfter, slots: jobs });
		const type = { 'content-type': 'image/png' };
		for (let job = 1; job <= jobs; job++) {
			for (const name of ['', ...CORNERS.map((each) => `_${each}`)]) {
				answer('GET', `${CDN}/job-${job}${name}.png`, async () => {
					await new Promise((resolve) => setTimeout(resolve, pictureSeconds * 1000));
					return { status: 200, body: png(), headers: type };
				});
			}
		}
		const items = Array.from({ length: jobs }, (_, n) => ({ prompt: `prompt ${n}` }));
		const stored = await pauseAndStore({ items, parameters });
		await passes(endsAfter - (Date.now() - began) / 1000);
		const called = await stored.callback(callbackFor('job-1'));
		const seconds = (Date.now() - began) / 1000;
		return { ...called, seconds, items: called.resumed?.seenBy.Done ?? [] };
	}

	const grid = { download: 'grid', options: { maxWait: 40 } };

	test('hands on the picture that comes in time', async () => {
		const { items } = await resumed(1, 36, 15, grid);
		expect(items).toMatchObject([{ json: { status: 'SUCCESS' }, binary: { data: {} } }]);
		expect(items[0].json).not.toHaveProperty('downloadError');
	});

	test('goes on in time with the finished job, which says that its picture is missing', async () => {
		const { items, seconds, status } = await resumed(1, 36, 40, grid);
		expect(status).toBe(200);
		expect(items).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({
					jobId: 'job-1',
					status: 'SUCCESS',
					cdnImage: `${CDN}/job-1.png`,
					downloadError: expect.stringMatching(/job-1 is done.*time was over.*Job > Get/),
				}),
			}),
		]);
		expect(items[0].json).not.toHaveProperty('timedOut');
		expect(items[0].binary).toBeUndefined();
		// The grace after Max Wait is 30 s.
		expect(seconds).toBeLessThan(70);
	});

	test('hands on 60 finished jobs, although the time reaches only for the files of the first', async () => {
		const parameters = { download: 'images', options: { maxInFlight: 60 } };
		const { items, seconds } = await resumed(60, 355, 5, parameters);
		expect(items).toHaveLength(60);
		expect(items.filter(({ json }) => json.status !== 'SUCCESS' || json.timedOut)).toEqual([]);
		const complete = items.filter(({ binary }) => binary);
		expect(complete.length).toBeGreaterThanOrEqual(4);
		expect(complete.map(({ json, binary }) => [json.jobId, Object.keys(binary!)])).toEqual(
			complete.map((_, n) => [`job-${n + 1}`, [1, 2, 3, 4].map((image) => `image_${image}`)]),
		);
		expect(items.filter(({ json }) => json.downloadError)).toHaveLength(60 - complete.length);
		expect(seconds).toBeLessThan(390);
	});
});
