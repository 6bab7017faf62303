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
