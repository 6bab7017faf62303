import { createCanvas, type Image } from '@napi-rs/canvas';
import { isWebAddress } from './fields.mts';
import { readImage } from './imageInput.mts';
import { wrongField } from './refusal.mts';

/**
 * Checks the image of an edit: a URL, which is not fetched, or base64 with or without `data:`.
 *
 * TTAPI only says that the area to edit is transparent. Refusing a PNG or WebP without such an area
 * is our own rule, so that tests notice if the wrong picture is sent.
 *
 * @param needsHole whether a PNG or WebP needs a transparent area
 * @returns width divided by height, null for a URL
 * @throws Refusal that says what is wrong
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
