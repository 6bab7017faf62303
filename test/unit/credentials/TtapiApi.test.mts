import { describe, expect, test } from '@jest/globals';
import type { ICredentialTestRequest, IHttpRequestOptions } from 'n8n-workflow';

import { TtapiApi } from '../../../credentials/TtapiApi.credentials.ts';
import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';

const credential = new TtapiApi();
const PATH = '/midjourney/v1/info';

const authenticate = async (
	request: Partial<IHttpRequestOptions> & Record<string, unknown>,
	fields: object = {},
) =>
	await credential.authenticate(
		{ apiKey: 'my key', baseUrl: 'https://api.ttapi.io', ...fields },
		request as IHttpRequestOptions,
	);

const custom = (customBaseUrl: string) => ({ baseUrl: 'custom', customBaseUrl });

describe('the fields', () => {
	test('keep their names and defaults: saved credentials depend on them', () => {
		const defaults = credential.properties.map(({ name, default: value }) => [name, value]);
		expect(credential.name).toBe('ttapiApi');
		expect(Object.fromEntries(defaults)).toEqual({
			apiKey: '',
			baseUrl: 'https://api.ttapi.io',
			customBaseUrl: '',
		});
	});

	test('the key is shown as dots', () => {
		const key = credential.properties.find(({ name }) => name === 'apiKey');
		expect(key?.typeOptions).toMatchObject({ password: true });
	});
});

describe('the key', () => {
	test('goes as TT-API-KEY to the chosen host, beside the other headers', async () => {
		const request = await authenticate({ url: PATH, headers: { accept: 'application/json' } });
		expect(request).toMatchObject({
			url: `https://api.ttapi.io${PATH}`,
			headers: { 'TT-API-KEY': 'my key', accept: 'application/json' },
		});
	});

	test.each([
		['a host of TTAPI', { baseUrl: 'https://hold.ttapi.org' }, `https://hold.ttapi.org${PATH}`],
		['a host of their own', custom('https://p.org/'), `https://p.org${PATH}`],
		['a host with a path', custom('https://p.org/ttapi/'), `https://p.org/ttapi${PATH}`],
	])('goes to %s', async (_, fields, expected) => {
		expect((await authenticate({ url: PATH }, fields)).url).toBe(expected);
	});

	test('goes along with a whole address of the chosen host', async () => {
		const url = 'https://api.ttapi.io/midjourney/status';
		expect(await authenticate({ url })).toMatchObject({
			url,
			headers: { 'TT-API-KEY': 'my key' },
		});
	});

	test.each([
		'https://api.ttapi.org/midjourney/v1/info',
		'http://api.ttapi.io/midjourney/v1/info',
		'https://api.ttapi.io:8443/midjourney/v1/info',
		'https://api.ttapi.io.example.com/',
		'https://api.ttapi.io@example.com/',
		'https://example.com/api.ttapi.io',
		'ftp://api.ttapi.io/',
		'midjourney/v1/info',
		'',
	])('goes nowhere else: not to "%s"', async (url) => {
		await expect(authenticate({ url })).rejects.toBeInstanceOf(InputError);
	});

	test('goes nowhere else by way of a base address in the request', async () => {
		const request = await authenticate({ url: PATH, baseURL: 'https://example.com' });
		expect(request.url).toBe(`https://api.ttapi.io${PATH}`);
		expect(request.baseURL).toBeUndefined();
	});

	test.each(['//example.com/', '/\\example.com/', '/@example.com/'])(
		'goes nowhere else by way of a strange path: %s',
		async (url) => {
			const request = await authenticate({ url });
			expect(new URL(request.url).origin).toBe('https://api.ttapi.io');
		},
	);

	test.each([false, undefined])(
		'follows no redirect, whatever the request says (%s)',
		async (disableFollowRedirect) => {
			const request = await authenticate({ url: PATH, disableFollowRedirect });
			expect(request.disableFollowRedirect).toBe(true);
		},
	);

	test("goes the same ways from n8n's HTTP Request node, which asks in an older form", async () => {
		const request = await authenticate({ uri: `https://api.ttapi.io${PATH}` });
		expect(request).toMatchObject({
			uri: `https://api.ttapi.io${PATH}`,
			followRedirect: false,
			headers: { 'TT-API-KEY': 'my key' },
		});
		await expect(authenticate({ uri: 'https://example.com/' })).rejects.toBeInstanceOf(InputError);
	});

	test('follows no redirect in the older form either, whatever the request says', async () => {
		const request = await authenticate({
			uri: `https://api.ttapi.io${PATH}`,
			followRedirect: true,
			followAllRedirects: true,
			maxRedirects: 21,
		});
		expect(request).toMatchObject({
			followRedirect: false,
			followAllRedirects: false,
			maxRedirects: 0,
			disableFollowRedirect: true,
		});
	});

	test.each(['', 'http://example.com', 'https://a:b@example.com', 'https://example.com?a=b'])(
		'goes nowhere with a Custom Base URL that cannot be used: "%s"',
		async (customBaseUrl) => {
			const request = authenticate({ url: PATH }, custom(customBaseUrl));
			await expect(request).rejects.toBeInstanceOf(InputError);
		},
	);

	test('is put into a copy of the request', async () => {
		const given = { url: PATH, headers: {} };
		await authenticate(given);
		expect(given).toEqual({ url: PATH, headers: {} });
	});
});

describe('the test of the credential', () => {
	/** What n8n makes of an answer: it compares the status with each rule, or a field of a 2xx body. */
	function verdict(status: number, body: Record<string, unknown> = {}): string | undefined {
		const { rules = [] } = credential.test as ICredentialTestRequest;
		const isGood = status >= 200 && status < 300;
		const broken = (rules as Array<{ type: string; properties: Record<string, unknown> }>).find(
			({ type, properties }) =>
				type === 'responseCode'
					? !isGood && properties.value === status
					: isGood && body[properties.key as string] === properties.value,
		);
		return broken?.properties.message as string | undefined;
	}

	test('costs nothing: it reads the account', () => {
		const { request } = credential.test as ICredentialTestRequest;
		expect(request).toMatchObject({ url: PATH });
		expect(request.method ?? 'GET').toBe('GET');
		expect(request.baseURL).toBeUndefined();
	});

	test('passes where the key is accepted', () => {
		expect(verdict(200, { status: 'SUCCESS', data: { balance: 1 } })).toBeUndefined();
	});

	test('says that the key is refused on 401', () => {
		expect(verdict(401)).toMatch(/refused the key/);
	});

	test('says that the account is blocked on 403', () => {
		expect(verdict(403)).toMatch(/blocked/);
	});

	test('says that the key is refused where 200 says FAILED', () => {
		expect(verdict(200, { status: 'FAILED', message: 'no' })).toMatch(/refused the key/);
	});

	test.each([301, 302, 307, 308, 404, 405])('says that it is the wrong address on %i', (status) => {
		expect(verdict(status)).toMatch(/check the Base URL/);
		expect(verdict(status)).not.toMatch(/refused/);
	});

	test('says that a web page is not TTAPI', () => {
		expect(verdict(200, { data: '<html>' })).toMatch(/not TTAPI/);
	});
});
