import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import type { SimulatorOptions } from '../../simulator/startSimulator.mts';
import { blackBitmap, download, pictureWithHole, pixelsOf } from './support/picture.mts';
import { clientOf, endOf, fetchJob, openSimulator, run, submit } from './support/simulator.mts';

const never = 600_000;
const path = '/midjourney/image-edits/submit';
const image = 'https://example.com/cat.png';
const body = { prompt: 'a red hat', image };

async function answerTo(fields: object, options: SimulatorOptions = {}) {
	const simulator = await openSimulator(options);
	return { simulator, answer: await clientOf(simulator).post(path, fields) };
}

async function expectRefusal(fields: object, message: string) {
	const { simulator, answer } = await answerTo(fields);
	expect(answer.status).toBe(400);
	expect(answer.data).toEqual({
		status: 'FAILED',
		message: expect.stringContaining(message),
		data: null,
	});
	expect(simulator.state().jobs).toEqual([]);
}

const png = pictureWithHole(32, 32).toBuffer('image/png').toString('base64');
const webp = pictureWithHole(32, 32).toBuffer('image/webp').toString('base64');
const jpeg = pictureWithHole(32, 32).toBuffer('image/jpeg').toString('base64');
const bitmap = blackBitmap(32, 32).toString('base64');

function opaque(type: 'image/png' | 'image/webp'): string {
	const canvas = pictureWithHole(32, 32);
	canvas.getContext('2d').fillRect(0, 0, 32, 32);
	return canvas.toBuffer(type as 'image/png').toString('base64');
}

describe('an image edit', () => {
	test('answers with a receipt as the dialect has it', async () => {
		const receipt = (await answerTo(body)).answer.data;
		expect(receipt).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: { jobId: expect.any(String) },
		});
		const newReceipt = (await answerTo(body, { dialect: 'new' })).answer.data;
		expect(newReceipt.data).toEqual({ job_id: expect.any(String) });
	});

	test.each([
		['an address', image],
		['an address without encryption', 'http://example.com/cat'],
		['bare base64 of a PNG', png],
		['a PNG behind data:', `data:image/png;base64,${png}`],
		['a WebP behind data:', `data:image/webp;base64,${webp}`],
		['a JPEG', jpeg],
		['a JPEG as some call it', `data:image/jpg;base64,${jpeg}`],
		['a BMP', `data:image/bmp;base64,${bitmap}`],
	])('takes %s', async (_what, given) => {
		expect((await answerTo({ ...body, image: given })).answer.data.status).toBe('SUCCESS');
	});

	test.each(['prompt', 'image'])('wants its %s', async (field) => {
		await expectRefusal({ ...body, [field]: '' }, `"${field}" cannot be empty.`);
	});

	test.each([
		['is no address of the web', 'ftp://example.com/cat.png'],
		['is no picture', Buffer.from('just some text, no picture').toString('base64')],
		['is a GIF', Buffer.from('GIF89a and more of it').toString('base64')],
		['breaks off', png.slice(0, 80)],
		['is a PNG without a transparent area', opaque('image/png')],
		['is a WebP without a transparent area', `data:image/webp;base64,${opaque('image/webp')}`],
	])('refuses an image that %s', async (_what, given) => {
		await expectRefusal({ ...body, image: given }, "'image' parameter error!");
	});

	test('needs no transparent area to retexture', async () => {
		const fields = { ...body, type: 'retexture', image: opaque('image/png') };
		expect((await answerTo(fields)).answer.data.status).toBe('SUCCESS');
	});

	test.each([
		['type', 'erase'],
		['mode', 'slow'],
		['hookUrl', 'nowhere'],
	])('refuses a wrong %s', async (field, value) => {
		await expectRefusal({ ...body, [field]: value }, `'${field}' parameter error!`);
	});

	test('refuses a banned word', async () => {
		await expectRefusal({ ...body, prompt: 'a sexy hat' }, 'banned prompt words：sexy');
	});

	test.each([
		[{}, 'fast', 'edit'],
		[{ mode: 'relax' }, 'relax', 'edit'],
		[{ mode: 'turbo', type: 'retexture' }, 'turbo', 'retexture'],
	])('with %j runs in mode %s, as action %s', async (fields, mode, action) => {
		const { simulator } = await answerTo({ ...body, ...fields });
		expect(simulator.state().jobs).toMatchObject([
			{ endpoint: 'imageEdit', family: 'edit', mode, action, prompt: 'a red hat' },
		]);
	});
});

