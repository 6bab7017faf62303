import { describe, expect, test } from '@jest/globals';

import {
	composePrompt,
	type PromptParameters,
} from '../../../nodes/TtapiMidjourney/prompts/composePrompt.ts';

const ONE = 'https://a.org/1.png';
const TWO = 'https://a.org/2.png';

test('parameters become flags in their canonical form, behind the text', () => {
	const parameters: PromptParameters = {
		aspectRatio: '16:9',
		chaos: '10',
		imageWeight: '1.5',
		no: 'text, dogs',
		quality: '2',
		raw: true,
		seed: '0',
		stop: '90',
		stylize: '250',
		tile: true,
		version: '7',
		weird: '5',
	};
	expect(composePrompt(' a cat ', parameters)).toBe(
		'a cat --ar 16:9 --s 250 --c 10 --w 5 --q 2 --seed 0 --stop 90 --iw 1.5 --raw --tile --v 7 --no text, dogs',
	);
});

test('image prompts come first, references behind', () => {
	const parameters: PromptParameters = {
		imagePrompts: [ONE, TWO],
		styleReferences: [ONE, '123'],
		styleWeight: '80',
		characterReferences: [ONE, TWO],
		characterWeight: '50',
		version: '6.1',
	};
	expect(composePrompt('a cat', parameters)).toBe(
		`${ONE} ${TWO} a cat --sref ${ONE} 123 --sw 80 --cref ${ONE} ${TWO} --cw 50 --v 6.1`,
	);
});

test.each([
	['7', '--v 7'],
	['6.1', '--v 6.1'],
	['niji 6', '--niji 6'],
	['Niji6', '--niji 6'],
	['--niji 7', '--niji 7'],
	['v6', '--v 6'],
	['--version 5.2', '--v 5.2'],
	['niji=6', '--niji 6'],
	['version: 7', '--v 7'],
	['niji', '--niji'],
])('version %s is %s', (version, flag) => {
	expect(composePrompt('a cat', { version })).toBe(`a cat ${flag}`);
});

test.each([
	[{}],
	[{ seed: '', stylize: undefined, raw: undefined, imagePrompts: [] }],
	[{ aspectRatio: '', no: [], otherParameters: '', personalization: undefined }],
])('what is not set adds nothing: %j', (parameters) => {
	expect(composePrompt('a cat --v 7', parameters)).toBe('a cat --v 7');
});

describe('a flag that is typed in the prompt', () => {
	test.each([
		['a cat --ar 1:1', { aspectRatio: '16:9' }],
		['a cat --aspect 1:1', { aspectRatio: '16:9' }],
		['a cat —ar 1:1', { aspectRatio: '16:9' }],
		['a cat --ar1:1', { customAspectRatio: '16:9' }],
		['a cat --stylize 5', { stylize: '100' }],
		['a cat --niji 6', { version: '7' }],
		['a cat --version 6', { version: 'niji 6' }],
		['a cat --style raw', { raw: true as const }],
		['a cat --profile abc123', { personalization: 'def456' }],
		['a cat --no dogs', { no: 'text' }],
		['a cat --exp 5', { otherParameters: '--exp 20' }],
		['a cat --new one two three', { otherParameters: '--new 20' }],
		[`${ONE} a cat`, { imagePrompts: ONE }],
	])('wins: %s', (prompt, parameters) => {
		expect(composePrompt(prompt, parameters)).toBe(prompt);
	});

	test('does not keep others out', () => {
		expect(composePrompt('a cat --style cute', { raw: true, chaos: '5' })).toBe(
			'a cat --style cute --c 5 --raw',
		);
	});
});

test('a custom aspect ratio wins over a chosen one', () => {
	expect(composePrompt('a cat', { aspectRatio: '1:1', customAspectRatio: '239:100' })).toBe(
		'a cat --ar 239:100',
	);
});

test.each([
	['--exp 20', '--exp 20'],
	['exp 20', '--exp 20'],
	['--new 5 --draft', '--new 5 --draft'],
	['—exp 20\n--fast', '--exp 20 --fast'],
	['--no dogs --no text-heavy signs', '--no dogs --no text-heavy signs'],
])('other parameters may be any: %s', (otherParameters, flags) => {
	expect(composePrompt('a cat', { otherParameters })).toBe(`a cat ${flags}`);
});

test('a parameter of its own wins over one among the others', () => {
	expect(composePrompt('a cat', { stylize: '50', otherParameters: '--stylize 100' })).toBe(
		'a cat --s 50',
	);
});

test('personalization may be without a code', () => {
	expect(composePrompt('a cat', { personalization: true })).toBe('a cat --p');
	expect(composePrompt('a cat', { personalization: 'abc123 m45' })).toBe('a cat --p abc123 m45');
});
