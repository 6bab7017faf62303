import { loadImage, type Image } from '@napi-rs/canvas';
import { wrongField } from './refusal.mts';

/**
 * Each type by its first bytes. `isWhole` finds pictures that break off, which the decoder would
 * take.
 */
const types = {
	png: {
		start: /^\x89PNG\r\n\x1a\n/,
		isWhole: (bytes: Buffer) => bytes.subarray(-8, -4).toString('latin1') === 'IEND',
	},
	jpeg: {
		start: /^\xff\xd8\xff/,
		isWhole: (bytes: Buffer) => bytes.readUInt16BE(bytes.length - 2) === 0xffd9,
	},
	webp: {
		start: /^RIFF[^]{4}WEBP/,
		isWhole: (bytes: Buffer) => bytes.readUInt32LE(4) + 8 <= bytes.length,
	},
	bmp: {
		start: /^BM/,
		isWhole: (bytes: Buffer) => bytes.length > 6 && bytes.readUInt32LE(2) <= bytes.length,
	},
};

export type ImageType = keyof typeof types;

/**
 * Decodes a picture that came as bare base64.
 *
 * @param field that it came in
 * @throws Refusal when it is none, or of another type
 */
export async function readImage<T extends ImageType>(
	base64: string,
	field: string,
	allowed: readonly T[],
): Promise<{ type: T; image: Image }> {
	if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(base64)) throw wrongField(field, 'It is no base64.');
	const bytes = Buffer.from(base64, 'base64');
	const firstBytes = bytes.toString('latin1', 0, 12);
	const type = allowed.find((name) => types[name].start.test(firstBytes));
	if (!type) throw wrongField(field, `It is none of ${allowed.join(', ')}.`);
	if (!types[type].isWhole(bytes)) throw wrongField(field, 'The picture breaks off.');
	const image = await loadImage(bytes).catch(() => {
		throw wrongField(field, 'The picture cannot be read.');
	});
	return { type, image };
}
