import { describe, expect, test } from '@jest/globals';

import { composePrompt } from '../../../nodes/TtapiMidjourney/prompts/composePrompt.ts';
import { lintPrompt } from '../../../nodes/TtapiMidjourney/prompts/lintPrompt.ts';
import { BROKEN } from './library/broken.mts';
import { GOOD } from './library/good.mts';

const rulesOf = (prompt: string) => lintPrompt(prompt).map(({ rule }) => rule);
const IMAGE = 'https://a.org/1.png';

describe('the library', () => {
	test.each(GOOD)('nothing is found in: %s', (prompt) => {
		expect(lintPrompt(prompt)).toEqual([]);
	});

	test.each(BROKEN.map(({ prompt, rule, at }) => [rule, prompt, at] as const))(
		'%s is found in: %.80s',
		(rule, prompt, at) => {
			const found = lintPrompt(prompt).filter((finding) => finding.rule === rule);
			expect(found).not.toEqual([]);
			if (at) expect(found.map((finding) => finding.at)).toContain(at);
		},
	);
});

test.each([
	[
		'a cat --styleize 100',
		'unknownFlag',
		'--styleize',
		'Midjourney has no --styleize: write --stylize.',
	],
	[
		'a cat —ar 1:1',
		'wrongDash',
		'—ar',
		'Write --ar with two hyphens and no space behind them, not "—ar".',
	],
	['a cat --ar16:9', 'missingSpace', '--ar16:9', 'Write "--ar 16:9" with spaces around it.'],
	['a cat --ar', 'missingValue', '--ar', '--ar takes two whole numbers like 16:9: add it.'],
	[
		'a cat --s high',
		'badValue',
		'--s high',
		'--s takes a whole number from 0 to 1000, not "high".',
	],
	[
		'a cat --s 2000',
		'outOfRange',
		'--s 2000',
		'--s takes a whole number from 0 to 1000, not 2000.',
	],
	['a cat --tile yes', 'badValue', '--tile yes', '--tile takes no value, not "yes".'],
	[
		`a cat --cref ${IMAGE} --v 7`,
		'wrongVersion',
		'--cref',
		'--cref needs --v 6 to 6.1 or --niji 6: add that or remove it.',
	],
	[
		`a cat --oref ${IMAGE} --v 6`,
		'wrongVersion',
		'--oref',
		'--oref needs --v 7 or newer or --niji 7 or newer: add that or remove it.',
	],
	[
		'a cat --ar 1:1 --aspect 16:9',
		'repeatedFlag',
		'--aspect',
		'Keep only one --aspect: it is there twice.',
	],
	[
		'a cat --ar 16:9 in the snow',
		'textAfterFlags',
		'in the snow',
		'Move "in the snow" before all parameters: it would be read as part of --ar.',
	],
	[
		'https://a.org/page a cat',
		'notAnImage',
		'https://a.org/page',
		'"https://a.org/page" is no image: use an http(s) URL that ends in .png, .jpg, .gif or .webp.',
	],
	['a cat\nin the snow', 'lineBreak', 'cat\nin', 'Write the prompt in one line, without breaks.'],
	['--ar 1:1', 'noText', '--ar 1:1', 'There is nothing to draw: describe the image in words.'],
])('%j: %s', (prompt, rule, at, message) => {
	expect(lintPrompt(prompt)).toEqual([{ rule, at, message }]);
});

test('a prompt that is too long is told only that', () => {
	const [finding, ...others] = lintPrompt(`${'cat '.repeat(1500)}--s high`);
	expect(finding).toMatchObject({ rule: 'tooLong', message: expect.stringContaining('6008') });
	expect(others).toEqual([]);
});

describe('ranges go by the version', () => {
	test.each([
		[`${IMAGE} a cat --iw 3 --v 5.2`, ['outOfRange']],
		[`${IMAGE} a cat --iw 3 --v 6`, []],
		[`${IMAGE} a cat --iw 3 --niji 5`, ['outOfRange']],
		[`${IMAGE} a cat --iw 1 --v 4`, ['wrongVersion']],
		['a cat --s 2500 --v 3', []],
		['a cat --q 5 --v 3', []],
		['a cat --q 5', ['outOfRange']],
		['a cat --s -5', ['outOfRange']],
		['a cat --seed 4294967295', []],
		['a cat --seed 4294967296', ['outOfRange']],
	])('%s', (prompt, rules) => {
		expect(rulesOf(prompt)).toEqual(rules);
	});
});

describe('versions', () => {
	test.each([
		'--v 8',
		'--v 8.1',
		'--v 9',
		'--niji 7',
		'--niji 8',
		'--v 6.0',
		'--version 5.2',
		'--niji',
	])('%s is one', (version) => {
		expect(lintPrompt(`a cat ${version}`)).toEqual([]);
	});

	test.each(['--v 99', '--v 0', '--v 5.7', '--v six', '--niji 2'])('%s is none', (version) => {
		expect(rulesOf(`a cat ${version}`)).toEqual(['badValue']);
	});

	test.each([
		`a cat --oref ${IMAGE} --ow 200`,
		`a cat --oref ${IMAGE} --v 8.1`,
		`a cat --cref ${IMAGE} --cw 0 --v 6.1`,
		`a cat --cref ${IMAGE} --niji 6`,
		`a cat --cref ${IMAGE} --v {6, 6.1}`,
		'a cat --tile --weird 5 --exp 10 --draft --raw',
	])('take the flags of: %s', (prompt) => {
		expect(lintPrompt(prompt)).toEqual([]);
	});

	test.each([
		`a cat --cref ${IMAGE}`,
		'a cat --cw 50',
		`a cat --cref ${IMAGE} --niji 7`,
		'a cat --ow 50 --v 6.1',
		'a cat --exp 5 --v 6.1',
		'a cat --sref 123 --v 5.2',
		'a cat --tile --v 4',
	])('do not take the flags of: %s', (prompt) => {
		expect(rulesOf(prompt)).toEqual(['wrongVersion']);
	});
});

