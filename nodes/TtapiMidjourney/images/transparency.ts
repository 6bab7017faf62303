import { readImageInfo } from './imageBytes';

/** Of larger pictures it is unknown: a small file can unfold to very many pixels. */
const MOST_PIXELS = 2 ** 28;

/** Whether a picture has a pixel that is not fully opaque. Of broken data it is unknown. */
export async function transparencyOf(bytes: Buffer): Promise<'some' | 'none' | 'unknown'> {
	try {
		switch (readImageInfo(bytes)?.mimeType) {
			case 'image/png':
				return await ofPng(bytes);
			case 'image/jpeg':
				return 'none';
			case 'image/webp':
				return noneUnless(webpMayHaveAlpha(bytes));
			case 'image/bmp':
				// 16 and 32 bits a pixel can hold alpha, and 0 means another format inside.
				return noneUnless(![1, 4, 8, 24].includes(bytes.readUInt16LE(28)));
		}
		return 'unknown';
	} catch {
		return 'unknown';
	}
}

const noneUnless = (possible: boolean) => (possible ? 'unknown' : 'none');

/** Two of the three kinds have a flag in the header, the same bit; the third has no alpha. */
function webpMayHaveAlpha(bytes: Buffer): boolean {
	const kind = bytes.toString('latin1', 12, 16);
	const flags = { VP8X: 20, VP8L: 24 }[kind];
	return flags ? (bytes.readUInt8(flags) & 0x10) > 0 : kind !== 'VP8 ';
}

async function ofPng(bytes: Buffer) {
	const width = bytes.readUInt32BE(16);
	const height = bytes.readUInt32BE(20);
	const [depth, colour] = bytes.subarray(24);
	const hasMethods = bytes.readUIntBE(26, 3) > 0; // Interlaced, or from a future PNG.
	const pixels = width * height;
	const isHeader = bytes.toString('latin1', 12, 16) === 'IHDR';
	if (!isHeader || pixels === 0 || pixels > MOST_PIXELS) return 'unknown';

	if ([0, 2, 3].includes(colour)) {
		for (const { type } of chunksOf(bytes)) {
			// It names transparent colours: whether a pixel has one is not looked into.
			if (type === 'tRNS') return 'unknown';
			if (type === 'IDAT') return 'none';
		}
	}
	if (![4, 6].includes(colour) || ![8, 16].includes(depth) || hasMethods) return 'unknown';
	return await ofAlphaChannel(inflated(bytes), width, height, depth / 8, colour === 6 ? 4 : 2);
}

/**
 * Compares the alpha bytes, filtered as they are, with those of an opaque picture, up to the first difference. So far all
 * alpha is 255 (0 beyond the border), and filters mix only bytes of one channel: so no row has to be kept.
 */
async function ofAlphaChannel(
	rows: AsyncIterable<Uint8Array>,
	width: number,
	height: number,
	sampleBytes: number,
	channels: number,
) {
	const pixelBytes = sampleBytes * channels;
	const colourBytes = pixelBytes - sampleBytes;
	const rowBytes = width * pixelBytes;
	let row = -1;
	let column = rowBytes;
	let firstAlpha = 0;
	let otherAlpha = 0;
	for await (const data of rows) {
		// Without an iterator, which takes twice as long.
		for (let at = 0; at < data.length; at++) {
			if (column === rowBytes) {
				if (++row === height) return 'none';
				column = 0;
				const above = row && 255;
				firstAlpha = 255 - predicted(data[at], 0, above);
				otherAlpha = 255 - predicted(data[at], 255, above);
			} else {
				const alpha = column < pixelBytes ? firstAlpha : otherAlpha;
				if (column++ % pixelBytes >= colourBytes && data[at] !== alpha) return 'some';
			}
		}
	}
	return row === height - 1 && column === rowBytes ? 'none' : 'unknown';
}

/** What a filter takes off a byte. Paeth's takes the larger one, where both are 0 or 255. */
function predicted(filter: number, left: number, above: number): number {
	if (filter > 4) throw new RangeError();
	return [0, left, above, (left + above) >> 1, left | above][filter];
}

/** The rows of a PNG as they come: all of them may be a thousand times as large as the file. */
function inflated(bytes: Buffer) {
	const chunks = chunksOf(bytes);
	const compressed = new ReadableStream({
		pull(controller) {
			let chunk = chunks.next();
			while (!chunk.done && chunk.value.type !== 'IDAT') chunk = chunks.next();
			if (chunk.done) controller.close();
			else controller.enqueue(chunk.value.data);
		},
	});
	const rows: unknown = compressed.pipeThrough(new DecompressionStream('deflate'));
	// Node's streams can be iterated, which TypeScript's types of the web do not say.
	return rows as AsyncIterable<Uint8Array>;
}

function* chunksOf(bytes: Buffer) {
	for (let at = 8; at + 8 <= bytes.length;) {
		const end = at + 8 + bytes.readUInt32BE(at);
		yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) };
		at = end + 4;
	}
}
