import { createCipheriv, createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Bytes of a chunk without its data: length, type and checksum. */
const frameBytes = 12;

/** An ancillary, private chunk that is safe to copy (PNG specification, 5.4). */
const type = Buffer.from('paDd');

/**
 * Makes a PNG at least this long by adding a chunk that decoders skip. Its data looks random, so
 * that it can't be compressed, and is the same for the same picture.
 */
export function padPng(png: Buffer, bytes: number): Buffer {
	if (png.length >= bytes) return png;
	const length = Math.max(bytes - png.length - frameBytes, 0);
	const endChunk = png.length - frameBytes;
	const lengthField = Buffer.alloc(4);
	lengthField.writeUInt32BE(length);
	const data = noise(png, length);
	const checksum = Buffer.alloc(4);
	checksum.writeUInt32BE(crc32(data, crc32(type)));
	return Buffer.concat([
		png.subarray(0, endChunk),
		lengthField,
		type,
		data,
		checksum,
		png.subarray(endChunk),
	]);
}

/** A stream cipher is the fastest way to get bytes that look random. */
function noise(seed: Buffer, length: number): Buffer {
	const key = createHash('sha256').update(seed).digest().subarray(0, 16);
	return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length));
}
