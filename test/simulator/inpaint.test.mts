import { describe, expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import { blackMaskWithWhiteSquare } from './support/picture.mts';
import { clientOf, endOf, openSimulator, run, upscaled } from './support/simulator.mts';

async function inpaint(makeMask: (width: number, height: number) => string | undefined) {
	const simulator = await openSimulator();
	const { jobId, data } = await upscaled(simulator);
	const mask = makeMask(data.width, data.height);
	const answer = await clientOf(simulator).post('/midjourney/v1/inpaint', { jobId, mask });
	return { simulator, answer };
}

const refused = (field: string) => ({
	status: 'FAILED',
	message: expect.stringContaining(`'${field}' parameter error!`),
	data: {},
});

describe('inpaint', () => {
	test.each(['image/png', 'image/jpeg', 'image/webp'] as const)(
		'takes a mask in %s',
		async (type) => {
			const { simulator, answer } = await inpaint((width, height) =>
				blackMaskWithWhiteSquare(width, height)
					.toBuffer(type as 'image/png')
					.toString('base64'),
			);
			expect(answer.data).toMatchObject({ status: 'SUCCESS' });
			const end = await endOf(simulator, answer.data.data.jobId);
			expect(end.data.components).toContain('upsample1');
		},
	);

	test('repaints with its own prompt', async () => {
		const simulator = await openSimulator();
		const { jobId, data } = await upscaled(simulator, 'a lighthouse');
		const mask = blackMaskWithWhiteSquare(data.width, data.height).toBuffer('image/png');
		const body = { jobId, mask: mask.toString('base64'), prompt: 'white background' };
		expect((await run(simulator, 'inpaint', body)).data.prompt).toBe('white background');
		const without = { jobId, mask: mask.toString('base64') };
		expect((await run(simulator, 'inpaint', without)).data.prompt).toBe('a lighthouse');
	});

	const png = (width: number, height: number) =>
		blackMaskWithWhiteSquare(width, height).toBuffer('image/png');

	const half = (picture: Buffer) =>
		picture.subarray(0, Math.floor(picture.length / 2)).toString('base64');

	const grey = (width: number, height: number) => {
		const canvas = blackMaskWithWhiteSquare(width, height);
		const context = canvas.getContext('2d');
		context.fillStyle = 'rgb(128, 128, 128)';
		context.fillRect(0, 0, 1, 1);
		return canvas.toBuffer('image/png');
	};

	test.each([
		['has a data: prefix', (w, h) => `data:image/png;base64,${png(w, h).toString('base64')}`],
		['is no base64', () => 'not base64 at all'],
		['is no picture', () => Buffer.from('just some text, no picture').toString('base64')],
		['breaks off', (w, h) => png(w, h).subarray(0, 60).toString('base64')],
		['is half a WebP', (w, h) => half(blackMaskWithWhiteSquare(w, h).toBuffer('image/webp'))],
		['is half a JPEG', (w, h) => half(blackMaskWithWhiteSquare(w, h).toBuffer('image/jpeg'))],
		[
			'is an SVG',
			() => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>').toString('base64'),
		],
		['has another size', (w, h) => png(w + 1, h).toString('base64')],
		['holds grey', (w, h) => grey(w, h).toString('base64')],
		['is transparent', (w, h) => createCanvas(w, h).toBuffer('image/png').toString('base64')],
	] as [string, (width: number, height: number) => string][])(
		'refuses a mask that %s',
		async (_what, makeMask) => {
			const { answer } = await inpaint(makeMask);
			expect(answer.status).toBe(400);
			expect(answer.data).toEqual(refused('mask'));
		},
	);

	test('misses its mask', async () => {
		const { answer } = await inpaint(() => undefined);
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual({
			status: 'FAILED',
			message: '"mask" cannot be empty.',
			data: {},
		});
	});

	test('refuses a grid', async () => {
		const simulator = await openSimulator();
		const { jobId, data } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const mask = png(data.width, data.height).toString('base64');
		const answer = await clientOf(simulator).post('/midjourney/v1/inpaint', { jobId, mask });
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual(refused('jobId'));
	});

	test('does not know the job of nobody', async () => {
		const simulator = await openSimulator();
		const body = { jobId: 'nobody', mask: png(8, 8).toString('base64') };
		const answer = await clientOf(simulator).post('/midjourney/v1/inpaint', body);
		expect(answer.status).toBe(400);
	});
});
