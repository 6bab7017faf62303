import { once } from 'node:events';
import { connect } from 'node:net';
import { inspect } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { InputError, StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { TtapiClient } from '../../../nodes/TtapiMidjourney/transport/client.ts';
import { ConnectionError } from '../../../nodes/TtapiMidjourney/transport/connection.ts';
import { caught } from '../support/caught.mts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';
import { apiAnswer, API_KEY } from '../support/fakeHttp.mts';
import { VirtualClock } from '../support/virtualClock.mts';
import { STATUS } from '../../operations.mts';

const REQUEST = { method: 'GET', path: STATUS, timeoutMs: 30_000 } as const;

/** A client whose helper answers, or fails, as given. */
async function clientOf(api?: FakeN8n['api'], credential = {}) {
	const fake = fakeContext({ api, credential });
	const clock = new VirtualClock();
	return { ...fake, clock, client: await TtapiClient.of(fake.context, clock) };
}

const failing = (error: unknown) => () => {
	throw error;
};

/** An error as axios makes it: with the whole request in it. */
const axiosError = (code?: string, message = `failed with ${API_KEY}`) =>
	Object.assign(new Error(message), {
		code,
		config: { headers: { 'TT-API-KEY': API_KEY } },
		request: { _header: `TT-API-KEY: ${API_KEY}` },
	});

describe('the way to TTAPI', () => {
	test('is the credential: no key is put into a request by hand', async () => {
		const { client, apiRequests } = await clientOf(() => apiAnswer(200, { status: 'SUCCESS' }));
		await client.send({ ...REQUEST, query: { a: 'b' } });
		expect(apiRequests).toMatchObject([
			{ method: 'GET', url: STATUS, qs: { a: 'b' }, json: true, timeout: 30_000 },
		]);
		expect(inspect(apiRequests, { depth: 5 })).not.toContain(API_KEY);
	});

	test.each([200, 302, 400, 401, 429, 499, 502])(
		'gives %i back as an answer, with its body',
		async (status) => {
			const { client, apiRequests } = await clientOf(() => apiAnswer(status, { message: 'no' }));
			expect(await client.send(REQUEST)).toMatchObject({
				httpStatus: status,
				body: { message: 'no' },
			});
			expect(apiRequests[0]).toMatchObject({
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
			});
		},
	);

	test('needs a key', async () => {
		const error = await caught(clientOf(undefined, { apiKey: '' }), InputError);
		expect(error.message).toMatch(/no API key/);
	});

	test('needs an address that can be used', async () => {
		const unusable = clientOf(undefined, { baseUrl: 'custom', customBaseUrl: '' });
		await expect(unusable).rejects.toBeInstanceOf(InputError);
	});

	test.each([
		['https://api.ttapi.io', false],
		['http://127.0.0.1:3000', true],
	])('%s is private: %s', async (customBaseUrl, expected) => {
		const { client } = await clientOf(undefined, { baseUrl: 'custom', customBaseUrl });
		expect(client.isPrivate).toBe(expected);
		expect(client.baseUrl).toBe(customBaseUrl);
	});
});

describe('Retry-After', () => {
	const NOW = Date.UTC(2026, 0, 1);

	const retryAfter = async (header: unknown) => {
		const { client, clock } = await clientOf(() => apiAnswer(429, {}, { 'retry-after': header }));
		await clock.advance(NOW);
		return (await client.send(REQUEST)).retryAfterMs;
	};

	test('is read as seconds', async () => {
		expect(await retryAfter('7')).toBe(7_000);
	});

	test('is read as a date', async () => {
		expect(await retryAfter(new Date(NOW + 60_000).toUTCString())).toBe(60_000);
	});

	test.each([new Date(NOW - 60_000).toUTCString(), '-5', '0'])(
		'says nothing where it is over: %s',
		async (header) => {
			expect(await retryAfter(header)).toBeUndefined();
		},
	);

	test.each([[undefined], [''], ['soon']])(
		'is nothing where it says nothing: %j',
		async (header) => {
			expect(await retryAfter(header)).toBeUndefined();
		},
	);

	test('is nothing where there are no headers', async () => {
		const { client } = await clientOf(() => ({ statusCode: 429, body: {} }));
		expect((await client.send(REQUEST)).retryAfterMs).toBeUndefined();
	});
});

describe("TTAPI's clock", () => {
	const NOW = Date.UTC(2026, 0, 1);
	const HOUR = 3_600_000;

	/** How far it is ahead, by the headers of each answer; an answer takes 4 s. */
	async function skewBy(...answers: object[]) {
		const { client, clock } = await clientOf(async () => {
			await clock.sleep(4_000);
			return apiAnswer(200, {}, answers.shift());
		});
		await clock.advance(NOW);
		while (answers.length > 0) await clock.run(client.send(REQUEST));
		return client.skewMs;
	}
	const at = (ms: number) => ({ date: new Date(NOW + ms).toUTCString() });

	test('is learnt from the Date of an answer, which was made on the way', async () => {
		expect(await skewBy(at(2_000))).toBe(0);
		expect(await skewBy(at(HOUR + 2_000))).toBe(HOUR);
		expect(await skewBy(at(-90_000))).toBe(-92_000);
	});

	test('is that of the last answer that says it', async () => {
		expect(await skewBy(at(2_000), at(HOUR + 6_000), {})).toBe(HOUR);
	});

	test.each<[string, object]>([
		['there is no Date', {}],
		['it is no date', { date: 'soon' }],
		['it is more than a day off', at(25 * HOUR)],
		['a proxy has no clock', { date: 'Thu, 01 Jan 1970 00:00:00 GMT' }],
		['it is from a cache', { ...at(2_000), age: '120' }],
	])('is not known if %s', async (_title, headers) => {
		expect(await skewBy(headers)).toBeUndefined();
	});

	test('counts for a Retry-After that is a date', async () => {
		const headers = { ...at(HOUR), 'retry-after': at(HOUR + 20_000).date };
		const { client, clock } = await clientOf(() => apiAnswer(429, {}, headers));
		await clock.advance(NOW);
		expect((await client.send(REQUEST)).retryAfterMs).toBe(20_000);
	});
});

describe('no answer', () => {
	const errorOf = async (thrown: unknown) =>
		await caught((await clientOf(failing(thrown))).client.send(REQUEST), ConnectionError);

	test.each([
		['ECONNREFUSED', /connection was refused/],
		['ENOTFOUND', /host name is not known/],
		['EAI_AGAIN', /could not be looked up/],
		['ECONNRESET', /connection broke off/],
		['ETIMEDOUT', /no answer came in time/],
		['ECONNABORTED', /no answer came in time/],
		['EWHATEVER', /EWHATEVER/],
	])('%s is told in words', async (code, words) => {
		const error = await errorOf(axiosError(code));
		expect(error).toMatchObject({ code, message: expect.stringMatching(words) });
	});

	test('is found however deep n8n has wrapped it', async () => {
		const wrapped = new Error('n8n', { cause: new Error('axios', { cause: axiosError('EPIPE') }) });
		expect((await errorOf(wrapped)).code).toBe('EPIPE');
	});

	test.each([['a text'], [undefined], [{ code: 1 }]])('may be anything: %j', async (thrown) => {
		expect(await errorOf(thrown)).toMatchObject({ code: '', message: 'the request failed' });
	});

	test.each(['ECONNREFUSED', undefined])('never shows the key (%s)', async (code) => {
		const wrapped = new Error(API_KEY, { cause: axiosError(code) });
		const shown = inspect(await errorOf(wrapped), { depth: 20, showHidden: true });
		expect(shown).not.toContain(API_KEY);
	});

	test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])(
		'%s: surely nothing was sent',
		async (code) => {
			expect(await errorOf(axiosError(code))).toMatchObject({ nothingSent: true, transient: true });
		},
	);

	test.each([
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	])('%s: surely nothing was sent, and trying again does not help', async (code) => {
		expect(await errorOf(axiosError(code))).toMatchObject({ nothingSent: true, transient: false });
	});

	test.each([
		'ECONNRESET',
		'EPIPE',
		'ETIMEDOUT',
		'ECONNABORTED',
		'ERR_SSL_WRONG_VERSION_NUMBER',
		'',
	])('"%s": something may have been sent', async (code) => {
		expect(await errorOf(axiosError(code))).toMatchObject({ nothingSent: false });
	});

	/** As Node makes it, wrapped by axios and by n8n. */
	const wrapped = (cause: Error) => new Error('n8n', { cause: new Error('axios', { cause }) });
	const systemError = (code: string, syscall: string) =>
		Object.assign(axiosError(code), { syscall });

	test.each([
		['connect', 'EHOSTUNREACH'],
		['connect', 'ENETUNREACH'],
		['connect', 'ENETDOWN'],
		['connect', 'ECONNREFUSED'],
		['connect', 'ETIMEDOUT'],
		['connect', 'EADDRNOTAVAIL'],
		['getaddrinfo', 'EAI_FAIL'],
	])('a failed %s (%s) has surely sent nothing', async (syscall, code) => {
		const error = await errorOf(wrapped(systemError(code, syscall)));
		expect(error).toMatchObject({ code, nothingSent: true, transient: true });
	});

	test.each([
		['EHOSTUNREACH', 'read'],
		['ENETUNREACH', 'write'],
		['ETIMEDOUT', 'read'],
		['ECONNRESET', 'read'],
	])('%s in the middle of a request (%s): something may have been sent', async (code, syscall) => {
		expect(await errorOf(wrapped(systemError(code, syscall)))).toMatchObject({
			nothingSent: false,
			transient: false,
		});
	});

	describe('of a host with several addresses', () => {
		const tried = (...errors: unknown[]) =>
			wrapped(Object.assign(new AggregateError(errors), { code: 'ETIMEDOUT' }));

		test('has surely sent nothing if no connection worked', async () => {
			const error = tried(
				systemError('ETIMEDOUT', 'connect'),
				systemError('ENETUNREACH', 'connect'),
			);
			expect(await errorOf(error)).toMatchObject({ nothingSent: true, transient: true });
		});

		test.each<[string, unknown[]]>([
			[
				'one of them broke off later',
				[systemError('ETIMEDOUT', 'connect'), systemError('EPIPE', 'write')],
			],
			['one of them says nothing', [systemError('ETIMEDOUT', 'connect'), undefined]],
			['there is none', []],
		])('may have sent something if %s', async (_title, errors) => {
			expect(await errorOf(tried(...errors))).toMatchObject({ nothingSent: false });
		});

		test('is told from Node itself', async () => {
			const socket = connect({
				host: 'two.example.com',
				port: 1,
				autoSelectFamily: true,
				lookup: (_host, _options, found) =>
					found(null, [
						{ address: '127.0.0.1', family: 4 },
						{ address: '::1', family: 6 },
					]),
			});
			const [error] = (await once(socket, 'error')) as [AggregateError];
			expect(error.errors).toHaveLength(2);
			expect(await errorOf(wrapped(error))).toMatchObject({ nothingSent: true, transient: true });
		});
	});

	test("the credential's own refusal is told as it is", async () => {
		const refused = new InputError('this request goes elsewhere', 'Ask TTAPI');
		const { client } = await clientOf(failing(new Error('n8n', { cause: refused })));
		await expect(client.send(REQUEST)).rejects.toBe(refused);
	});
});

