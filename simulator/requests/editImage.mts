import { createCanvas, type Image } from '@napi-rs/canvas';
import { isWebAddress } from './fields.mts';
import { readImage } from './imageInput.mts';
import { wrongField } from './refusal.mts';

/**
 * Checks the image of an edit: an address, which is not looked at, or base64 with or without `data:`.
 *
 * TTAPI says that the area to edit is transparent. That it refuses an image without one is the simulator's own: it is how a
 * client finds out that it sent the wrong picture. A JPEG or BMP cannot be transparent, and passes.
 *
 * @param needsHole whether there must be a transparent area
 * @returns width divided by height, null for an address
 * @throws Refusal that says what is wrong with it
 */
export async function checkEditImage(given: string, needsHole: boolean): Promise<number | null> {
	if (isWebAddress(given)) return null;
	const base64 = given.replace(/^data:image\/[\w.+-]+;base64,/, '');
	const { type, image } = await readImage(base64, 'image', ['png', 'jpeg', 'webp', 'bmp']);
	const canHaveHole = type === 'png' || type === 'webp';
	if (needsHole && canHaveHole && !hasHole(image)) {
		throw wrongField('image', 'It has no transparent area to edit.');
	}
	return image.width / image.height;
}

function hasHole(image: Image): boolean {
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	return data.some((value, offset) => offset % 4 === 3 && value < 255);
}
