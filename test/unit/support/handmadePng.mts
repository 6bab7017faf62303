import { crc32, deflateSync } from 'node:zlib';

/** A PNG of which every choice is the test's: canvas writes only one kind. */
export interface HandmadePng {
	width: number;
	height: number;
	depth: number;
	/** 0 grey, 2 colour, 3 palette, 4 grey with alpha, 6 colour with alpha. */
	colour: number;
	interlace?: number;
	/** Chunks between the header and the rows. */
	before?: Buffer[];
	/** The rows as they are stored, compressed; into how many pieces they are cut does not matter to a reader. */
	compressed: Buffer[];
}

export function handmadePng(png: HandmadePng): Buffer {
	const header = Buffer.alloc(13);
	header.writeUInt32BE(png.width, 0);
	header.writeUInt32BE(png.height, 4);
	header.set([png.depth, png.colour, 0, 0, png.interlace ?? 0], 8);
	return Buffer.concat([
		Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
		chunk('IHDR', header),
		...(png.before ?? []),
		...png.compressed.map((piece) => chunk('IDAT', piece)),
		chunk('IEND'),
	]);
}

export function chunk(type: string, data: Buffer = Buffer.alloc(0)): Buffer {
	const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
	const file = Buffer.alloc(body.length + 8);
	file.writeUInt32BE(data.length, 0);
	body.copy(file, 4);
	file.writeUInt32BE(crc32(body), body.length + 4);
	return file;
}

/** Compresses rows, each stored with its own filter (PNG specification, 9.2). */
export function filteredRows(rows: Buffer[], pixelBytes: number, filters: number[]): Buffer {
	const stored = rows.map((row, y) => {
		const filter = filters[y % filters.length];
		const above = rows[y - 1] ?? Buffer.alloc(row.length);
		const bytes = row.map((byte, x) => {
			const left = row[x - pixelBytes] ?? 0;
			const aboveLeft = above[x - pixelBytes] ?? 0;
			const mean = Math.floor((left + above[x]) / 2);
			return byte - [0, left, above[x], mean, paeth(left, above[x], aboveLeft)][filter];
		});
		return Buffer.from([filter, ...bytes]);
	});
	return deflateSync(Buffer.concat(stored));
}

function paeth(left: number, above: number, aboveLeft: number): number {
	const estimate = left + above - aboveLeft;
	const distances = [left, above, aboveLeft].map((value) => Math.abs(estimate - value));
	return [left, above, aboveLeft][distances.indexOf(Math.min(...distances))];
}
