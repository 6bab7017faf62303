import { describe, expect, test } from '@jest/globals';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';

import { transparencyOf } from '../../../nodes/TtapiMidjourney/images/transparency.ts';
import { chunk, filteredRows, handmadePng } from '../support/handmadePng.mts';
import * as pictures from '../support/pictures.mts';

type Paint = ReturnType<ReturnType<typeof createCanvas>['getContext']>;

/** A picture without transparency, but for what `change` makes of it. */
function drawn(type: 'image/png' | 'image/webp', change: (paint: Paint) => void = () => {}) {
	const canvas = createCanvas(40, 30);
	const paint = canvas.getContext('2d');
	const colours = paint.createLinearGradient(0, 0, 40, 30);
	colours.addColorStop(0, 'teal');
	colours.addColorStop(1, 'orange');
	paint.fillStyle = colours;
	paint.fillRect(0, 0, 40, 30);
	change(paint);
	return type === 'image/png' ? canvas.toBuffer(type) : canvas.toBuffer(type, 90);
}

function setAlpha(paint: Paint, x: number, y: number, alpha: number) {
	const pixel = paint.getImageData(x, y, 1, 1);
	pixel.data[3] = alpha;
	paint.putImageData(pixel, x, y);
}

/** The kinds of PNG with alpha, by bytes per pixel and per sample. */
const KINDS = [
	{ name: 'colours with alpha', colour: 6, depth: 8, pixelBytes: 4, sampleBytes: 1 },
	{ name: 'colours with alpha, 16 bit', colour: 6, depth: 16, pixelBytes: 8, sampleBytes: 2 },
	{ name: 'grey with alpha', colour: 4, depth: 8, pixelBytes: 2, sampleBytes: 1 },
	{ name: 'grey with alpha, 16 bit', colour: 4, depth: 16, pixelBytes: 4, sampleBytes: 2 },
];
type Kind = (typeof KINDS)[number];

const WIDTH = 7;
const HEIGHT = 5;

/** Rows of an opaque picture whose colours are all different. */
function opaqueRows({ pixelBytes, sampleBytes }: Kind): Buffer[] {
	return Array.from(
		{ length: HEIGHT },
		(_, y) =>
			Buffer.alloc(WIDTH * pixelBytes).map((_byte, x) =>
				x % pixelBytes >= pixelBytes - sampleBytes ? 255 : (x * 37 + y * 101) % 256,
			) as Buffer,
	);
}

function pngOf(kind: Kind, rows: Buffer[], filters: number[], pieceBytes = Infinity): Buffer {
	const compressed = filteredRows(rows, kind.pixelBytes, filters);
	const pieces: Buffer[] = [];
	for (let at = 0; at < compressed.length; at += pieceBytes) {
		pieces.push(compressed.subarray(at, at + pieceBytes));
	}
	return handmadePng({ ...kind, width: WIDTH, height: HEIGHT, compressed: pieces });
}

/** The alpha of each pixel, as canvas reads the file. */
async function alphaOf(png: Buffer): Promise<number[]> {
	const canvas = createCanvas(WIDTH, HEIGHT);
	const paint = canvas.getContext('2d');
	paint.drawImage(await loadImage(png), 0, 0);
	return [...paint.getImageData(0, 0, WIDTH, HEIGHT).data].filter((_, index) => index % 4 === 3);
}

describe('a PNG drawn with canvas', () => {
	test.each([
		['without a transparent pixel', 'none', () => {}],
		['with a hole', 'some', (paint: Paint) => paint.clearRect(5, 5, 9, 9)],
		['with only its last pixel transparent', 'some', (paint: Paint) => setAlpha(paint, 39, 29, 0)],
		['with only its first pixel transparent', 'some', (paint: Paint) => setAlpha(paint, 0, 0, 0)],
		[
			'with one pixel that is nearly opaque',
			'some',
			(paint: Paint) => setAlpha(paint, 17, 21, 254),
		],
	])('%s has: %s', async (_, expected, change) => {
		expect(await transparencyOf(drawn('image/png', change))).toBe(expected);
	});
});

