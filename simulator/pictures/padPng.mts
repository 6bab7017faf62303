import { createCipheriv, createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Length, type and check of a chunk, without its data. */
const frameBytes = 12;

/** A chunk that may be left out, is nobody else's, and may be copied (PNG specification, 5.4). */
const type = Buffer.from('paDd');

/**
 * Makes a PNG at least so long, by a chunk before its end that decoders skip. What is in there looks random, so that it
 * cannot be packed, and is the same for the same picture.
 */
export function padPng(png: Buffer, bytes: number): Buffer {
	if (png.length >= bytes) return png;
	const length = Math.max(bytes - png.length - frameBytes, 0);
	const end = png.length - frameBytes;
	const frame = { head: Buffer.alloc(4), check: Buffer.alloc(4) };
	frame.head.writeUInt32BE(length);
	const data = noise(png, length);
	frame.check.writeUInt32BE(crc32(data, crc32(type)));
	return Buffer.concat([
		png.subarray(0, end),
		frame.head,
		type,
		data,
		frame.check,
		png.subarray(end),
	]);
}

/** A stream cipher is the quickest source of bytes that look random. */
function noise(seed: Buffer, length: number): Buffer {
	const key = createHash('sha256').update(seed).digest().subarray(0, 16);
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
