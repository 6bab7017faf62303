import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { crc32, deflateSync } from 'node:zlib';
import { download, pixelsOf } from './support/picture.mts';
import { fetchJob, openSimulator, run, submit, upscaled } from './support/simulator.mts';

describe('a picture', () => {
	test('is a PNG of the size that fetch says', async () => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, 'imagine', { prompt: 'a cat --ar 16:9' });
		const { width, height } = await pixelsOf(await download(data.cdnImage));
		expect({ width, height }).toEqual({ width: data.width, height: data.height });
		expect(width / height).toBeCloseTo(16 / 9, 0);
	});

	test.each([
		['a cat', 1],
		['a cat --ar 2:3', 2 / 3],
		['a cat --ar 1280:720', 16 / 9],
		['a cat --aspect 4:5', 4 / 5],
		['a cat --ar 0:0', 1],
		['a cat --ar 1:1000000', 1 / 14],
	])('of "%s" has the ratio %f', async (prompt, ratio) => {
		const simulator = await openSimulator({ pictureSize: 1024 });
		const { data } = await run(simulator, 'imagine', { prompt });
		expect(data.width / data.height).toBeCloseTo(ratio, 1);
	});

	test('has the same bytes every time', async () => {
		const simulator = await openSimulator();
		const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const first = await download(data.cdnImage);
		expect(first.equals(await download(data.cdnImage))).toBe(true);
		expect(first.equals(await download(data.discordImage))).toBe(true);
	});

	test('is the same in another simulator for the same prompt', async () => {
		const pictures = [];
		for (const simulator of [await openSimulator(), await openSimulator()]) {
			pictures.push(
				await download((await run(simulator, 'imagine', { prompt: 'a cat' })).data.cdnImage),
			);
		}
		expect(pictures[0].equals(pictures[1])).toBe(true);
	});

	test('looks different for the same prompt a second time, and for each action', async () => {
		const simulator = await openSimulator();
		const grid = await run(simulator, 'imagine', { prompt: 'a cat' });
		const again = await run(simulator, 'imagine', { prompt: 'a cat' });
		const varied = await run(simulator, 'action', { jobId: grid.jobId, action: 'variation1' });
		const rerolled = await run(simulator, 'action', { jobId: grid.jobId, action: 'reroll' });
		const pictures = [];
		for (const { data } of [grid, again, varied, rerolled]) {
			pictures.push((await download(data.cdnImage)).toString('base64'));
		}
		expect(new Set(pictures).size).toBe(4);
	});

	test('of a grid falls into its four quarters, pixel by pixel', async () => {
		const simulator = await openSimulator();
		const body = { prompt: 'a cat --ar 3:2', getUImages: true };
		const { data } = await run(simulator, 'imagine', body);
		const grid = await download(data.cdnImage);
		const [width, height] = [data.width / 2, data.height / 2];
		for (const [index, url] of data.images.entries()) {
			const part = {
				left: (index % 2) * width,
				top: Math.floor(index / 2) * height,
				width,
				height,
			};
			const quarter = await pixelsOf(await download(url));
			expect(quarter).toMatchObject({ width, height });
			const same = Buffer.from(quarter.data).equals(Buffer.from((await pixelsOf(grid, part)).data));
			expect(same).toBe(true);
		}
	});

	test('of an upscale is not the quarter it came from', async () => {
		const simulator = await openSimulator();
		const grid = await run(simulator, 'imagine', { prompt: 'a cat', getUImages: true });
		const single = await run(simulator, 'action', { jobId: grid.jobId, action: 'upsample1' });
		const quarter = await download(grid.data.images[0]);
		expect(quarter.equals(await download(single.data.cdnImage))).toBe(false);
	});

	test('can be looked at before the job ends', async () => {
		const simulator = await openSimulator({ jobMs: 600_000, pendingShare: 0 });
		const jobId = await submit(simulator, 'imagine', { prompt: 'a cat' });
		const preview = await download((await fetchJob(simulator, jobId)).data.cdnImage);
		expect((await pixelsOf(preview)).width).toBeGreaterThan(0);
	});

	test('says what it is and how long it is', async () => {
		const simulator = await openSimulator();
		const { data } = await upscaled(simulator);
		const { headers, data: body } = await axios.get(data.cdnImage, {
			responseType: 'arraybuffer',
			proxy: false,
		});
		expect(headers['content-type']).toBe('image/png');
		expect(Number(headers['content-length'])).toBe(body.length);
	});

	test('is as long as is wished, shows the same, and packs no better', async () => {
		const pictureBytes = 300_000;
		const pictures = [];
		for (const options of [{}, { pictureBytes }, { pictureBytes }]) {
			const { data } = await run(await openSimulator(options), 'imagine', { prompt: 'a cat' });
			pictures.push(await download(data.cdnImage));
		}
		const [drawn, padded, again] = pictures;
		expect(padded).toHaveLength(pictureBytes);
		expect(padded.equals(again)).toBe(true);
		const [is, was] = [await pixelsOf(padded), await pixelsOf(drawn)];
		expect(Buffer.from(is.data).equals(Buffer.from(was.data))).toBe(true);
		expect(deflateSync(padded).length).toBeGreaterThan(0.99 * pictureBytes);
	});

	test('that is padded has chunks with the right checks only, and one more than drawn', async () => {
		const chunks = [];
		for (const pictureBytes of [0, 100_000]) {
			const simulator = await openSimulator({ pictureBytes });
			const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
			chunks.push(chunksOf(await download(data.cdnImage)));
		}
		const [drawn, padded] = chunks;
		for (const { isRight } of padded) expect(isRight).toBe(true);
		const types = drawn.map(({ type }) => type);
		// A small first letter: decoders that do not know it may skip it.
		expect(padded.map(({ type }) => type)).toEqual([...types.slice(0, -1), 'paDd', 'IEND']);
	});

	test('that is long enough stays as drawn', async () => {
		const lengths = [];
		for (const pictureBytes of [0, 1_000]) {
			const simulator = await openSimulator({ pictureBytes });
			const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
			lengths.push((await download(data.cdnImage)).length);
		}
		expect(lengths[0]).toBeGreaterThan(1_000);
		expect(lengths[1]).toBe(lengths[0]);
	});

	test.each(['nobody.png', 'nobody/tl.png', '..%2f..%2fpackage.json'])(
		'that nobody made is missing: %s',
		async (name) => {
			const simulator = await openSimulator();
			const { status } = await axios.get(`${simulator.url}/pictures/${name}`, {
				validateStatus: () => true,
				proxy: false,
			});
			expect(status).toBe(404);
		},
	);
});

/** The chunks of a PNG, and whether the check of each is right. */
function chunksOf(png: Buffer): Array<{ type: string; isRight: boolean }> {
	const chunks = [];
	for (let at = 8; at < png.length;) {
		const end = at + 8 + png.readUInt32BE(at);
		const isRight = png.readUInt32BE(end) === crc32(png.subarray(at + 4, end));
		chunks.push({ type: png.toString('latin1', at + 4, at + 8), isRight });
		at = end + 4;
	}
	return chunks;
}
