import { createCanvas, loadImage } from '@napi-rs/canvas';

/** Pixels from `left` and `top` up to, but without, `right` and `bottom`. */
export type Box = [left: number, top: number, right: number, bottom: number];

/** A mask as a text of its pixels, a line a row: `#` white, `.` black, `?` anything else. */
export async function pixelsOf(mask: string | Buffer): Promise<string> {
	const image = await loadImage(typeof mask === 'string' ? Buffer.from(mask, 'base64') : mask);
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	const { data } = context.getImageData(0, 0, image.width, image.height);
	const colours = new Uint32Array(data.buffer, data.byteOffset, data.length / 4);
	return rows(image.width, image.height, (x, y) => {
		const colour = colours[y * image.width + x];
		return colour === 0xffffffff ? '#' : colour === 0xff000000 ? '.' : '?';
	});
}

/** What it has to be: white within the boxes, black elsewhere. */
export const boxes = (width: number, height: number, ...white: Box[]): string =>
	rows(width, height, (x, y) =>
		white.some(([left, top, right, bottom]) => x >= left && x < right && y >= top && y < bottom)
			? '#'
			: '.',
	);

const rows = (width: number, height: number, pixel: (x: number, y: number) => string): string =>
	Array.from({ length: height }, (_, y) =>
		Array.from({ length: width }, (_, x) => pixel(x, y)).join(''),
	).join('\n');
