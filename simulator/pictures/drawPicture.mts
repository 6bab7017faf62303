import { createCanvas, type Canvas } from '@napi-rs/canvas';
import { drawCaption } from './drawCaption.mts';
import { drawScene } from './drawScene.mts';
import { isGrid, quarters, sizeOf, type Picture } from './picture.mts';

/**
 * Draws a whole picture (`part` is empty), a quarter of a grid (`tl`, `tr`, `bl` or `br`), or the
 * `preview` of a running job. A grid is made from its quarters, so their pixels are the same.
 */
export function drawPicture(picture: Picture, pictureSize: number, part: string): Canvas {
	if (part === 'preview') return drawPreview(picture, pictureSize);
	if (!isGrid(picture)) return drawImage(picture, pictureSize, 0, picture.label);
	if (part !== '') {
		const index = quarters.indexOf(part);
		return drawImage(picture, pictureSize, index, String(index + 1));
	}
	const { width, height } = sizeOf(picture, pictureSize);
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	for (const [index, quarter] of quarters.entries()) {
		const left = index % 2 === 0 ? 0 : width / 2;
		const top = index < 2 ? 0 : height / 2;
		context.drawImage(drawPicture(picture, pictureSize, quarter), left, top);
	}
	return canvas;
}

function drawImage(picture: Picture, pictureSize: number, index: number, label: string): Canvas {
	const size = sizeOf(picture, pictureSize);
	const share = isGrid(picture) ? 2 : 1;
	const [width, height] = [size.width / share, size.height / share];
	const canvas = drawScene(picture.scenes[index], width, height);
	drawCaption(canvas.getContext('2d'), width, height, picture.prompt, label);
	return canvas;
}

/** Small and blurred, like Midjourney's previews. */
function drawPreview(picture: Picture, pictureSize: number): Canvas {
	const blur = pictureSize / 100;
	const whole = drawPicture(picture, pictureSize / 2, '');
	const canvas = createCanvas(whole.width, whole.height);
	const context = canvas.getContext('2d');
	// Blurring makes the edges transparent, so the sharp picture goes below.
	context.drawImage(whole, 0, 0);
	context.filter = `blur(${blur}px)`;
	context.drawImage(whole, 0, 0);
	return canvas;
}
