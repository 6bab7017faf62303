import { createCanvas } from '@napi-rs/canvas';

function drawn(width: number, height: number) {
	const canvas = createCanvas(width, height);
	const context = canvas.getContext('2d');
	context.fillStyle = 'teal';
	context.fillRect(0, 0, width, height);
	return canvas;
}

export const png = (width = 30, height = 20): Buffer => drawn(width, height).toBuffer('image/png');

export const jpeg = (width = 30, height = 20): Buffer =>
	drawn(width, height).toBuffer('image/jpeg');

/** Canvas makes the extended kind. */
export const webp = (width = 30, height = 20): Buffer =>
	drawn(width, height).toBuffer('image/webp');

/** A JPEG with the metadata that a camera puts before the size. */
export function cameraJpeg(width: number, height: number, metadataBytes: number): Buffer {
	const plain = jpeg(width, height);
	const segment = Buffer.alloc(2 + metadataBytes);
	segment.writeUInt16BE(0xffe1, 0);
	segment.writeUInt16BE(metadataBytes, 2);
	return Buffer.concat([plain.subarray(0, 2), segment, plain.subarray(2)]);
}

/** The header of the other kinds of WebP. */
function webpHeader(kind: 'VP8 ' | 'VP8L', fill: (header: Buffer) => void): Buffer {
	const header = Buffer.alloc(40);
	header.write('RIFF', 0, 'latin1');
	header.writeUInt32LE(32, 4);
	header.write(`WEBP${kind}`, 8, 'latin1');
	fill(header);
	return header;
}

export const losslessWebp = (width: number, height: number): Buffer =>
	webpHeader('VP8L', (header) => {
		header.writeUInt8(0x2f, 20);
		header.writeUInt32LE((((height - 1) << 14) | (width - 1)) >>> 0, 21);
	});

export const lossyWebp = (width: number, height: number): Buffer =>
	webpHeader('VP8 ', (header) => {
		header.writeUIntBE(0x9d012a, 23, 3);
		header.writeUInt16LE(width, 26);
		header.writeUInt16LE(height, 28);
	});

export function gif(width: number, height: number, version = '89a'): Buffer {
	const header = Buffer.alloc(14);
	header.write(`GIF${version}`, 0, 'latin1');
	header.writeUInt16LE(width, 6);
	header.writeUInt16LE(height, 8);
	return header;
}

/** @param height negative where the rows are stored from the top */
export function bmp(width: number, height: number): Buffer {
	const rowBytes = Math.ceil((width * 3) / 4) * 4;
	const file = Buffer.alloc(54 + rowBytes * Math.abs(height));
	file.write('BM', 0, 'latin1');
	file.writeUInt32LE(file.length, 2);
	file.writeUInt32LE(54, 10);
	file.writeUInt32LE(40, 14);
	file.writeInt32LE(width, 18);
	file.writeInt32LE(height, 22);
	file.writeUInt16LE(1, 26);
	file.writeUInt16LE(24, 28);
	return file;
}
