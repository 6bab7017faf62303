import { describe, expect, test } from '@jest/globals';

import { maskPng, type Region } from '../../../nodes/TtapiMidjourney/images/maskPng.ts';
import { readImageInfo } from '../../../nodes/TtapiMidjourney/images/imageBytes.ts';
import { boxes, pixelsOf, type Box } from '../../engine/support/mask.mts';

const region = ([left, top, right, bottom]: Box): Region => ({ left, top, right, bottom });
const draw = async (width: number, height: number, ...white: Box[]) =>
	await maskPng(width, height, white.map(region));

describe('a mask is white in its regions and black elsewhere, pixel by pixel:', () => {
	test.each<[title: string, width: number, height: number, white: Box[]]>([
		['one region', 20, 10, [[3, 2, 9, 7]]],
		['one pixel', 20, 10, [[19, 9, 20, 10]]],
		['the whole picture', 20, 10, [[0, 0, 20, 10]]],
		[
			'along all four edges',
			33,
			21,
			[
				[0, 0, 33, 1],
				[0, 20, 33, 21],
				[0, 0, 1, 21],
				[32, 0, 33, 21],
			],
		],
		[
			'regions that overlap',
			40,
			30,
			[
				[5, 5, 20, 20],
				[10, 10, 30, 25],
				[5, 5, 6, 30],
			],
		],
		[
			'regions that touch',
			40,
			30,
			[
				[0, 0, 20, 15],
				[20, 15, 40, 30],
			],
		],
		['a picture of one pixel', 1, 1, [[0, 0, 1, 1]]],
		['nothing', 7, 7, []],
	])('%s', async (_title, width, height, white) => {
		const mask = await draw(width, height, ...white);
		expect(await pixelsOf(mask)).toBe(boxes(width, height, ...white));
	});
});

test('a large mask is small: 20 regions in 1632 x 2912 pixels', async () => {
	const white = Array.from({ length: 20 }, (_, n): Box => [
		n * 37,
		n * 61,
		n * 71 + 100,
		n * 131 + 200,
	]);
	const mask = await draw(1632, 2912, ...white);
	expect(mask.length).toBeLessThan((1632 * 2912) / 100);
	expect(readImageInfo(mask)).toEqual({ mimeType: 'image/png', width: 1632, height: 2912 });
	expect(await pixelsOf(mask)).toBe(boxes(1632, 2912, ...white));
});

test('the same regions give the same bytes, as a retry has to send what was sent', async () => {
	const [one, two] = [
		await draw(640, 480, [1, 2, 300, 400]),
		await draw(640, 480, [1, 2, 300, 400]),
	];
	expect(one.equals(two)).toBe(true);
	expect(one.equals(await draw(640, 480, [1, 2, 300, 401]))).toBe(false);
});
