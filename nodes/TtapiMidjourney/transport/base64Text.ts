/** A multiple of 3, so that each piece is encoded by itself; small, so that it is no burden. */
const PIECE_BYTES = 3 * 2 ** 16;

/**
 * A text of a request that is mostly bytes in base64. It is encoded where it is needed, piece by piece: as a string, the
 * pictures of one request would be several times in memory on their way to the network.
 */
export class Base64Text {
	/** @param prefix what stands before the base64 */
	constructor(
		private readonly bytes: Buffer,
		private readonly prefix = '',
	) {}

	/** How many characters, and bytes, it has. */
	get length(): number {
		return this.prefix.length + Math.ceil(this.bytes.length / 3) * 4;
	}

	/** The whole text, in pieces of ASCII. */
	*pieces(): Generator<string> {
		yield this.prefix;
		for (let at = 0; at < this.bytes.length; at += PIECE_BYTES)
			yield this.bytes.toString('base64', at, Math.min(at + PIECE_BYTES, this.bytes.length));
	}
}
