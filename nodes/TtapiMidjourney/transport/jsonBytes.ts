import { randomUUID } from 'node:crypto';

import { Base64Text } from './base64Text';

/** The JSON of a request with a Base64Text in it, without ever having it as one string; undefined if there is none. */
export function jsonBytes(body: unknown): Buffer | undefined {
	const images: Base64Text[] = [];
	// Random, so that it occurs nowhere else in the JSON.
	const placeholder = randomUUID();
	const json = JSON.stringify(body, (_key, value: unknown) => {
		if (!(value instanceof Base64Text)) return value;
		images.push(value);
		return placeholder;
	});
	if (images.length === 0) return undefined;

	const texts = json.split(placeholder);
	let length = 0;
	for (const text of texts) length += Buffer.byteLength(text);
	for (const image of images) length += image.length;
	const bytes = Buffer.allocUnsafe(length);
	let at = 0;
	for (const [index, text] of texts.entries()) {
		at += bytes.write(text, at);
		for (const piece of images[index]?.pieces() ?? []) at += bytes.write(piece, at, 'latin1');
	}
	return bytes;
}
