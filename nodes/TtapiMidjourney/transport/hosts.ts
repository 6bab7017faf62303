import { InputError } from '../jobs/errors';

/** The credential's fields. */
export interface TtapiCredential {
	apiKey: string;
	/** One of TTAPI's hosts, or `custom`. */
	baseUrl: string;
	customBaseUrl?: string;
}

export const CUSTOM = 'custom';

/** TTAPI's hosts (docs/ttapi.md, Hosts). */
export const TTAPI_HOSTS = [
	{ name: 'Pay per Use (api.ttapi.io)', value: 'https://api.ttapi.io' },
	{ name: 'Pay per Use, Long Calls (api.ttapi.org)', value: 'https://api.ttapi.org' },
	{ name: 'Hold Account (hold.ttapi.io)', value: 'https://hold.ttapi.io' },
	{ name: 'Hold Account, Long Calls (hold.ttapi.org)', value: 'https://hold.ttapi.org' },
] as const;

/**
 * The URL that API paths are appended to, without a slash at the end.
 * Throws an InputError for a URL that the key must not be sent to.
 */
export function apiBaseUrl({ baseUrl, customBaseUrl }: TtapiCredential): string {
	// A host from the list is checked, too, because an expression may replace it.
	const given = String((baseUrl === CUSTOM ? customBaseUrl : baseUrl) ?? '').trim();
	const field = baseUrl === CUSTOM ? 'Custom Base URL' : 'Base URL';
	const label = `The ${field} of the TTAPI credential`;
	const hint = `Correct the ${field} in the TTAPI credential. One of your own looks like https://proxy.example.com/ttapi.`;
	if (given === '') throw new InputError(`${label} is empty`, hint);

	const url = httpUrl(given);
	if (!url) {
		throw new InputError(`${label} is not an http(s) URL`, hint);
	}
	if (url.username || url.password) {
		throw new InputError(`${label} holds a user name or a password`, hint);
	}
	if (given.includes('?') || given.includes('#')) {
		throw new InputError(`${label} holds a query or a fragment`, hint);
	}
	if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
		throw new InputError(
			`${label} starts with http://, so the API key would travel in clear`,
			'Use https://. Only a private address of your own network may be reached by http://.',
		);
	}
	return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/**
 * Whether a host is this machine or in a private network, by its name alone. What the name resolves to is left to n8n's own
 * SSRF protection, if that is switched on.
 * @param hostname as `URL.hostname` returns it: lower case, IPv4 in four parts, IPv6 in brackets
 */
export function isPrivateHost(hostname: string): boolean {
	const host = hostname.replace(/\.$/, '');
	if (host.startsWith('[')) return isPrivateIpv6(host.slice(1, -1));
	const ipv4 = /^(\d+)\.(\d+)\.\d+\.\d+$/.exec(host);
	if (ipv4) return isPrivateIpv4(Number(ipv4[1]), Number(ipv4[2]));
	// A name without a dot only exists inside a network, such as a container's.
	return !host.includes('.') || PRIVATE_NAMES.test(host);
}

/**
 * The endings of names in private networks: reserved ones, those listed in RFC 6762 (appendix G), and those of Kubernetes and
 * old hosts files. None of them exists on the internet.
 */
const PRIVATE_NAMES =
	/\.(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa|svc)$/;

/** Private, shared, local, reserved and multicast ranges (RFC 6890). */
function isPrivateIpv4(first: number, second: number): boolean {
	return (
		[0, 10, 127].includes(first) ||
		first >= 224 ||
		(first === 100 && second >= 64 && second <= 127) ||
		(first === 169 && second === 254) ||
		(first === 172 && second >= 16 && second <= 31) ||
		(first === 192 && [0, 168].includes(second)) ||
		(first === 198 && [18, 19].includes(second))
	);
}

/** @param address as `URL` writes it: no leading zeros, and an IPv4 part as two hexadecimal groups */
function isPrivateIpv6(address: string): boolean {
	const mapped = /^::(?:ffff:)?([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(address);
	if (mapped) {
		const high = parseInt(mapped[1], 16);
		return isPrivateIpv4(high >> 8, high & 0xff);
	}
	const first = parseInt(address.split(':')[0] || '0', 16);
	return (
		// Loopback, unspecified and others that start with zeros; NAT64 and 6to4, which can reach any IPv4 address.
		[0, 0x64, 0x2002].includes(first) ||
		(first & 0xfe00) === 0xfc00 ||
		(first & 0xff80) === 0xfe80 ||
		(first & 0xff00) === 0xff00
	);
}

/** The parsed URL; undefined if it isn't http(s). */
export function httpUrl(address: string): URL | undefined {
	const url = URL.canParse(address) ? new URL(address) : undefined;
	return url && ['http:', 'https:'].includes(url.protocol) ? url : undefined;
}
