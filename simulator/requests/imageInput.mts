import { loadImage, type Image } from '@napi-rs/canvas';
import { wrongField } from './refusal.mts';

/** The first bytes of each type. `isComplete` detects cut pictures, which the decoder accepts. */
const types = {
	png: {
		start: /^\x89PNG\r\n\x1a\n/,
		isComplete: (bytes: Buffer) => bytes.subarray(-8, -4).toString('latin1') === 'IEND',
	},
	jpeg: {
		start: /^\xff\xd8\xff/,
		isComplete: (bytes: Buffer) => bytes.readUInt16BE(bytes.length - 2) === 0xffd9,
	},
	webp: {
		start: /^RIFF[^]{4}WEBP/,
		isComplete: (bytes: Buffer) => bytes.readUInt32LE(4) + 8 <= bytes.length,
	},
	bmp: {
		start: /^BM/,
		isComplete: (bytes: Buffer) => bytes.length > 6 && bytes.readUInt32LE(2) <= bytes.length,
	},
};

export type ImageType = keyof typeof types;

/**
 * Decodes a picture in base64 without a `data:` prefix.
 *
 * @param field its name, for the message
 * @throws Refusal if it is not a complete picture of an allowed type
 */
export async function readImage<T extends ImageType>(
	base64: string,
	field: string,
	allowed: readonly T[],
): Promise<{ type: T; image: Image }> {
	if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64)) throw wrongField(field, 'It must be base64.');
	const bytes = Buffer.from(base64, 'base64');
	const firstBytes = bytes.toString('latin1', 0, 12);
	const type = allowed.find((name) => types[name].start.test(firstBytes));
	if (!type) throw wrongField(field, `It must be one of ${allowed.join(', ')}.`);
	if (!types[type].isComplete(bytes)) throw wrongField(field, 'The picture is cut off.');
	const image = await loadImage(bytes).catch(() => {
		throw wrongField(field, 'The picture cannot be read.');
	});
	return { type, image };
}