describe.each(KINDS)('a PNG of $name', (kind) => {
	const lastAlpha = (WIDTH - 1) * kind.pixelBytes + kind.pixelBytes - 1;

	describe.each([
		['no filter', [0]],
		['the filter Sub', [1]],
		['the filter Up', [2]],
		['the filter Average', [3]],
		['the filter Paeth', [4]],
		['another filter in each row', [4, 3, 2, 1, 0]],
		['another filter in each row, turned round', [3, 0, 4, 1, 2]],
	])('with %s', (_, filters) => {
		test('is opaque, wherever the file is cut into pieces', async () => {
			const rows = opaqueRows(kind);
			expect(new Set(await alphaOf(pngOf(kind, rows, filters)))).toEqual(new Set([255]));
			for (const pieceBytes of [1, 2, 7, Infinity]) {
				expect(await transparencyOf(pngOf(kind, rows, filters, pieceBytes))).toBe('none');
			}
		});

		test('has transparency, whichever pixel it is that misses the least', async () => {
			for (let y = 0; y < HEIGHT; y++) {
				for (let x = kind.pixelBytes - 1; x <= lastAlpha; x += kind.pixelBytes) {
					const rows = opaqueRows(kind);
					rows[y][x] = 254;
					expect(await transparencyOf(pngOf(kind, rows, filters))).toBe('some');
				}
			}
		});

		test('is made as canvas reads it', async () => {
			const rows = opaqueRows(kind);
			for (let byte = 0; byte < kind.sampleBytes; byte++)
				rows[3][kind.pixelBytes * 2 - 1 - byte] = 0;
			const alpha = await alphaOf(pngOf(kind, rows, filters));
			expect(alpha.flatMap((value, at) => (value === 255 ? [] : [[at, value]]))).toEqual([
				[3 * WIDTH + 1, 0],
			]);
		});
	});
});

describe('a PNG without an alpha channel', () => {
	const plain = { width: 4, height: 1, depth: 8 };
	const compressed = [deflateSync(Buffer.alloc(13))];
	const grey = { ...plain, colour: 0, compressed };
	const colours = { ...plain, colour: 2, compressed };
	const palette = { ...plain, colour: 3, compressed };
	const entries = chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));

	test.each([
		['grey', grey],
		['colours', colours],
		['a palette', { ...palette, before: [entries] }],
		['a palette of two colours', { ...palette, depth: 1, before: [entries] }],
		['colours, interlaced', { ...colours, interlace: 1 }],
	])('is opaque: %s', async (_, png) => {
		expect(await transparencyOf(handmadePng(png))).toBe('none');
	});

	test.each([
		['grey', { ...grey, before: [chunk('tRNS', Buffer.from([0, 0]))] }],
		['colours', { ...colours, before: [chunk('tRNS', Buffer.alloc(6))] }],
		['a palette', { ...palette, before: [entries, chunk('tRNS', Buffer.from([0]))] }],
	])('may have transparency where it names a transparent colour: %s', async (_, png) => {
		expect(await transparencyOf(handmadePng(png))).toBe('unknown');
	});
});

describe('other formats', () => {
	const bmpOf = (bits: number) => {
		const file = pictures.bmp(3, 3);
		file.writeUInt16LE(bits, 28);
		return file;
	};
	const losslessWithAlpha = pictures.losslessWebp(30, 16_384);
	losslessWithAlpha[24] |= 0x10;

	test.each([
		['a JPEG', 'none', pictures.jpeg()],
		['an extended WebP', 'none', drawn('image/webp')],
		[
			'an extended WebP with a hole',
			'unknown',
			drawn('image/webp', (p) => p.clearRect(5, 5, 9, 9)),
		],
		['a lossless WebP', 'none', pictures.losslessWebp(30, 16_384)],
		['a lossless WebP with alpha', 'unknown', losslessWithAlpha],
		['a lossy WebP', 'none', pictures.lossyWebp(30, 20)],
		['a BMP of 24 bit', 'none', bmpOf(24)],
		['a BMP of 8 bit', 'none', bmpOf(8)],
		['a BMP of 16 bit', 'unknown', bmpOf(16)],
		['a BMP of 32 bit', 'unknown', bmpOf(32)],
		['a BMP with a PNG inside', 'unknown', bmpOf(0)],
		['a GIF', 'unknown', pictures.gif(30, 20)],
		['a text', 'unknown', Buffer.from('no picture at all')],
		['nothing', 'unknown', Buffer.alloc(0)],
	])('%s: %s', async (_, expected, bytes) => {
		expect(await transparencyOf(bytes)).toBe(expected);
	});
});

