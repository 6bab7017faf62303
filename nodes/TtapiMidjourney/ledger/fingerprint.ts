import { createHash, type Hash } from 'node:crypto';

import { Base64Text } from '../transport/jsonBytes';

/**
 * A hash of a request's endpoint and body, in which the order of the fields doesn't matter. `hookUrl` is left out, because
 * each attempt has its own.
 * @param path the endpoint's path
 */
export function fingerprint(path: string, body: Record<string, unknown>): string {
	const hash = createHash('sha256');
	feed(hash, path);
	for (const key of Object.keys(body).sort()) {
		if (key === 'hookUrl' || body[key] === undefined) continue;
		feed(hash, key);
		feed(hash, body[key]);
	}
	return hash.digest('base64url');
}

/** Feeds a value to the hash. Images in base64 are large, so they are fed in pieces. */
function feed(hash: Hash, value: unknown): void {
	if (Array.isArray(value)) {
		hash.update(`[${value.length}]`);
		for (const entry of value) feed(hash, entry);
		return;
	}
	if (value instanceof Base64Text) {
		hash.update(`string ${value.length} `);
		for (const piece of value.pieces()) hash.update(piece);
		return;
	}
	const written = typeof value === 'string' ? value : JSON.stringify(value);
	hash.update(`${typeof value} ${written.length} `).update(written);
}