describe('what a server repeats', () => {
	const HOOK = 'https://n8n.example.com/resume?token=hook-secret';

	const messageOf = async (message: string, data: unknown = null) => {
		const { client } = await clientOf(() => apiAnswer(400, { status: 'FAILED', message, data }));
		const { body } = await client.send({ ...REQUEST, method: 'POST', body: { hookUrl: HOOK } });
		return (body as { message: string }).message;
	};

	test('of the key and of the own callback URL is not shown', async () => {
		const message = `${API_KEY} may not call ${HOOK}, says ${API_KEY}`;
		expect(await messageOf(message)).toBe('*** may not call ***, says ***');
	});

	test('of the callback URL that the job was submitted with is not shown', async () => {
		const hookUrl = 'https://other.example.com/resume?token=other';
		expect(await messageOf(`cannot call ${hookUrl}`, { hookUrl })).toBe('cannot call ***');
	});

	test('of anything else is left as it is', async () => {
		expect(await messageOf('prompt error', { hookUrl: '' })).toBe('prompt error');
	});
});

describe('an answer that drips in for ever', () => {
	test('is given up at the timeout: the request may have worked', async () => {
		const { client, clock } = await clientOf(async () => await new Promise(() => {}));
		const error = await caught(clock.run(client.send(REQUEST)), ConnectionError);
		expect(clock.now()).toBe(REQUEST.timeoutMs);
		expect(error).toMatchObject({ code: 'ETIMEDOUT', nothingSent: false });
		expect(error.message).toMatch(/no answer came in time/);
	});
});

describe('Stop', () => {
	test('ends a request that is under way', async () => {
		const { client, stop, apiRequests } = await clientOf(
			async ({ abortSignal }) =>
				await new Promise((_, reject) => {
					const cancel = () => reject(axiosError('ERR_CANCELED'));
					(abortSignal as AbortSignal).addEventListener('abort', cancel);
				}),
		);
		const expectation = expect(client.send(REQUEST)).rejects.toBeInstanceOf(StoppedError);
		stop.abort();
		await expectation;
		expect(apiRequests[0].abortSignal).toBe(stop.signal);
	});
});
