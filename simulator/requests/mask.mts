import { createCanvas, loadImage, type Image } from '@napi-rs/canvas';
import { wrongField } from './refusal.mts';

const refused = (reason: string) => wrongField('mask', reason);

/**
 * The three formats, each by its first bytes. `isWhole` finds pictures that break off, which the
 * decoder would take; `noise` is how far lossy packing may move a colour.
 */
const formats = [
	{
		start: /^\x89PNG\r\n\x1a\n/,
		isWhole: (bytes: Buffer) => bytes.subarray(-8, -4).toString('latin1') === 'IEND',
		noise: 0,
	},
	{
		start: /^\xff\xd8\xff/,
		isWhole: (bytes: Buffer) => bytes.readUInt16BE(bytes.length - 2) === 0xffd9,
		noise: 48,
	},
	{
		start: /^RIFF[^]{4}WEBP/,
		isWhole: (bytes: Buffer) => bytes.readUInt32LE(4) + 8 <= bytes.length,
		noise: 48,
	},
];

/**
 * Checks the mask of inpaint: base64 without a `data:` prefix, a PNG, JPEG or WebP of the wanted
 * size, black and white only.
 *
 * @throws Refusal that says what is wrong with it
 */
export async function checkMask(mask: string, width: number, height: number): Promise<void> {
	if (mask.startsWith('data:')) throw refused('It must not start with data:.');
	if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(mask)) throw refused('It is no base64.');
	const bytes = Buffer.from(mask, 'base64');
	const firstBytes = bytes.toString('latin1', 0, 12);
	const format = formats.find(({ start }) => start.test(firstBytes));
	if (!format) throw refused('It is no PNG, JPEG or WebP.');
	if (!format.isWhole(bytes)) throw refused('The picture breaks off.');

	const image = await loadImage(bytes).catch(() => {
		throw refused('The picture cannot be read.');
	});
	if (image.width !== width || image.height !== height) {
		const sizes = `${image.width} x ${image.height} instead of ${width} x ${height}`;
		throw refused(`Its size is ${sizes}.`);
	}
	if (!isBlackAndWhite(image, format.noise)) throw refused('It is not only black and white.');
}

function isBlackAndWhite(image: Image, noise: number): boolean {
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	for (let offset = 0; offset < data.length; offset += 4) {
		const red = data[offset];
		const green = data[offset + 1];
		const blue = data[offset + 2];
		const alpha = data[offset + 3];
		const isBlack = Math.max(red, green, blue) <= noise;
		const isWhite = Math.min(red, green, blue) >= 255 - noise;
		if (alpha !== 255 || !(isBlack || isWhite)) return false;
	}
	return true;
}
