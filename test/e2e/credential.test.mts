import { afterAll, expect, test } from '@jest/globals';
import express from 'express';
import type { AddressInfo } from 'node:net';
import { startWorld } from './support/world.mts';

const { client, credential, simulator } = await startWorld();

/** A server that is not TTAPI. */
const other = express();
other.get('/page/{*rest}', (_request, response) => void response.send('<html>Welcome</html>'));
other.get('/json/{*rest}', (_request, response) => void response.json({ hello: 'world' }));
other.get('/moved/{*rest}', (_request, response) => response.redirect(simulator.url));
const server = other.listen(0, '127.0.0.1');
afterAll(() => void server.close());
await new Promise((resolve) => server.once('listening', resolve));
const elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** What the editor shows after saving the credential with these values. */
const tested = async (values: Record<string, unknown>) =>
	await client.testCredential({ ...credential, data: { ...credential.data, ...values } });

/** n8n 1.x meets an error status with a sentence of its own, where 2.x shows ours. */
const words = (ours: string, n8n1: string) =>
	expect.stringContaining(client.isVersion1 ? n8n1 : ours);

test('a key that TTAPI takes passes, at no cost', async () => {
	expect(await tested({})).toMatchObject({ status: 'OK' });
	expect(simulator.state().jobs).toEqual([]);
});

test('a key that TTAPI refuses says so', async () => {
	expect(await tested({ apiKey: 'wrong' })).toEqual({
		status: 'Error',
		message: words('refused the key', 'Authorization failed'),
	});
});

test.each([
	['page', 'not TTAPI'],
	['json', 'not TTAPI'],
	['moved', 'status code 302'],
])('a host that is not TTAPI (%s) says so', async (path, n8n1) => {
	expect(await tested({ customBaseUrl: `${elsewhere}/${path}` })).toEqual({
		status: 'Error',
		message: words('not TTAPI', n8n1),
	});
});

test('a host without the account page says that, too', async () => {
	expect(await tested({ customBaseUrl: `${elsewhere}/nothing` })).toEqual({
		status: 'Error',
		message: words('account page', 'could not be found'),
	});
});

test("a host that cannot be reached gives the network's own word", async () => {
	expect(await tested({ customBaseUrl: 'http://127.0.0.1:9' })).toEqual({
		status: 'Error',
		message: words('ECONNREFUSED', 'refused the connection'),
	});
});

test('an empty custom address, or one that the key must not travel to, is told before anything is sent', async () => {
	expect(await tested({ customBaseUrl: '' })).toMatchObject({
		message: expect.stringContaining('is empty'),
	});
	expect(await tested({ customBaseUrl: 'http://example.com' })).toMatchObject({
		message: expect.stringContaining('in clear'),
	});
});
