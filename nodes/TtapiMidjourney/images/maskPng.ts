/** In pixels. `right` and `bottom` are exclusive. */
export interface Region {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/**
 * An 8-bit grayscale PNG of `width` by `height` pixels, with the regions in white on black. The same regions always give the
 * same bytes, so that a retry can recognize its request.
 */
export async function maskPng(width: number, height: number, regions: Region[]): Promise<Buffer> {
	// Each row begins with the byte of its filter: 0 for none.
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

/** PNG specification, annex D. */
function crc32(bytes: Buffer): number {
	let crc = ~0;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc >>> 0;
}
