import { describe, expect, test } from '@jest/globals';

import * as read from '../../../nodes/TtapiMidjourney/images/readPictures.ts';
import { InputError, StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { caught } from '../support/caught.mts';
import { fakeDownloader, file } from '../support/downloads.mts';
import { fakeContext } from '../support/fakeContext.mts';
import * as pictures from '../support/pictures.mts';

const PNG = pictures.png(30, 20);
const BASE64 = PNG.toString('base64');

test('names of binary fields are separated by commas', () => {
	expect(read.splitNames(' data, image_1,,image_2 ')).toEqual(['data', 'image_1', 'image_2']);
});

describe('a picture as text', () => {
	test.each([
		['without the data: prefix', BASE64],
		['with it', `data:image/png;base64,${BASE64}`],
		['with a wrong type in it', `data:image/jpeg;base64,${BASE64}`],
		['broken into lines', (BASE64.match(/.{1,20}/g) ?? []).join('\r\n')],
	])('is taken %s, its type from the bytes', async (_, given) => {
		const source = read.base64Source(given);
		const info = { mimeType: 'image/png', width: 30, height: 20 };
		expect(await source.peek()).toEqual(info);
		const picture = await source.load();
		expect(picture).toEqual({ ...info, bytes: PNG });
		expect([...read.asDataUrl(picture).pieces()].join('')).toBe(`data:image/png;base64,${BASE64}`);
	});

	test.each([
		['nothing', ''],
		['a word', 'hello'],
		['another file', Buffer.from('%PDF-1.7 a document').toString('base64')],
		['an address', 'https://a.org/1.png'],
		['a picture with something behind it', `${BASE64} and "more"!`],
	])('is refused before anything is sent: %s', async (_, given) => {
		const error = await caught(() => read.base64Source(given), InputError);
		expect(error.message).toMatch(/does not contain an image/);
		expect(error.description).toMatch(/PNG, JPEG, WebP/);
	});
});

describe('a picture in a binary field', () => {
	/** A store that counts how much is read from it. */
	function stored(bytes: Buffer, binary: object = { data: { id: 'a' }, image_1: { id: 'b' } }) {
		const asked: unknown[] = [];
		const read = { bytes: 0 };
		const { context } = fakeContext({
			items: [{ json: {} }, { json: {}, binary }] as never,
			helpers: {
				getBinaryDataBuffer: async (...parameters: unknown[]) => {
					asked.push(parameters);
					return bytes;
				},
				getBinaryStream: async function* () {
					for (let at = 0; at < bytes.length; at += 65_536) {
						const chunk = bytes.subarray(at, at + 65_536);
						read.bytes += chunk.length;
						yield chunk;
					}
				},
			},
		});
		return { item: { context, index: 1 }, asked, read };
	}

	test('is read from its own item and field, its type from the bytes', async () => {
		const { item, asked } = stored(pictures.webp(8, 6));
		expect(await read.binarySource(item, 'image_1').load()).toEqual({
			mimeType: 'image/webp',
			width: 8,
			height: 6,
			bytes: pictures.webp(8, 6),
		});
		expect(asked).toEqual([[1, 'image_1']]);
	});

	test('says its type and size before the rest of it is loaded', async () => {
		const { item, asked, read: taken } = stored(Buffer.concat([PNG, Buffer.alloc(10_000_000)]));
		const info = await read.binarySource(item, 'data').peek();
		expect(info).toEqual({ mimeType: 'image/png', width: 30, height: 20 });
		expect(taken.bytes).toBeLessThan(1_000_000);
		expect(asked).toEqual([]);
	});

	test('says its type where n8n keeps the data in the item itself', async () => {
		const { item } = stored(PNG, { data: { data: BASE64 } });
		expect(await read.binarySource(item, 'data').peek()).toMatchObject({ width: 30, height: 20 });
	});

	test('that is no picture names the field', async () => {
		const { item } = stored(Buffer.from('a text'));
		const source = read.binarySource(item, 'data');
		await expect(source.peek()).rejects.toThrow(/"data".* does not contain an image/);
		await expect(source.load()).rejects.toThrow(/"data".* does not contain an image/);
	});

	test('that is missing is told, with the fields that there are', async () => {
		const { item } = stored(PNG);
		const error = await caught(() => read.binarySource(item, 'photo'), InputError);
		expect(error.message).toMatch(/no binary field "photo"/);
		expect(error.description).toMatch(/data, image_1/);
	});

	test.each(['toString', 'constructor', '__proto__'])(
		'that is missing is told: %s',
		async (field) => {
			const { item } = stored(PNG);
			const error = await caught(() => read.binarySource(item, field), InputError);
			expect(error.message).toContain(`no binary field "${field}"`);
		},
	);

	test('that is missing is told where the item has no binary data at all', async () => {
		const { item } = stored(PNG);
		const error = await caught(() => read.binarySource({ ...item, index: 0 }, 'data'), InputError);
		expect(error.description).toMatch(/no binary data at all/);
	});
});

describe('a picture at an address', () => {
	const load = async (answer: () => unknown, address = 'https://a.org/1.png') => {
		const { downloader, run } = fakeDownloader(answer);
		return await run(read.urlSource(downloader, address).load());
	};

	test('is downloaded, its type from the bytes and not from the name', async () => {
		const answer = () => file(pictures.jpeg(30, 20), { 'content-type': 'text/plain' });
		expect(await load(answer)).toMatchObject({ mimeType: 'image/jpeg', width: 30, height: 20 });
	});

	test.each([
		['is not there', () => file(PNG, {}, 404), /could not be loaded.*HTTP 404/],
		['is a web page', () => file(Buffer.from('<html>')), /does not contain an image/],
	])('that %s names the address', async (_, answer, why) => {
		const error = await caught(load(answer), InputError);
		expect(error.message).toMatch(why);
		expect(error.message).toContain('https://a.org/1.png');
	});

	test('is not loaded only to look at it', async () => {
		const { downloader, downloads } = fakeDownloader(() => file());
		expect(await read.urlSource(downloader, 'https://a.org/1.png').peek()).toBeUndefined();
		expect(downloads).toEqual([]);
	});

	test('is not called wrong when the node was stopped', async () => {
		const fake = fakeDownloader(() => {
			fake.stop.abort();
			throw new Error('canceled');
		});
		const loading = read.urlSource(fake.downloader, 'https://a.org/1.png').load();
		await expect(fake.run(loading)).rejects.toBeInstanceOf(StoppedError);
	});

	test('in a private network is refused', async () => {
		const loading = load(() => file(), 'http://10.0.0.1/1.png');
		expect((await caught(loading, InputError)).message).toMatch(/private network/);
	});
});
