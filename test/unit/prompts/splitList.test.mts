import { describe, expect, test } from '@jest/globals';

import { splitList } from '../../../nodes/TtapiMidjourney/prompts/typed.ts';

describe('a list as people type it', () => {
	test.each([
		['one a line', 'https://a.org/1.png\nhttps://a.org/2.png'],
		['lines of Windows', 'https://a.org/1.png\r\nhttps://a.org/2.png\r\n'],
		['a comma before http', 'https://a.org/1.png,https://a.org/2.png'],
		['a comma and a space', ' https://a.org/1.png, https://a.org/2.png '],
		['an array by expression', ['https://a.org/1.png', ' https://a.org/2.png ', '', null]],
		['empty lines', '\n\nhttps://a.org/1.png\n\nhttps://a.org/2.png\n'],
	])('of addresses: %s', (_, given) => {
		expect(splitList(given)).toEqual(['https://a.org/1.png', 'https://a.org/2.png']);
	});

	test('keeps a comma that belongs to an address', () => {
		expect(splitList('https://a.org/w_100,h_50/1.png')).toHaveLength(1);
	});

	test('keeps the comma of a data: prefix', () => {
		expect(splitList('data:image/png;base64,AAA\ndata:image/png;base64,BBB')).toEqual([
			'data:image/png;base64,AAA',
			'data:image/png;base64,BBB',
		]);
	});

	test.each([[undefined], [null], [''], [[]]])('is empty for %j', (given) => {
		expect(splitList(given)).toEqual([]);
	});
});