describe('the result of an image edit', () => {
	test('holds two lists of pictures and the times, no buttons and no grid', async () => {
		const simulator = await openSimulator();
		const end = await run(simulator, path, { ...body, mode: 'turbo' });
		const { jobId } = end;
		const [{ submittedAt, endedAt }] = simulator.state().jobs;
		const seconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
		expect(end).toEqual({
			status: 'SUCCESS',
			jobId,
			message: 'success',
			data: {
				jobId,
				mode: 'turbo',
				prompt: 'a red hat',
				progress: '100',
				quota: '6',
				submitTime: seconds(submittedAt),
				finishTime: seconds(endedAt!),
				images: [0, 1, 2, 3].map((index) => expect.stringContaining(`/${jobId}/0_${index}.png`)),
				cdnImages: [0, 1, 2, 3].map(() => expect.stringMatching(/^http:.*\.png$/)),
			},
		});
	});

	test('is downloaded from cdnImages, while images are protected', async () => {
		const simulator = await openSimulator();
		const { images, cdnImages } = (await run(simulator, path, body)).data;
		const pictures = await Promise.all(cdnImages.map(download));
		expect(new Set(pictures.map((picture) => picture.toString('base64'))).size).toBe(4);
		expect(images[0]).toContain('cdn.midjourney.com');
		const { status } = await axios.get(images[0], { validateStatus: () => true, proxy: false });
		expect(status).toBe(403);
		const last = simulator.state().requests.at(-1);
		expect(last).toMatchObject({ endpoint: 'picture', status: 403 });
	});

	test('has the shape of the image that was sent', async () => {
		const simulator = await openSimulator();
		const wide = pictureWithHole(64, 32).toBuffer('image/png').toString('base64');
		const { cdnImages } = (await run(simulator, path, { ...body, image: wide })).data;
		const { width, height } = await pixelsOf(await download(cdnImages[0]));
		expect(width / height).toBe(2);
	});

	test('is spelled as the dialect has it', async () => {
		const simulator = await openSimulator({ dialect: 'new' });
		const { message, data } = await run(simulator, path, body);
		expect({ message, quota: data.quota, progress: data.progress }).toEqual({
			message: '',
			quota: '3',
			progress: '100%',
		});
	});
});

describe('an image edit that has not succeeded', () => {
	test('waits with an empty list', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 1 });
		const jobId = await submit(simulator, path, body);
		const waiting = { status: 'PENDING_QUEUE', jobId, message: '', data: [] };
		expect(await fetchJob(simulator, jobId, path)).toEqual(waiting);
	});

	test('runs without pictures', async () => {
		const simulator = await openSimulator({ jobMs: never, pendingShare: 0 });
		const jobId = await submit(simulator, path, body);
		const { status, data } = await fetchJob(simulator, jobId, path);
		expect(status).toBe('ON_QUEUE');
		expect(data).toMatchObject({ jobId, progress: '0', images: [], cdnImages: [] });
		expect(data.finishTime).toBeNull();
		expect(data).not.toHaveProperty('cdnImage');
	});

	test('fails as the dialect has it', async () => {
		const ends = [];
		for (const dialect of ['seed', 'new'] as const) {
			const simulator = await openSimulator({ dialect });
			simulator.addFault({ kind: 'jobFails', message: '[Image denied]', endpoint: 'imageEdit' });
			ends.push(await endOf(simulator, await submit(simulator, path, body), path));
		}
		const [seed, newer] = ends;
		expect(seed).toMatchObject({ status: 'FAILED', message: '[Image denied]', data: [] });
		expect(newer.data).toMatchObject({ images: null, cdnImages: null, quota: null });
		expect(newer.data).not.toHaveProperty('components');
	});
});
