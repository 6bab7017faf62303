import { describe, expect, test } from '@jest/globals';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	findChoice,
	isFlagText,
	isUnset,
	readChoice,
	readFlag,
	readList,
	readNumber,
	readText,
} from '../../../nodes/TtapiMidjourney/parameters/read.ts';
import { caught } from '../support/caught.mts';

/** What expressions give for a field of a sheet that is empty or not there. */
const UNSET = [undefined, null, '', ' \n '];

test.each(UNSET)('%p is not set', (given) => expect(isUnset(given)).toBe(true));
test.each([0, false, NaN, [], {}, 'x'])('%p is set', (given) => expect(isUnset(given)).toBe(false));

describe('a text', () => {
	const read = (given: unknown) => readText('Prompt', given);

	test.each([
		['  a cat \n', 'a cat'],
		[4711, '4711'],
		[0, '0'],
	])('%p reads %p', (given, expected) => expect(read(given)).toBe(expected));

	test.each(UNSET)('is empty if it is not set: %p', (given) => expect(read(given)).toBe(''));

	test.each([
		[{ text: 'a' }, 'an object'],
		[['a'], 'a list'],
		[NaN, 'NaN'],
		[true, 'true'],
		[false, 'false'],
	])('cannot be %j', async (given, what) => {
		const { message, description } = await caught(() => read(given), InputError);
		expect(message).toBe(`'Prompt' must be text (got ${what})`);
		expect(description).toContain('{{ $json.prompt }}');
	});

	test('may have to be something else', () => {
		expect(() => readText('Chaos', {}, 'a number')).toThrow(
			"'Chaos' must be a number (got an object)",
		);
	});
});

describe('a flag', () => {
	const read = (given: unknown) => readFlag('Raw', given);

	test.each([true, 'true', 'TRUE', ' True\n', 1, '1', 'yes', 'YES', 'on', 'On'])(
		'%p is a yes',
		(given) => {
			expect([read(given), isFlagText(given)]).toEqual([true, true]);
		},
	);

	test.each([false, 'false', 'FALSE', ' False\n', 0, '0', 'no', 'NO', 'off', 'Off'])(
		'%p is a no',
		(given) => {
			expect([read(given), isFlagText(given)]).toEqual([false, true]);
		},
	);

	test.each(UNSET)('is undefined if it is not set: %p', (given) => {
		expect([read(given), isFlagText(given)]).toEqual([undefined, false]);
	});

	test.each([
		['maybe', '"maybe"'],
		['truely', '"truely"'],
		[2, '2'],
		[NaN, 'NaN'],
		[{ raw: true }, 'an object'],
		[[true], 'a list'],
		[['false'], 'a list'],
		[[], 'a list'],
	])('%j is neither', async (given, what) => {
		expect(isFlagText(given)).toBe(false);
		const { message, description } = await caught(() => read(given), InputError);
		expect(message).toBe(`'Raw' must be true or false (got ${what})`);
		expect(description).toMatch(/true or false.*Yes and no/);
	});
});

