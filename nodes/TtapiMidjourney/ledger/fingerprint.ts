import { createHash, type Hash } from 'node:crypto';

import { Base64Text } from '../transport/base64Text';

/**
 * Tells a request from all others: the hash of its endpoint and its body, whatever the order of the fields. `hookUrl` does
 * not count, as each attempt has one of its own.
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

/** Images in base64 are large: they are not copied into one text. */
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
