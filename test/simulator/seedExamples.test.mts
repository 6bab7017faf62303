import { describe, expect, test } from '@jest/globals';
import axios, { type AxiosRequestConfig } from 'axios';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { blackMaskWithWhiteSquare } from './support/picture.mts';
import { openSimulator } from './support/simulator.mts';

const exampleJobId = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const jobId = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const receipt = { status: 'SUCCESS', message: '', data: { jobId } };

/** The example's own request, sent to the simulator instead of TTAPI. */
async function send(simulator: Simulator, config: AxiosRequestConfig) {
	const url = config.url?.replace('https://api.ttapi.io', simulator.url);
	return await axios({ ...config, url, proxy: false, validateStatus: () => true });
}

const openSeedSimulator = async () => await openSimulator({ apiKey: 'your_key', dialect: 'seed' });

describe('the request examples of the older page', () => {
	test('imagine answers with a receipt', async () => {
		const simulator = await openSeedSimulator();
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/imagine',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				prompt: 'a cute cat',
				model: 'fast',
				hookUrl: '',
				timeout: 300,
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual(receipt);
	});

	test('action answers with a receipt of another job', async () => {
		const simulator = await openSeedSimulator();
		simulator.addFinishedJob({ jobId: exampleJobId });
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/action',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				jobId: 'afa774a3-1aee-5aba-4510-14818d6875e4',
				action: 'upsample1',
				hookUrl: '',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual(receipt);
		expect(data.data.jobId).not.toBe(exampleJobId);
	});

	test('seed answers with a receipt', async () => {
		const simulator = await openSeedSimulator();
		simulator.addFinishedJob({ jobId: exampleJobId });
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/seed',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				jobId: 'afa774a3-1aee-5aba-4510-14818d6875e4',
				hookUrl: '',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual(receipt);
	});

	test('blend answers with a receipt', async () => {
		const simulator = await openSeedSimulator();
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/blend',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				imgBase64Array: ['data:image/png;base64,xxx1', 'data:image/png;base64,xxx2'],
				dimensions: 'SQUARE',
				model: 'fast',
				hookUrl: '',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual(receipt);
	});

	test('describe answers with a receipt', async () => {
		const simulator = await openSeedSimulator();
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/describe',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				base64: 'data:image/png;base64,xxx1',
				model: 'fast',
				hookUrl: '',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual(receipt);
	});

	const inpaint = {
		method: 'post',
		url: 'https://api.ttapi.io/midjourney/v1/inpaint',
		headers: {
			'TT-API-KEY': 'your_key',
		},
		data: {
			jobId: 'afa774a3-1aee-5aba-4510-14818d6875e4',
			prompt: 'white background',
			mask: 'UklGRrw0AABXRUJQVlA4WAoAAAAgAAAA...',
			hookUrl: '',
		},
	};

	test('inpaint refuses the mask that the page breaks off after some bytes', async () => {
		const simulator = await openSeedSimulator();
		simulator.addFinishedJob({ jobId: exampleJobId, upscaled: true });
		const { status, data } = await send(simulator, inpaint);
		expect(status).toBe(400);
		expect(data).toEqual({
			status: 'FAILED',
			message: expect.stringContaining("'mask' parameter error!"),
			data: {},
		});
	});

	test('inpaint answers with a receipt when the WebP mask is whole', async () => {
		const simulator = await openSeedSimulator();
		const { width, height } = simulator.addFinishedJob({ jobId: exampleJobId, upscaled: true });
		const webp = blackMaskWithWhiteSquare(width!, height!).toBuffer('image/webp');
		const mask = webp.toString('base64');
		expect(mask).toMatch(/^UklGR/);
		const { status, data } = await send(simulator, { ...inpaint, data: { ...inpaint.data, mask } });
		expect(data).toEqual(receipt);
		expect(status).toBe(200);
	});

	test('fetch answers with the job', async () => {
		const simulator = await openSeedSimulator();
		simulator.addFinishedJob({ jobId: exampleJobId });
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/fetch',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				jobId: 'afa774a3-1aee-5aba-4510-14818d6875e4',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toMatchObject({ status: 'SUCCESS', jobId: exampleJobId, message: 'success' });
	});

	test('promptCheck names the banned word', async () => {
		const simulator = await openSeedSimulator();
		const config = {
			method: 'post',
			url: 'https://api.ttapi.io/midjourney/v1/promptCheck',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {
				prompt: 'a sexy girl',
			},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		expect(data).toEqual({
			status: 'FAILED',
			message: 'banned prompt words：sexy',
			data: null,
		});
	});

	test('status says how each mode is doing', async () => {
		const simulator = await openSeedSimulator();
		const config = {
			method: 'get',
			url: 'https://api.ttapi.io/midjourney/status',
			headers: {
				'TT-API-KEY': 'your_key',
			},
			data: {},
		};
		const { status, data } = await send(simulator, config);
		expect(status).toBe(200);
		const running = {
			status: 200,
			runningMessage: 'Endpoints running',
			averageExecute: expect.any(Number),
		};
		expect(data).toEqual({
			status: 'SUCCESS',
			message: 'success',
			data: { fast: running, relax: running, turbo: running },
		});
	});
});
