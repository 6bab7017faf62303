/** Pixels from `left` and `top` up to, but without, `right` and `bottom`. */
export interface Region {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** Draws regions in white on black: a PNG of 8-bit greyscale. The same regions give the same bytes. */
export async function maskPng(width: number, height: number, regions: Region[]): Promise<Buffer> {
	// Each row begins with its filter: none.
	const rowBytes = 1 + width;
	const rows = Buffer.alloc(rowBytes * height);
	for (const { left, top, right, bottom } of regions)
		for (let at = top * rowBytes + 1; at < bottom * rowBytes; at += rowBytes)
			rows.fill(0xff, at + left, at + right);
	const packed = new Blob([rows]).stream().pipeThrough(new CompressionStream('deflate'));
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', [uint32(width), uint32(height), Buffer.of(8, 0, 0, 0, 0)]),
		chunk('IDAT', [Buffer.from(await new Response(packed).arrayBuffer())]),
		chunk('IEND', []),
	]);
}

function chunk(type: string, data: Buffer[]): Buffer {
	const named = Buffer.concat([Buffer.from(type), ...data]);
	return Buffer.concat([uint32(named.length - 4), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}

/** The check of each chunk (PNG specification, annex D). */
function crc32(bytes: Buffer): number {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}
