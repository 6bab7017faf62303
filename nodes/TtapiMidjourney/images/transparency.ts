import { readImageInfo } from './imageBytes';

/** Larger images are not decompressed: a small file may contain very many pixels. */
const MAX_PIXELS = 2 ** 28;

/** Whether an image has a pixel that is not fully opaque. Unknown for broken data, too. */
export async function transparencyOf(bytes: Buffer): Promise<'some' | 'none' | 'unknown'> {
	try {
		switch (readImageInfo(bytes)?.mimeType) {
			case 'image/png':
				return await ofPng(bytes);
			case 'image/jpeg':
				return 'none';
			case 'image/webp':
				return webpMayHaveAlpha(bytes) ? 'unknown' : 'none';
			case 'image/bmp':
				return [1, 4, 8, 24].includes(bmpBitsPerPixel(bytes)) ? 'none' : 'unknown';
		}
		return 'unknown';
	} catch {
		return 'unknown';
	}
}

/** Pixels of 16 and 32 bits may have alpha. 0 means that the file contains an image in another format. */
const bmpBitsPerPixel = (bytes: Buffer): number => bytes.readUInt16LE(28);

/** Two of the three kinds have a flag for alpha, in different bytes. The third, "VP8 ", has no alpha. */
function webpMayHaveAlpha(bytes: Buffer): boolean {
	const kind = bytes.toString('latin1', 12, 16);
	if (kind === 'VP8X') return (bytes.readUInt8(20) & 0x10) > 0;
	if (kind === 'VP8L') return (bytes.readUInt8(24) & 0x10) > 0;
	return kind !== 'VP8 ';
}

async function ofPng(bytes: Buffer) {
	const width = bytes.readUInt32BE(16);
	const height = bytes.readUInt32BE(20);
	const [depth, color] = bytes.subarray(24);
	// The methods of compression, filter and interlace. All are 0 unless the image is interlaced.
	const methods = bytes.readUIntBE(26, 3);
	const pixels = width * height;
	const isHeader = bytes.toString('latin1', 12, 16) === 'IHDR';
	if (!isHeader || pixels === 0 || pixels > MAX_PIXELS) return 'unknown';

	if ([0, 2, 3].includes(color)) {
		for (const { type } of chunksOf(bytes)) {
			// tRNS makes some colors transparent. Whether a pixel has one of them isn't checked.
			if (type === 'tRNS') return 'unknown';
			if (type === 'IDAT') return 'none';
		}
	}
	if (![4, 6].includes(color) || ![8, 16].includes(depth) || methods > 0) return 'unknown';
	return await ofAlphaChannel(inflated(bytes), width, height, depth / 8, color === 6 ? 4 : 2);
}

/**
 * Compares the alpha bytes with those that an opaque image would have, and stops at the first difference. They are compared
 * as they are stored, after PNG's filter, which makes a byte the difference from its neighbors in the same channel. Up to
 * the first difference these are all 255, or 0 outside the image, so earlier rows need not be kept.
 */
async function ofAlphaChannel(
	rows: AsyncIterable<Uint8Array>,
	width: number,
	height: number,
	sampleBytes: number,
	channels: number,
) {
	const pixelBytes = sampleBytes * channels;
	const colorBytes = pixelBytes - sampleBytes;
	const rowBytes = width * pixelBytes;
	let row = -1;
	let column = rowBytes;
	let firstAlpha = 0;
	let otherAlpha = 0;
	for await (const data of rows) {
		// An iterator would take twice as long.
		for (let at = 0; at < data.length; at++) {
			if (column === rowBytes) {
				if (++row === height) return 'none';
				column = 0;
				const above = row === 0 ? 0 : 255;
				firstAlpha = 255 - predicted(data[at], 0, above);
				otherAlpha = 255 - predicted(data[at], 255, above);
			} else {
				const alpha = column < pixelBytes ? firstAlpha : otherAlpha;
				if (column++ % pixelBytes >= colorBytes && data[at] !== alpha) return 'some';
			}
		}
	}
	return row === height - 1 && column === rowBytes ? 'none' : 'unknown';
}

/** What a filter subtracts from a byte. Paeth's, the last one, takes the larger neighbor if both are 0 or 255. */
function predicted(filter: number, left: number, above: number): number {
	if (filter > 4) throw new RangeError();
	return [0, left, above, (left + above) >> 1, left | above][filter];
}

/** The rows of a PNG as a stream, because together they may be a thousand times as large as the file. */
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
	// Node's web streams can be iterated, but their types don't say so.
	return rows as AsyncIterable<Uint8Array>;
}

function* chunksOf(bytes: Buffer) {
	for (let at = 8; at + 8 <= bytes.length;) {
		const end = at + 8 + bytes.readUInt32BE(at);
		yield { type: bytes.toString('latin1', at + 4, at + 8), data: bytes.subarray(at + 8, end) };
		at = end + 4;
	}
}
