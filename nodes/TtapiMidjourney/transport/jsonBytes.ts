import { randomUUID } from 'node:crypto';

import { Base64Text } from './base64Text';

/** A request's JSON as the network takes it, written once; undefined where nothing in it is large. */
export function jsonBytes(body: unknown): Buffer | undefined {
	const large: Base64Text[] = [];
	// In no text of a user.
	const gap = randomUUID();
	const json = JSON.stringify(body, (_key, value: unknown) => {
		if (!(value instanceof Base64Text)) return value;
		large.push(value);
		return gap;
	});
	if (large.length === 0) return undefined;

	const small = json.split(gap);
	const length = [
		...small.map((text) => Buffer.byteLength(text)),
		...large.map((each) => each.length),
	];
	const bytes = Buffer.allocUnsafe(length.reduce((sum, each) => sum + each));
	let at = 0;
	for (const [index, text] of small.entries()) {
		at += bytes.write(text, at);
		for (const piece of large[index]?.pieces() ?? []) at += bytes.write(piece, at, 'latin1');
	}
	return bytes;
}
