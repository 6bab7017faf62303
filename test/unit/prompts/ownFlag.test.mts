import { describe, expect, test } from '@jest/globals';

import { withoutDashes, withoutFlag } from '../../../nodes/TtapiMidjourney/prompts/typed.ts';

describe("a field's own flag", () => {
	test.each([
		...['--ar 16:9', '-ar 16:9', '— ar 16:9', '- - ar 16:9', '–ar 16:9', '−−ar 16:9', '－ar 16:9'],
		...['--ar=16:9', '--ar: 16:9', '--ar = 16:9', '--ar16:9', '--ar\t16:9', '--AR 16:9'],
		...['--aspect 16:9', '—Aspect=16:9', '--ar 16:9 ', '16:9'],
	])('is taken off in any spelling: %j', (typed) => {
		expect(withoutFlag('ar', typed)).toBe('16:9');
	});

	test.each([
		['seed', '--seed 5', '5'],
		['seed', '--sameseed 5', '5'],
		['s', '--stylize 250', '250'],
		['s', '--s 250', '250'],
		['iw', '--iw.5', '.5'],
		['c', '--chaos={10, 20}', '{10, 20}'],
		['c', '--c{10, 20}', '{10, 20}'],
		['p', '--personalize abc123', 'abc123'],
		['sref', '--sref https://a.org/1.png', 'https://a.org/1.png'],
		['no', '--no people, text-heavy signs', 'people, text-heavy signs'],
	])('--%s: %j is %j', (name, typed, expected) => {
		expect(withoutFlag(name, typed)).toBe(expected);
	});

	test.each(['--raw', '—raw', '--RAW ', '- raw'])('by itself leaves nothing: %j', (typed) => {
		expect(withoutFlag('raw', typed)).toBe('');
	});

	test.each([
		['no', 'no people'],
		['no', '--noise'],
		['no', '--none of these'],
		['c', '-5'],
		['c', '--cref 5'],
		['s', '--sref 5'],
		['ar', '{--ar 16:9, --ar 1:1}'],
		['p', 'p12345'],
		['c', ''],
	])('is left alone if it is another word: --%s of %j', (name, typed) => {
		expect(withoutFlag(name, typed)).toBe(typed);
	});

	test('is taken off once, in front only', () => {
		expect(withoutFlag('sref', '--sref a --sref b')).toBe('a --sref b');
	});

	test('may be one that the table does not have', () => {
		expect(withoutFlag('brandnew', '--brandnew 5')).toBe('5');
	});
});

test.each([
	['--niji 6', 'niji 6'],
	['—niji 6', 'niji 6'],
	['- - niji 6', 'niji 6'],
	['niji 6', 'niji 6'],
	['6-1', '6-1'],
])('hyphens alone are taken off: %j is %j', (typed, expected) => {
	expect(withoutDashes(typed)).toBe(expected);
});
