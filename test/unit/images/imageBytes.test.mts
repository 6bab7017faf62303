import { describe, expect, test } from '@jest/globals';

import { readImageInfo } from '../../../nodes/TtapiMidjourney/images/imageBytes.ts';
import * as pictures from '../support/pictures.mts';

describe('type and size come from the bytes', () => {
	test.each([
		['a PNG', pictures.png(31, 17), 'image/png', 31, 17],
		['a JPEG', pictures.jpeg(31, 17), 'image/jpeg', 31, 17],
		['a JPEG of a camera', pictures.cameraJpeg(31, 17, 60_000), 'image/jpeg', 31, 17],
		['an extended WebP', pictures.webp(31, 17), 'image/webp', 31, 17],
		['a lossless WebP', pictures.losslessWebp(5000, 16_384), 'image/webp', 5000, 16_384],
		['a lossy WebP', pictures.lossyWebp(5000, 16_383), 'image/webp', 5000, 16_383],
		['a GIF', pictures.gif(640, 480), 'image/gif', 640, 480],
		['an old GIF', pictures.gif(640, 480, '87a'), 'image/gif', 640, 480],
		['a BMP', pictures.bmp(31, 17), 'image/bmp', 31, 17],
		['a BMP from the top', pictures.bmp(31, -17), 'image/bmp', 31, 17],
	])('of %s', (_, bytes, mimeType, width, height) => {
		expect(readImageInfo(bytes)).toEqual({ mimeType, width, height });
	});
});

describe('a picture that is cut off', () => {
	test.each([
		['a PNG', pictures.png().subarray(0, 20), 'image/png'],
		['a JPEG', pictures.jpeg().subarray(0, 10), 'image/jpeg'],
		['a WebP', pictures.webp().subarray(0, 20), 'image/webp'],
		['a GIF', pictures.gif(1, 1).subarray(0, 7), 'image/gif'],
	])('still says its type, but no size: %s', (_, bytes, mimeType) => {
		expect(readImageInfo(bytes)).toEqual({ mimeType });
	});

	test.each([
		['a PNG', pictures.png()],
		['a JPEG', pictures.cameraJpeg(31, 17, 500)],
		['an extended WebP', pictures.webp()],
		['a lossy WebP', pictures.lossyWebp(3, 3)],
		['a lossless WebP', pictures.losslessWebp(3, 3)],
		['a GIF', pictures.gif(1, 1)],
		['a BMP', pictures.bmp(3, 3)],
	])('is read without an error, wherever it ends: %s', (_, bytes) => {
		for (let end = 0; end < Math.min(bytes.length, 600); end++) {
			expect(() => readImageInfo(bytes.subarray(0, end))).not.toThrow();
		}
	});
});

describe('what is not a picture', () => {
	test.each([
		['nothing', ''],
		['a text', 'hello, this is no picture at all'],
		['a web page', '<!doctype html><html><body>not found</body></html>'],
		['a drawing as text', '<svg xmlns="http://www.w3.org/2000/svg"></svg>'],
		['a PDF', '%PDF-1.7 and so on, and so on, and so on'],
		['a sound in the same container as WebP', 'RIFF\x10\x00\x00\x00WAVEfmt and so on and so on'],
		['a text that begins like a BMP', 'BMW is a maker of cars and motorcycles in Munich'],
	])('has no type: %s', (_, content) => {
		expect(readImageInfo(Buffer.from(content, 'latin1'))).toBeUndefined();
	});
});
