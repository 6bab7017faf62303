import { createCanvas, type Image } from '@napi-rs/canvas';
import { readImage } from './imageInput.mts';
import { wrongField } from './refusal.mts';

const wrongMask = (reason: string) => wrongField('mask', reason);

/** How much lossy compression can change a colour. */
const tolerance = { png: 0, jpeg: 48, webp: 48 };

/**
 * Checks the mask of inpaint: a PNG, JPEG or WebP in base64 without a `data:` prefix, of the given
 * size in pixels, black and white only.
 *
 * @throws Refusal that says what is wrong
 */
export async function checkMask(mask: string, width: number, height: number): Promise<void> {
	if (mask.startsWith('data:')) throw wrongMask('It must not start with data:.');
	const { type, image } = await readImage(mask, 'mask', ['png', 'jpeg', 'webp']);
	if (image.width !== width || image.height !== height) {
		const sizes = `${image.width} x ${image.height} instead of ${width} x ${height}`;
		throw wrongMask(`Its size is ${sizes}.`);
	}
	if (!isBlackAndWhite(image, tolerance[type])) throw wrongMask('It must be black and white only.');
}

function isBlackAndWhite(image: Image, tolerance: number): boolean {
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	for (let offset = 0; offset < data.length; offset += 4) {
		const red = data[offset];
		const green = data[offset + 1];
		const blue = data[offset + 2];
		const alpha = data[offset + 3];
		const isBlack = Math.max(red, green, blue) <= tolerance;
		const isWhite = Math.min(red, green, blue) >= 255 - tolerance;
		if (alpha !== 255 || !(isBlack || isWhite)) return false;
	}
	return true;
}