describe('a PNG that cannot be read', () => {
	const [kind] = KINDS;
	const rows = opaqueRows(kind);
	const whole = pngOf(kind, rows, [4], 9);
	const stored = (bytes: Buffer, more = {}) =>
		handmadePng({ ...kind, width: 1, height: 2, compressed: [deflateSync(bytes)], ...more });
	const opaque = Buffer.from([0, 1, 2, 3, 255, 0, 1, 2, 3, 255]);
	const withByte = (at: number, value: number, bytes = stored(opaque)) => {
		const changed = Buffer.from(bytes);
		changed[at] = value;
		return changed;
	};

	test('is one that could be read before it was broken', async () => {
		expect(await transparencyOf(whole)).toBe('none');
		expect(await transparencyOf(stored(opaque))).toBe('none');
	});

	test('is unknown wherever it is cut off', async () => {
		const end = whole.indexOf('IEND') - 8;
		for (let at = 0; at < end; at++) {
			expect(await transparencyOf(whole.subarray(0, at))).toBe('unknown');
		}
	});

	test('is never opaque by one wrong byte of its rows, and never an error', async () => {
		const file = stored(opaque);
		const start = file.indexOf('IDAT') + 4;
		for (let at = start; at < file.indexOf('IEND') - 8; at++) {
			const answer = await transparencyOf(withByte(at, file[at] ^ 0x55));
			expect(['some', 'unknown']).toContain(answer);
		}
	});

	test.each([
		['is interlaced', stored(opaque, { interlace: 1 })],
		['has no width', stored(opaque, { width: 0 })],
		['has no height', stored(opaque, { height: 0 })],
		['has more rows than are there', stored(opaque, { height: 3 })],
		['has half a row less', stored(opaque.subarray(0, 7))],
		['has a filter that does not exist', stored(withByte(5, 5, opaque))],
		['has no rows', stored(opaque, { compressed: [] })],
		['has empty rows', stored(opaque, { compressed: [Buffer.alloc(0)] })],
		['has rows that are no compressed data', stored(opaque, { compressed: [opaque] })],
		['has a colour type that does not exist', stored(opaque, { colour: 5 })],
		['has a depth that does not exist', stored(opaque, { depth: 4 })],
		['has another compression', withByte(26, 1)],
		['has other filters', withByte(27, 1)],
		['begins with another chunk', withByte(12, 0x43)],
		[
			'has a chunk that is longer than the file',
			withByte(33, 0xff, stored(opaque, { before: [chunk('tEXt')] })),
		],
		['is without rows and alpha', stored(opaque, { colour: 2, compressed: [] })],
	])('is unknown where it %s', async (_, png) => {
		expect(await transparencyOf(png)).toBe('unknown');
	});

	test('is opaque where only more follows than belongs to it', async () => {
		expect(await transparencyOf(stored(Buffer.concat([opaque, opaque])))).toBe('none');
	});
});

describe('a small file of a large picture', () => {
	const SIDE = 16_384;
	const [kind] = KINDS;
	/** A piece of a compressed stream, which others can follow. */
	const piece = (bytes: Buffer) => deflateRawSync(bytes, { finishFlush: constants.Z_FULL_FLUSH });
	const large = (pieces: Buffer[], width = SIDE) =>
		handmadePng({
			...kind,
			width,
			height: SIDE,
			compressed: [Buffer.concat([Buffer.from([0x78, 0x9c]), ...pieces])],
		});

	/** Stored as the difference from the row above, so all 0. */
	const sameRow = Buffer.alloc(1 + SIDE * 4);
	sameRow[0] = 2;
	const firstRow = Buffer.alloc(sameRow.length, 255);
	firstRow[0] = 0;
	const transparentRow = Buffer.alloc(sameRow.length);

	test('takes no more memory than a small picture', async () => {
		const half = Array<Buffer>(SIDE / 2 - 1).fill(piece(sameRow));
		const png = large([piece(firstRow), ...half, piece(transparentRow), ...half]);
		expect(png.length).toBeLessThan(2 * 1024 ** 2);

		const peakKb = () => process.resourceUsage().maxRSS;
		const before = peakKb();
		// 512 MB lie before the first transparent pixel, as many behind it.
		expect(await transparencyOf(png)).toBe('some');
		expect(peakKb() - before).toBeLessThan(128 * 1024);
	}, 120_000);

	test('is read only to the first transparent pixel', async () => {
		const broken = Buffer.alloc(1000, 255);
		expect(await transparencyOf(large([piece(firstRow), broken]))).toBe('unknown');
		expect(await transparencyOf(large([piece(transparentRow), broken]))).toBe('some');
	});

	test('is not read where it has more pixels than any real one', async () => {
		expect(await transparencyOf(large([piece(transparentRow)], SIDE + 1))).toBe('unknown');
	});
});
