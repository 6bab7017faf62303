import { describe, expect, test } from '@jest/globals';

import { parsePrompt } from '../../../nodes/TtapiMidjourney/prompts/parsePrompt.ts';

const flagsOf = (prompt: string) =>
	parsePrompt(prompt).flags.map(({ flag, name, value }) => [flag?.names[0] ?? `?${name}`, value]);

test('a prompt is images, text and flags', () => {
	const prompt =
		'https://a.org/1.png <https://s.mj.run/x> a cat, 4k --ar 16:9 --no dogs, text --raw';
	expect(parsePrompt(prompt)).toMatchObject({
		images: ['https://a.org/1.png', 'https://s.mj.run/x'],
		text: 'a cat, 4k',
	});
	expect(flagsOf(prompt)).toEqual([
		['ar', '16:9'],
		['no', 'dogs, text'],
		['raw', ''],
	]);
});

test('a flag says where it stands', () => {
	const prompt = 'a cat  --ar 16:9  --v 7 ';
	const pieces = parsePrompt(prompt).flags.map(({ start, end }) => prompt.slice(start, end));
	expect(pieces).toEqual(['--ar 16:9', '--v 7']);
});

test('a prompt without flags is all text', () => {
	expect(parsePrompt(' a cat ')).toEqual({ images: [], text: 'a cat', flags: [] });
});

describe('flags with other dashes than two hyphens', () => {
	test.each([
		['a cat —ar 16:9', 'ar', '16:9'],
		['a cat –ar 16:9', 'ar', '16:9'],
		['a cat ――ar 16:9', 'ar', '16:9'],
		['a cat −ar 16:9', 'ar', '16:9'],
		['a cat -ow 100', 'ow', '100'],
		['a cat ---ar 16:9', 'ar', '16:9'],
		['a cat -- ar 16:9', 'ar', '16:9'],
		['a cat - - ar 2:3', 'ar', '2:3'],
		['a cat — ar 2:3', 'ar', '2:3'],
		['a cat -s 250', 's', '250'],
		['a cat —v 6.1', 'v', '6.1'],
		['a cat —ar16:9', 'ar', '16:9'],
		['a cat —no dogs', 'no', 'dogs'],
		['a pattern -tile', 'tile', ''],
		['a cat —style raw', 'style', 'raw'],
		['a cat—ar 16:9', 'ar', '16:9'],
		['a cat --ar 1:1 — no dogs', 'no', 'dogs'],
		['a cat —sref https://a.org/1.png', 'sref', 'https://a.org/1.png'],
	])('%s', (prompt, name, value) => {
		expect(flagsOf(prompt).at(-1)).toEqual([name, value]);
		expect(parsePrompt(prompt).flags.at(-1)?.dashes).not.toBe('--');
	});
});

describe('flags with a space missing', () => {
	test.each([
		['a cat --ar16:9', 'ar', '16:9'],
		['a cat --s250', 's', '250'],
		['a cat --q.5', 'q', '.5'],
		['a cat --v6.1', 'v', '6.1'],
		['a cat --ar=16:9', 'ar', '16:9'],
		['a cat --ar:16:9', 'ar', '16:9'],
		['a cat--ar 16:9', 'ar', '16:9'],
		['a cat.--tile', 'tile', ''],
		['a cat --ar 1:1--no dogs', 'no', 'dogs'],
		['a cat --sref https://a.org/1.png--v 7', 'v', '7'],
	])('%s', (prompt, name, value) => {
		expect(flagsOf(prompt).at(-1)).toEqual([name, value]);
		expect(parsePrompt(prompt).flags.at(-1)?.isGlued).toBe(true);
	});
});

describe('dashes in ordinary text', () => {
	test.each([
		'mother—daughter portrait',
		'black -- and white',
		'black -- no colour at all',
		'a well-known car, wide-angle, f/1.8 - shot on film',
		'sunset - no clouds, two boats',
		'a portrait — raw and honest',
		'winter light – style of the old masters',
		'the years 1990--2000',
		'he said--no, never',
		'a knight --bravely riding into the valley at dawn',
		'poster: "NOW -- OR NEVER"',
		'a - b - c - v formation of geese',
		'part 2 - s 250 ml bottle on a table',
		'-',
		'--',
		'---',
	])('%s', (prompt) => {
		expect(flagsOf(prompt)).toEqual([]);
	});

	test('are kept inside the value of --no', () => {
		const prompt = 'a cat --no depth-of-field, low-res - blurry --ar 1:1';
		expect(flagsOf(prompt)[0]).toEqual(['no', 'depth-of-field, low-res - blurry']);
	});

	test('are kept inside an address', () => {
		expect(flagsOf('a cat --sref https://a.org/a--raw/x-v 7')).toHaveLength(1);
	});
});

describe('a flag that nobody knows', () => {
	test.each(['a cat --foo', 'a cat --foo 5', 'a cat --foo --ar 1:1', 'a cat --ar 1:1 --foo x y z'])(
		'is one where flags stand: %s',
		(prompt) => {
			expect(flagsOf(prompt).map(([name]) => name)).toContain('?foo');
		},
	);

	test('is one anywhere if it is nearly one of the table', () => {
		expect(flagsOf('a cat --styleize 100 in the snow')).toEqual([['?styleize', '100 in the snow']]);
	});
});
