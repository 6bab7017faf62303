import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeProperties } from 'n8n-workflow';

import { propertiesOf } from '../../../nodes/TtapiMidjourney/parameters/parameter.ts';
import {
	promptParameters,
	readPromptParameters,
} from '../../../nodes/TtapiMidjourney/parameters/promptParameters.ts';
import { composePrompt } from '../../../nodes/TtapiMidjourney/prompts/composePrompt.ts';
import { lintPrompt } from '../../../nodes/TtapiMidjourney/prompts/lintPrompt.ts';
import { itemWith } from '../support/params.mts';

const [collection] = propertiesOf(promptParameters);
const fields = promptParameters.map(({ property }) => property);
const field = (name: string) => fields.find((each) => each.name === name);
const labelOf = (name: string) => field(name)!.displayName;

/** What a parameter reads. */
const read = (name: string, given: unknown): unknown =>
	promptParameters.find((each) => each.name === name)!.read(given);

const IMAGE = 'https://a.org/1.png';

describe('the collection promptParameters', () => {
	test('is empty as long as nobody adds anything', () => {
		expect(collection).toMatchObject({
			name: 'promptParameters',
			type: 'collection',
			default: {},
		});
	});

	test('is in the order of the labels', () => {
		const labels = (collection.options as INodeProperties[]).map(({ displayName }) => displayName);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
		expect(labels).toEqual(fields.map(({ displayName }) => displayName));
	});

	test.each([
		['stylize', 0, 1000],
		['chaos', 0, 100],
		['seed', 0, 4_294_967_295],
		['omniWeight', 1, 1000],
		['imageWeight', 0, 3],
	])('limits %s as Midjourney does', (name, minValue, maxValue) => {
		expect(field(name)).toMatchObject({ type: 'number', typeOptions: { minValue, maxValue } });
	});

	test('takes fractions only where Midjourney does', () => {
		const fractions = fields.filter(({ typeOptions }) => Number(typeOptions?.numberPrecision) > 0);
		expect(fractions.map(({ name }) => name)).toEqual(['imageWeight', 'quality']);
	});

	test('has help for each, a sentence without a period or several with one', () => {
		for (const { description = '', type } of fields) {
			expect(description).toMatch(/^[A-Z]/);
			expect(description.endsWith('.')).toBe(description.includes('. '));
			if (type === 'boolean') expect(description).toMatch(/^Whether/);
		}
	});

	test.each([
		['chaos', 'How different the four images are from each other (--c, 0 to 100)'],
		['omniReference', 'URL of an image of a person or an object (--oref). Version 7 and later.'],
		['no', 'What to leave out (--no), separated by commas'],
		['imagePrompts', 'URLs of images to start from, one per line'],
	])('names the flag of %s, its limits and versions', (name, help) => {
		expect(field(name)?.description).toBe(help);
	});

	test.each(fields.map(({ name, default: value }) => [name, value] as const))(
		'as it is when added, %s (%j) makes a prompt that is right',
		(name, value) => {
			const version = name.startsWith('character') ? '6.1' : '7';
			const given = { version, [name]: value } as IDataObject;
			const item = itemWith({ promptParameters: given });
			expect(lintPrompt(composePrompt('a cat', readPromptParameters(item)))).toEqual([]);
		},
	);

	test.each(['aspectRatio', 'version'])('offers only a %s that is right', (name) => {
		const values = (field(name)?.options ?? []) as Array<{ value: string }>;
		expect(values).not.toEqual([]);
		for (const { value } of values)
			expect(lintPrompt(composePrompt('a cat', { [name]: read(name, value) }))).toEqual([]);
	});
});

test('of an item are read at once', () => {
	const item = itemWith({ promptParameters: { raw: 'TRUE', chaos: '--c 5', no: ['a', 'b'] } });
	expect(readPromptParameters(item)).toMatchObject({ raw: true, chaos: '5', no: ['a', 'b'] });
	expect(composePrompt('a cat', readPromptParameters(item))).toBe('a cat --c 5 --raw --no a, b');
});

test('that are not there add nothing', () => {
	expect(composePrompt('a cat', readPromptParameters(itemWith({})))).toBe('a cat');
	const unset = Object.fromEntries(fields.map(({ name }) => [name, null]));
	const item = itemWith({ promptParameters: unset });
	expect(composePrompt('a cat', readPromptParameters(item))).toBe('a cat');
});

describe('a number', () => {
	const numbers = fields.filter(({ type }) => type === 'number').map(({ name }) => name);

	test.each(numbers)('%s may be one, a text, or several in braces', (name) => {
		expect([5, '5', ' 5 ', '{10, 20}', 0].map((given) => read(name, given))).toEqual([
			'5',
			'5',
			'5',
			'{10, 20}',
			'0',
		]);
	});

	test.each([
		['chaos', '--c 20'],
		['chaos', '--chaos=20'],
		['seed', '-seed 20'],
		['stylize', '—stylize: 20'],
		['weird', '--w20'],
		['stop', '--STOP 20'],
	])('%s may have its flag in front of it: %s', (name, given) => {
		expect(read(name, given)).toBe('20');
	});

	test.each([
		[NaN, 'NaN'],
		[true, 'true'],
		[{}, 'an object'],
		[[10], 'a list'],
	])('is no %j', (given, got) => {
		expect(() => read('imageWeight', given)).toThrow(
			`'Image Weight' must be a number (got ${got})`,
		);
	});

	test.each([-5, '-5', 'lots'])('that is no good is left to the check: %j', (given) => {
		const prompt = composePrompt('a cat', { chaos: read('chaos', given) as string });
		expect(prompt).toBe(`a cat --c ${given}`);
		expect(lintPrompt(prompt)).toHaveLength(1);
	});
});