describe('values', () => {
	test.each([
		'a cat --ar {1:1, 16:9} --s {50, 5000}',
		`a cat --sref ${IMAGE}::2 123::.5 random --sw 0`,
		'a cat --p',
		'a cat --p abc123 m7299 --s 50',
		'a cat --no text, a dog in the snow',
		'a cat --no dogs --no text',
		'a cat --video --motion low --bs 2 --loop',
		'a cat --iw .5 --q .25',
	])('are right in: %s', (prompt) => {
		expect(lintPrompt(prompt)).toEqual([]);
	});

	test.each([
		['a cat --ar 16x9', 'badValue'],
		['a cat --ar 16:0', 'badValue'],
		['a cat --ar 1.85:1', 'badValue'],
		['a cat --ar 2:3,', 'badValue'],
		['a cat --s 10.5', 'badValue'],
		['a cat --motion medium', 'badValue'],
		['a cat --sref cats', 'badValue'],
		['a cat --sref cat.png', 'notAnImage'],
		['a cat --oref C:\\cat.png', 'notAnImage'],
		['a cat --sref ftp://a.org/1.png', 'notAnImage'],
		['a cat --tile in the snow', 'textAfterFlags'],
		['a cat --sref 123 in the snow', 'textAfterFlags'],
		[`a cat --ar 1:1 ${IMAGE}`, 'textAfterFlags'],
		['--ar 1:1 a cat', 'textAfterFlags'],
	])('are wrong in: %s', (prompt, rule) => {
		expect(rulesOf(prompt)).toEqual([rule]);
	});
});

describe('an address', () => {
	test.each([
		'https://a.org/1.JPEG?ex=1',
		'https://s.mj.run/abc',
		'<https://s.mj.run/abc>',
		'https://images.unsplash.com/photo-1',
		'https://pbs.twimg.com/media/abc?format=jpg&name=large',
		'https://picsum.photos/200/300',
	])('is an image: %s', (address) => {
		expect(lintPrompt(`${address} a cat --sref ${address}`)).toEqual([]);
	});

	test.each([
		'https://www.pinterest.com/pin/123/',
		'https://unsplash.com/photos/abc',
		'https://photos.google.com/share/abc',
		'https://images.google.com/imgres?q=cat',
		'https://en.wikipedia.org/wiki/File:Cat.jpg',
		'https://github.com/a/b/blob/main/cat.png',
		'https://www.midjourney.com/jobs/abc',
		'file:///home/cat.png',
		'data:image/png;base64,AAAA',
	])('is none: %s', (address) => {
		expect(rulesOf(`${address} a cat`)).toEqual(['notAnImage']);
	});

	test('alone is nothing to draw, two are a blend', () => {
		expect(rulesOf(IMAGE)).toEqual(['noText']);
		expect(rulesOf(`${IMAGE} ${IMAGE} --ar 1:1`)).toEqual([]);
	});
});

describe('what is composed', () => {
	const CHOICES = {
		aspectRatio: ['16:9', '1:1', ''],
		chaos: ['0', '100', undefined],
		imagePrompts: [IMAGE, [IMAGE, 'https://a.org/2.webp'], ''],
		no: ['text, dogs', ['a', 'b'], undefined],
		otherParameters: ['--fast', 'exp 20', '--repeat 2 --stealth'],
		personalization: ['abc123', true, ''],
		quality: ['1', '.5', '4'],
		raw: [true, undefined],
		seed: ['0', '4294967295', ''],
		stop: ['10', '100', undefined],
		styleReferences: [IMAGE, 'random', ['123', IMAGE]],
		styleWeight: ['0', '1000', ''],
		stylize: ['0', '1000', '50'],
		tile: [true, undefined],
		version: ['7', '8.1', 'niji 7'],
		weird: ['0', '3000', undefined],
	};
	const PROMPTS = [
		'a cat',
		'a cat, — half-light',
		'a cat --ar 2:3 --niji 7',
		'a cat --no sky --stylize 5',
	];

	test('has nothing wrong in it, and composing it again changes nothing', () => {
		for (let round = 0; round < 300; round++) {
			// Counts up in base 3, each parameter by its own digit.
			const parameters = Object.fromEntries(
				Object.entries(CHOICES).map(([name, values], index) => [
					name,
					values[Math.floor(round / 3 ** (index % 5) + index) % values.length],
				]),
			);
			const composed = composePrompt(PROMPTS[round % PROMPTS.length], parameters);
			expect({ composed, found: lintPrompt(composed) }).toEqual({ composed, found: [] });
			expect(composePrompt(composed, parameters)).toBe(composed);
		}
	});

	test.each(GOOD)('keeps a prompt as it is where nothing is set: %s', (prompt) => {
		expect(composePrompt(prompt, {})).toBe(prompt.trim());
	});
});

test('a prompt made to be slow is read all the same', () => {
	const times = ['a-', '- ', ' --a', '—s ', 'a--s', '{', '::', 'https://'].map((piece) => {
		const start = performance.now();
		lintPrompt(piece.repeat(6000 / piece.length));
		return performance.now() - start;
	});
	const start = performance.now();
	for (const prompt of GOOD) lintPrompt(prompt);
	// Two hundred prompts as people write them have about as many characters as three of these.
	expect(Math.max(...times)).toBeLessThan(100 * (performance.now() - start));
});