describe('a number', () => {
	const timeout = { least: 300, most: 1200, isWhole: true, unit: 'seconds' };

	test.each([
		[300, 300],
		['1200', 1200],
		[' 600.0\n', 600],
		['6e2', 600],
	])('%p reads %p', (given, expected) => {
		expect(readNumber('Job Timeout', given, timeout)).toBe(expected);
	});

	test.each(UNSET)('is undefined if it is not set: %p', (given) => {
		expect(readNumber('Job Timeout', given, timeout)).toBeUndefined();
	});

	test.each<[unknown, string]>([
		[299, '299'],
		[1201, '1201'],
		[300.5, '300.5'],
		['soon', '"soon"'],
		['600 s', '"600 s"'],
		[NaN, 'NaN'],
		[Infinity, 'Infinity'],
		[true, 'true'],
		[[600], 'a list'],
		[{}, 'an object'],
	])('%p is refused with its limits and what was given', async (given, got) => {
		const { message, description } = await caught(
			() => readNumber('Job Timeout', given, timeout),
			InputError,
		);
		expect(message).toBe(`'Job Timeout' must be 300 to 1200 seconds (got ${got})`);
		expect(description).toBe('Use a whole number, or remove the value to use the default.');
	});

	test.each([
		[{}, 'must be a number ('],
		[{ least: 1 }, 'must be a number from 1 ('],
		[{ least: 1, isWhole: true }, 'must be a whole number from 1 ('],
		[{ most: 5 }, 'must be 0 to 5 ('],
		[{ least: 1, most: 5 }, 'must be 1 to 5 ('],
	])('says what it must be: %j', (limits, says) => {
		expect(() => readNumber('Limit', 'many', limits)).toThrow(says);
	});

	test('has no end, but may not be endless', () => {
		expect(readNumber('Limit', 1e15, { least: 1 })).toBe(1e15);
		expect(() => readNumber('Limit', 'Infinity', { least: 1 })).toThrow(/got "Infinity"/);
	});

	test('may have an advice of its own', async () => {
		const error = await caught(() => readNumber('X', 'left', {}, 'Use numbers.'), InputError);
		expect(error.description).toBe('Use numbers.');
	});
});

describe('a choice', () => {
	const MODES = [
		{ value: 'fast', name: 'Fast' },
		{ value: 'itemPerImage', name: 'One Item per Image' },
		{ value: 'SQUARE', name: 'Square (1:1)' },
	];
	const COUNTS = [0, 1, 4].map((value) => ({ value, name: `Video ${value + 1}` }));

	test.each([
		['fast', 'fast'],
		[' FAST\n', 'fast'],
		['Fast', 'fast'],
		['itemperimage', 'itemPerImage'],
		['one item per image', 'itemPerImage'],
		['square', 'SQUARE'],
		['SQUARE (1:1)', 'SQUARE'],
	])('is read by its value or its name, in any case: %p', (given, expected) => {
		expect(readChoice('Mode', given, MODES)).toBe(expected);
		expect(findChoice(given, MODES)).toBe(expected);
	});

	test.each([
		[4, 4],
		['4', 4],
		['4.0', 4],
		[' 0 ', 0],
		[0, 0],
		['video 5', 4],
	])('is a number also as text: %p', (given, expected) => {
		expect(readChoice('Video', given, COUNTS)).toBe(expected);
	});

	test.each(UNSET)('is undefined if it is not set: %p', (given) => {
		expect(readChoice('Video', given, COUNTS)).toBeUndefined();
		expect(findChoice(given, COUNTS)).toBeUndefined();
	});

	test.each([
		['warp', '"warp"'],
		['toString', '"toString"'],
		[0, '0'],
		[NaN, 'NaN'],
		[['fast'], 'a list'],
		[{}, 'an object'],
	])('cannot be anything else: %j', async (given, got) => {
		expect(findChoice(given, MODES)).toBeUndefined();
		const { message, description } = await caught(
			() => readChoice('Mode', given, MODES),
			InputError,
		);
		expect(message).toBe(`'Mode' can't be ${got}`);
		expect(description).toBe('Use one of: fast, itemPerImage, SQUARE.');
	});

	test.each([2, '', false, true, [0], {}, '1st'])('of numbers is not %j', (given) => {
		expect(findChoice(given, COUNTS)).toBeUndefined();
	});
});

describe('a list', () => {
	test.each<[unknown, unknown[]]>([
		[
			['a', 7],
			['a', 7],
		],
		['a', ['a']],
		['a, b', ['a', ' b']],
		[[], []],
		...UNSET.map((given): [unknown, unknown[]] => [given, []]),
	])('%j reads %j', (given, expected) => expect(readList('Actions', given)).toEqual(expected));

	test.each([
		[7, '7'],
		[true, 'true'],
		[{ SUCCESS: true }, 'an object'],
	])('cannot be %j', (given, got) => {
		expect(() => readList('Actions', given)).toThrow(`'Actions' must be a list (got ${got})`);
	});
});
