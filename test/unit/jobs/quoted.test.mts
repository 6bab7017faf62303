import { describe, expect, test } from '@jest/globals';

import { inShort, quoted, saidInShort } from '../../../nodes/TtapiMidjourney/jobs/quoted.ts';

const MEGABYTES = `data:image/png;base64,${'A'.repeat(3_000_000)}`;

test.each([
	['a "b"', '"a "b""'],
	['x'.repeat(100), `"${'x'.repeat(100)}"`],
	['x'.repeat(101), `"${'x'.repeat(100)}..."`],
	[[1], 'a list'],
	[{}, 'an object'],
	[null, 'null'],
	[undefined, 'undefined'],
	[7, '7'],
])('errors quote %j as %s', (given, expected) => expect(quoted(given)).toBe(expected));

describe('a text of some megabytes', () => {
	test('is cut to 100 characters, and to 300 if TTAPI says it', () => {
		expect(inShort(MEGABYTES)).toBe(`${MEGABYTES.slice(0, 100)}...`);
		expect(saidInShort(MEGABYTES)).toBe(`${MEGABYTES.slice(0, 300)}...`);
	});

	test('is not cut in the middle of a character', () => {
		expect(inShort(`${'x'.repeat(99)}😀`)).toBe(`${'x'.repeat(99)}...`);
	});
});
