import { randomUUID } from 'node:crypto';

/** A multiple of 3, so that the base64 of the pieces can be joined. */
const PIECE_BYTES = 3 * 2 ** 16;

/**
 * Bytes that a request sends as base64. They are encoded piece by piece while the request is written: as strings, the images
 * of a request would be in memory several times.
 */
export class Base64Text {
	/** @param prefix the text before the base64 */
	constructor(
		private readonly bytes: Buffer,
		private readonly prefix = '',
	) {}

	/** In characters, which are also bytes. */
	get length(): number {
		return this.prefix.length + Math.ceil(this.bytes.length / 3) * 4;
	}

	/** The whole text, in pieces. All of it is ASCII. */
	*pieces(): Generator<string> {
		yield this.prefix;
		for (let at = 0; at < this.bytes.length; at += PIECE_BYTES)
			yield this.bytes.toString('base64', at, Math.min(at + PIECE_BYTES, this.bytes.length));
	}
}

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
