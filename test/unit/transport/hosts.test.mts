import { describe, expect, test } from '@jest/globals';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	apiBaseUrl,
	isPrivateHost,
	TTAPI_HOSTS,
} from '../../../nodes/TtapiMidjourney/transport/hosts.ts';
import { caught } from '../support/caught.mts';

const custom = (customBaseUrl?: string) =>
	apiBaseUrl({ apiKey: 'key', baseUrl: 'custom', customBaseUrl });

const isPrivate = (address: string) => isPrivateHost(new URL(address).hostname);

describe("TTAPI's own hosts", () => {
	test('are the two for pay per use and the two for hold accounts', () => {
		expect(TTAPI_HOSTS.map(({ value }) => value)).toEqual([
			'https://api.ttapi.io',
			'https://api.ttapi.org',
			'https://hold.ttapi.io',
			'https://hold.ttapi.org',
		]);
	});

	test('are taken as they are, whatever is left in Custom Base URL', () => {
		const baseUrl = 'https://hold.ttapi.org';
		expect(apiBaseUrl({ apiKey: 'key', baseUrl, customBaseUrl: 'nonsense' })).toBe(baseUrl);
	});

	test.each(TTAPI_HOSTS.map(({ value }) => value))('are public: %s', (address) => {
		expect(isPrivate(address)).toBe(false);
	});
});

describe('the Custom Base URL', () => {
	test.each([
		['https://proxy.example.com', 'https://proxy.example.com'],
		['https://proxy.example.com/', 'https://proxy.example.com'],
		['https://proxy.example.com/ttapi', 'https://proxy.example.com/ttapi'],
		['https://proxy.example.com/a/b///', 'https://proxy.example.com/a/b'],
		['  https://Proxy.Example.com:8443/ ', 'https://proxy.example.com:8443'],
	])('%s: slashes at the end are trimmed, a path is kept', (given, expected) => {
		expect(custom(given)).toBe(expected);
	});

	test.each([[undefined], [''], ['   ']])('is an error when it is empty (%j)', async (given) => {
		const error = await caught(() => custom(given), InputError);
		expect(error.message).toMatch(/empty/);
		expect(error.description).toMatch(/Correct the Custom Base URL/);
	});

	test.each([
		['proxy.example.com', /not an http/],
		['ftp://proxy.example.com', /not an http/],
		['file:///etc/passwd', /not an http/],
		['http://', /not an http/],
		['https://proxy.example.com?a=b', /query/],
		['https://proxy.example.com/?', /query/],
		['https://proxy.example.com/#top', /fragment/],
		['https://user@proxy.example.com', /user name/],
		['https://:secret@proxy.example.com', /password/],
		['https://user:secret@proxy.example.com', /user name/],
	])('%s is refused before anything is sent', async (given, why) => {
		expect((await caught(() => custom(given), InputError)).message).toMatch(why);
	});

	test.each(['http://proxy.example.com', 'http://8.8.8.8', 'http://[2001:4860:4860::8888]'])(
		'%s is refused: the key would travel in clear',
		async (given) => {
			expect((await caught(() => custom(given), InputError)).message).toMatch(/in clear/);
		},
	);

	test.each(['http://localhost:8080', 'http://127.0.0.1:3000', 'http://simulator:3000'])(
		'%s may be reached by http://',
		(given) => {
			expect(custom(given)).toBe(given);
		},
	);
});

describe('a private host', () => {
	test.each([
		'http://localhost',
		'http://LOCALHOST.',
		'http://ttapi.localhost',
		'http://ttapi',
		'http://localhost.localdomain',
		'http://proxy.local',
		'http://proxy.internal',
		'http://proxy.intranet',
		'http://proxy.private',
		'http://proxy.corp',
		'http://proxy.home',
		'http://proxy.lan',
		'http://redis.default.svc',
		'http://redis.default.svc.cluster.local.',
		'http://proxy.home.arpa',
	])('is known by its name: %s', (address) => {
		expect(isPrivate(address)).toBe(true);
	});

	test.each([
		'http://127.0.0.1',
		'http://127.255.255.254',
		'http://127.1',
		'http://0x7f.0.0.1',
		'http://0177.0.0.1',
		'http://2130706433',
		'http://0x7f000001',
		'http://①②⑦.⓪.⓪.①',
		'http://0.0.0.0',
		'http://10.1.2.3',
		'http://172.16.0.1',
		'http://172.31.255.255',
		'http://192.168.0.1',
		'http://169.254.169.254',
		'http://100.64.0.1',
		'http://100.127.255.255',
		'http://198.18.0.1',
		'http://198.19.255.255',
		'http://192.0.0.1',
		'http://224.0.0.1',
		'http://255.255.255.255',
	])('is known by its IPv4 address, however it is written: %s', (address) => {
		expect(isPrivate(address)).toBe(true);
	});

	test.each([
		'http://[::1]',
		'http://[0:0:0:0:0:0:0:1]',
		'http://[::]',
		'http://[fc00::1]',
		'http://[fdff:1234::1]',
		'http://[fe80::1]',
		'http://[febf::1]',
		'http://[::ffff:127.0.0.1]',
		'http://[::ffff:7f00:1]',
		'http://[0:0:0:0:0:ffff:10.0.0.1]',
		'http://[::ffff:169.254.169.254]',
		'http://[::127.0.0.1]',
		'http://[fec0::1]',
		'http://[ff02::1]',
		'http://[64:ff9b::7f00:1]',
		'http://[2002:7f00:1::]',
	])('is known by its IPv6 address, however it is written: %s', (address) => {
		expect(isPrivate(address)).toBe(true);
	});

	test.each([
		'http://example.com',
		'http://localhost.example.com',
		'http://local.example',
		'http://corp.example',
		'http://10.example.com',
		'http://9.255.255.255',
		'http://11.0.0.1',
		'http://172.15.0.1',
		'http://172.32.0.1',
		'http://192.167.0.1',
		'http://169.253.0.1',
		'http://100.63.0.1',
		'http://100.128.0.1',
		'http://198.17.0.1',
		'http://198.20.0.1',
		'http://223.255.255.255',
		'http://[fe8::1]',
		'http://[fc::1]',
		'http://[2606:4700::1111]',
		'http://[::ffff:8.8.8.8]',
		'http://fc00.example.com',
	])('is not seen where there is none: %s', (address) => {
		expect(isPrivate(address)).toBe(false);
	});
});
