import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import axios from 'axios';

/** Downloads a picture as any HTTP client would: no key, no patience for other statuses. */
export async function download(url: string): Promise<Buffer> {
	const { data } = await axios.get(url, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
}

export interface Pixels {
	width: number;
	height: number;
	data: Uint8ClampedArray;
}

/** The pixels of a PNG, or of a part of it. */
export async function pixelsOf(
	png: Buffer,
	part?: { left: number; top: number; width: number; height: number },
): Promise<Pixels> {
	const image = await loadImage(png);
	const { left, top, width, height } = part ?? {
		left: 0,
		top: 0,
		width: image.width,
		height: image.height,
	};
	const context = createCanvas(image.width, image.height).getContext('2d');
	context.drawImage(image, 0, 0);
	return { width, height, data: context.getImageData(left, top, width, height).data };
}

/** A black mask with a white square in its middle. */
export function blackMaskWithWhiteSquare(width: number, height: number): Canvas {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = 'black';
	context.fillRect(0, 0, width, height);
	context.fillStyle = 'white';
	const side = Math.floor(Math.min(width, height) / 2);
	context.fillRect(Math.floor((width - side) / 2), Math.floor((height - side) / 2), side, side);
	return canvas;
}