describe.each(['raw', 'tile'])('%s', (name) => {
	test.each([true, 'TRUE', 1, ' yes ', 'on', `--${name}`, `—${name.toUpperCase()}`])(
		'is on: %j',
		(given) => expect(read(name, given)).toBe(true),
	);

	test.each([false, 'FALSE', 0, 'no', 'off', '', null, undefined])('is off: %j', (given) => {
		expect(read(name, given)).toBeUndefined();
	});

	test.each(['maybe', '--seed', 2, NaN, {}, [true]])('cannot be %j', (given) => {
		expect(() => read(name, given)).toThrow(`'${labelOf(name)}' must be true or false (got `);
	});
});

describe.each(['aspectRatio', 'customAspectRatio'])('%s', (name) => {
	test.each([
		['16:9', '16:9'],
		['16x9', '16:9'],
		['16 X 9', '16:9'],
		['16×9', '16:9'],
		['16/9', '16:9'],
		['16 : 9', '16:9'],
		['16：9', '16:9'],
		['--ar 16:9', '16:9'],
		['—ar 16:9', '16:9'],
		['--aspect 16x9', '16:9'],
		['--ar=16:9', '16:9'],
		['--ar16:9', '16:9'],
		['1920x1080', '1920:1080'],
		['--ar', ''],
		[null, ''],
		['wide', 'wide'],
		['{16:9, 1:1}', '{16:9, 1:1}'],
	])('%j is %j', (given, expected) => expect(read(name, given)).toBe(expected));

	test.each([{}, ['16:9']])('cannot be %j', (given) => {
		expect(() => read(name, given)).toThrow(`'${labelOf(name)}' must be text (got `);
	});
});

test.each([
	[7, '--v 7'],
	[8.2, '--v 8.2'],
	['8.2', '--v 8.2'],
	['v7', '--v 7'],
	['V 7', '--v 7'],
	['--v 7', '--v 7'],
	['—v 7', '--v 7'],
	['--v7', '--v 7'],
	['--version=6.1', '--v 6.1'],
	['version 6.1', '--v 6.1'],
	['niji 6', '--niji 6'],
	['--niji 6', '--niji 6'],
	['–Niji6', '--niji 6'],
	['--niji=6', '--niji 6'],
	['--niji', '--niji'],
	['--v', ''],
	['', ''],
])('the version %j is %j', (given, flag) => {
	const prompt = composePrompt('a cat', { version: read('version', given) as string });
	expect(prompt).toBe(`a cat ${flag}`.trim());
	expect(lintPrompt(prompt)).toEqual([]);
});

describe('personalization', () => {
	test.each([true, 'TRUE', 1, 'yes', '--p', '--profile', '—personalize'])(
		"is the account's own: %j",
		(given) => expect(read('personalization', given)).toBe(true),
	);

	test.each([false, 'FALSE', 0, 'off'])('is off: %j', (given) => {
		expect(read('personalization', given)).toBeUndefined();
	});

	test.each<[unknown, string[]]>([
		['abc123', ['abc123']],
		['abc123 def456', ['abc123 def456']],
		['--p abc123', ['abc123']],
		['--profile abc123', ['abc123']],
		[
			['abc123', '--p def456'],
			['abc123', 'def456'],
		],
		[['1'], ['1']],
		['', []],
		[null, []],
	])('%j has codes: %j', (given, codes) => {
		expect(read('personalization', given)).toEqual(codes);
	});
});

describe('several entries', () => {
	test.each([
		['styleReferences', '--sref'],
		['characterReferences', '--cref'],
		['omniReference', '—oref'],
	])('of %s may have the flag in front of each', (name, flag) => {
		expect(read(name, `${flag} ${IMAGE}\n${flag} 2\n3`)).toEqual([IMAGE, '2', '3']);
		expect(read(name, [IMAGE, `${flag} 2`, 3, ''])).toEqual([IMAGE, '2', '3']);
	});

	test.each([
		['--no people', ['people']],
		['--no text, people', ['text, people']],
		[
			['text', '--no people'],
			['text', 'people'],
		],
		['no people', ['no people']],
		['--none of these', ['--none of these']],
		['--no', []],
	])('of No: %j are %j', (given, expected) => expect(read('no', given)).toEqual(expected));

	test('of Image Prompts have no flag', () => {
		expect(read('imagePrompts', ` ${IMAGE}\n${IMAGE}`)).toEqual([IMAGE, IMAGE]);
	});

	test.each([{ url: IMAGE }, [IMAGE, { url: IMAGE }]])('cannot be %j', (given) => {
		expect(() => read('styleReferences', given)).toThrow(
			"'Style References' must be text (got an object)",
		);
	});
});

test('other parameters stay as they are typed', () => {
	expect(read('otherParameters', ' --exp 20 —fast')).toEqual(['--exp 20 —fast']);
});
