import { describe, expect, test } from '@jest/globals';
import axios from 'axios';
import { clientOf, openSimulator } from './support/simulator.mts';

const refused = (message: unknown, data: unknown = null) => ({ status: 'FAILED', message, data });

describe('the key', () => {
	test.each([{}, { 'TT-API-KEY': 'somebody else' }])(
		'is wanted: 401 without data for the headers %j',
		async (headers) => {
			const simulator = await openSimulator();
			const { status, data } = await axios.post(
				`${simulator.url}/midjourney/v1/imagine`,
				{ prompt: 'a cat' },
				{ headers, validateStatus: () => true, proxy: false },
			);
			expect(status).toBe(401);
			expect(data).toEqual({
				status: 'FAILED',
				message: 'Wrong TT-API-KEY or email is not activated.',
			});
		},
	);

	test('of a blocked account gets 403', async () => {
		const simulator = await openSimulator({ blocked: true });
		const { status, data } = await clientOf(simulator).get('/midjourney/v1/info');
		expect(status).toBe(403);
		expect(data).toEqual(refused(expect.any(String)));
	});
});

describe('a request that nobody understands', () => {
	test('gets 404 in the envelope for an unknown endpoint', async () => {
		const simulator = await openSimulator();
		const { status, data } = await clientOf(simulator).post('/midjourney/v1/imagin', {});
		expect(status).toBe(404);
		expect(data).toEqual(refused(expect.any(String)));
	});

	test('gets 405 for the wrong method', async () => {
		const simulator = await openSimulator();
		const { status, data } = await clientOf(simulator).get('/midjourney/v1/imagine');
		expect(status).toBe(405);
		expect(data).toEqual(refused(expect.any(String)));
	});

	test('gets 400 in the envelope for a body that is no JSON', async () => {
		const simulator = await openSimulator();
		const { status, data } = await clientOf(simulator).post(
			'/midjourney/v1/imagine',
			'{"prompt":',
			{
				headers: { 'Content-Type': 'application/json' },
			},
		);
		expect(status).toBe(400);
		expect(data).toEqual(refused(expect.any(String)));
	});

	test.each([[['a', 'list']], ['"a text"']])('gets 400 for the JSON %j', async (body) => {
		const simulator = await openSimulator();
		const { status, data } = await clientOf(simulator).post('/midjourney/v1/imagine', body, {
			headers: { 'Content-Type': 'application/json' },
		});
		expect(status).toBe(400);
		expect(data).toEqual(refused(expect.any(String)));
	});
});

describe('a request that is understood', () => {
	test('may say application-json, as the tables of the older page do', async () => {
		const simulator = await openSimulator();
		const { status } = await clientOf(simulator).post(
			'/midjourney/v1/imagine',
			JSON.stringify({ prompt: 'a cat' }),
			{ headers: { 'Content-Type': 'application-json' } },
		);
		expect(status).toBe(200);
	});

	test('may be many megabytes long', async () => {
		const simulator = await openSimulator();
		const picture = `data:image/png;base64,${'A'.repeat(12 * 1024 * 1024)}`;
		const { status } = await clientOf(simulator).post(
			'/midjourney/v1/blend',
			{ imgBase64Array: [picture, picture] },
			{ maxBodyLength: Infinity },
		);
		expect(status).toBe(200);
	});
});
