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

/** A red picture whose middle is transparent. */
export function pictureWithHole(width: number, height: number): Canvas {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = 'crimson';
	context.fillRect(0, 0, width, height);
	context.clearRect(width / 4, height / 4, width / 2, height / 2);
	return canvas;
}

/** A BMP of 24 bits, all black: the drawing library writes none. */
export function blackBitmap(width: number, height: number): Buffer {
	const rows = Math.ceil((width * 3) / 4) * 4 * height;
	const bytes = Buffer.alloc(54 + rows);
	bytes.write('BM', 'latin1');
	bytes.writeUInt32LE(bytes.length, 2);
	bytes.writeUInt32LE(54, 10);
	bytes.writeUInt32LE(40, 14);
	bytes.writeInt32LE(width, 18);
	bytes.writeInt32LE(height, 22);
	bytes.writeUInt16LE(1, 26);
	bytes.writeUInt16LE(24, 28);
	bytes.writeUInt32LE(rows, 34);
	return bytes;
}
