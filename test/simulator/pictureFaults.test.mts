import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { get } from 'node:http';
import type { Fault, Simulator } from '../../simulator/startSimulator.mts';
import { download, pixelsOf } from './support/picture.mts';
import { openSimulator, run } from './support/simulator.mts';

async function pictureWith(fault: Fault): Promise<{ simulator: Simulator; url: string }> {
	const simulator = await openSimulator();
	const { data } = await run(simulator, 'imagine', { prompt: 'a cat' });
	simulator.addFault(fault);
	return { simulator, url: data.cdnImage };
}

const lenient = { responseType: 'arraybuffer', validateStatus: () => true, proxy: false } as const;

describe('a picture gone wrong', () => {
	test('is missing', async () => {
		const { url } = await pictureWith({ kind: 'status', status: 404, endpoint: 'picture' });
		expect((await axios.get(url, lenient)).status).toBe(404);
	});

	test('breaks off in the middle', async () => {
		const { url } = await pictureWith({ kind: 'pictureCut' });
		await expect(axios.get(url, lenient)).rejects.toThrow();
	});

	test('is shorter than its Content-Length', async () => {
		const { url } = await pictureWith({ kind: 'pictureLength', factor: 2 });
		await expect(axios.get(url, lenient)).rejects.toThrow();
	});

	test('looks complete but lacks its second half', async () => {
		const { simulator, url } = await pictureWith({ kind: 'pictureLength', factor: 0.5 });
		const half = await download(url);
		simulator.clearFaults();
		const whole = await download(url);
		expect(half.length).toBe(Math.floor(whole.length / 2));
	});

	test('never ends', async () => {
		const { url } = await pictureWith({ kind: 'pictureEndless' });
		const received = await new Promise<number>((resolve, reject) => {
			let bytes = 0;
			const request = get(url, (response) => {
				response.on('data', (chunk: Buffer) => {
					bytes += chunk.length;
					if (bytes > 8_000_000) request.destroy();
				});
				response.on('close', () => resolve(bytes));
				response.on('error', () => {});
			});
			request.on('error', reject);
		});
		expect(received).toBeGreaterThan(8_000_000);
	});

	test('goes on for as many megabytes as asked for', async () => {
		const { simulator, url } = await pictureWith({ kind: 'pictureEndless', megabytes: 3 });
		const long = await download(url);
		simulator.clearFaults();
		expect(long.length).toBe((await download(url)).length + 3_000_000);
	});

	test('is a page of HTML', async () => {
		const { url } = await pictureWith({ kind: 'html', status: 200, endpoint: 'picture' });
		const { status, headers, data } = await axios.get(url, lenient);
		expect(status).toBe(200);
		expect(headers['content-type']).toContain('text/html');
		expect(Buffer.from(data).toString()).toContain('<html');
	});

	test('is elsewhere, and there it is', async () => {
		const { url } = await pictureWith({ kind: 'redirect', endpoint: 'picture' });
		expect((await axios.get(url, { ...lenient, maxRedirects: 0 })).status).toBe(302);
		expect((await pixelsOf(await download(url))).width).toBe(64);
	});

	test('trickles', async () => {
		const { url } = await pictureWith({ kind: 'pictureSlow', ms: 200 });
		const before = performance.now();
		expect((await pixelsOf(await download(url))).width).toBe(64);
		// Timers may fire a little early.
		expect(performance.now() - before).toBeGreaterThan(150);
	});

	test('is chosen by its prompt', async () => {
		const { simulator, url } = await pictureWith({
			kind: 'status',
			status: 404,
			endpoint: 'picture',
			prompt: 'dog',
		});
		const dog = await run(simulator, 'imagine', { prompt: 'a dog' });
		expect((await axios.get(url, lenient)).status).toBe(200);
		expect((await axios.get(dog.data.cdnImage, lenient)).status).toBe(404);
	});
});

describe('faults of the API', () => {
	test('leave the pictures alone unless they name them', async () => {
		const { url } = await pictureWith({ kind: 'status', status: 503 });
		expect((await axios.get(url, lenient)).status).toBe(200);
	});
});
