import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';

import { Base64Text } from '../../../nodes/TtapiMidjourney/transport/jsonBytes.ts';
import { jsonBytes } from '../../../nodes/TtapiMidjourney/transport/jsonBytes.ts';

const SIZES = [0, 1, 2, 3, 1000, 3 * 2 ** 16 - 1, 3 * 2 ** 16, 3 * 2 ** 16 + 1, 1_000_003];

describe('a request with large texts', () => {
	test.each(SIZES)('is the same JSON as with strings, for %i bytes', (size) => {
		const [one, two] = [randomBytes(size), randomBytes(size)];
		const body = { prompt: 'a "fox" – 狐\n', list: [new Base64Text(one, 'data:a;base64,')] };
		const bytes = jsonBytes({ ...body, mask: new Base64Text(two), mode: undefined });
		expect(JSON.parse(bytes!.toString())).toEqual({
			prompt: body.prompt,
			list: [`data:a;base64,${one.toString('base64')}`],
			mask: two.toString('base64'),
		});
	});

	test('knows its length without being encoded', () => {
		for (const size of SIZES) {
			const text = new Base64Text(randomBytes(size), 'data:');
			expect(text.length).toBe([...text.pieces()].join('').length);
		}
	});

	test('is left as it is where nothing in it is large', () => {
		expect(jsonBytes({ prompt: 'a fox' })).toBeUndefined();
		expect(jsonBytes(undefined)).toBeUndefined();
	});
});
