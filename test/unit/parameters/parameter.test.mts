import { describe, expect, test } from '@jest/globals';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	choice,
	choices,
	flag,
	lines,
	mapped,
	number,
	pathOf,
	propertiesOf,
	required,
	shownAs,
	text,
	type Collection,
} from '../../../nodes/TtapiMidjourney/parameters/parameter.ts';
import { caught } from '../support/caught.mts';

const OPTIONS: Collection = { name: 'options', label: 'Options', add: 'Add option' };
const raw = flag({ name: 'raw', in: OPTIONS, label: 'Raw', help: 'Whether it is', default: true });
const limit = number({
	name: 'limit',
	label: 'Limit',
	help: 'How many',
	default: 50,
	least: 1,
	most: 99,
	isWhole: true,
});
const mode = choice({
	name: 'mode',
	label: 'Mode',
	help: 'How fast',
	default: 'fast',
	choices: [
		{ name: 'Fast', value: 'fast', description: 'At once' },
		{ name: 'Relax', value: 'relax' },
	],
});
const events = choices({
	name: 'events',
	label: 'Trigger On',
	help: '',
	default: ['SUCCESS'],
	choices: [
		{ name: 'Job Succeeded', value: 'SUCCESS' },
		{ name: 'Job Failed', value: 'FAILED' },
	],
});
const prompt = text({ name: 'prompt', label: 'Prompt', help: 'What to show' });

describe('a declaration shows itself in the panel:', () => {
	test('a flag', () => {
		expect(raw.property).toMatchObject({
			displayName: 'Raw',
			name: 'raw',
			type: 'boolean',
			default: true,
			description: 'Whether it is',
		});
	});

	test('a number, within the limits that its reader has', () => {
		expect(limit.property).toMatchObject({
			type: 'number',
			default: 50,
			typeOptions: { minValue: 1, maxValue: 99 },
		});
		expect(() => limit.read(100)).toThrow("'Limit' must be 1 to 99 (got 100)");
	});

	test('a choice, with the values that its reader knows', () => {
		expect(mode.property).toMatchObject({
			type: 'options',
			default: 'fast',
			options: [
				{ name: 'Fast', value: 'fast', description: 'At once' },
				{ name: 'Relax', value: 'relax' },
			],
		});
	});

	test('several choices', () => {
		expect(events.property).toMatchObject({ type: 'multiOptions', default: ['SUCCESS'] });
	});

	test('a text, which is empty at first unless the declaration says something else', () => {
		expect(prompt.property).toMatchObject({ type: 'string', default: '' });
		const jobId = text({ name: 'jobId', label: 'Job ID', help: '', default: '={{ $json.jobId }}' });
		expect(jobId.property.default).toBe('={{ $json.jobId }}');
	});

	test('with what else the panel shows', () => {
		const shown = { placeholder: 'e.g. 5', typeOptions: { numberPrecision: 2 } };
		const seed = number({ name: 'seed', label: 'Seed', help: '', default: 0, least: 0, shown });
		expect(seed.property).toMatchObject({
			placeholder: 'e.g. 5',
			typeOptions: { minValue: 0, numberPrecision: 2 },
		});
	});
});

describe('a parameter that is not set', () => {
	test.each([undefined, null, ''])('is read as its default: %p', (given) => {
		expect([raw, limit, mode, events, prompt].map(({ read }) => read(given))).toEqual([
			true,
			50,
			'fast',
			['SUCCESS'],
			'',
		]);
	});

	test('is read as what it is if it is not even added, if the declaration says so', () => {
		const checkFirst = flag({
			name: 'checkPrompt',
			label: 'Check',
			help: '',
			default: true,
			unset: false,
		});
		const maxWait = number({
			name: 'maxWait',
			label: 'Max Wait',
			help: '',
			default: 660,
			unset: undefined,
		});
		expect([checkFirst.read(null), maxWait.read(null)]).toEqual([false, undefined]);
	});
});

describe('several choices', () => {
	test.each<[unknown, string[]]>([
		[['SUCCESS'], ['SUCCESS']],
		[' success ', ['SUCCESS']],
		['SUCCESS,FAILED', ['SUCCESS', 'FAILED']],
		['Job Failed, job succeeded', ['FAILED', 'SUCCESS']],
		[['', null], []],
		[[], []],
	])('%j read %j', (given, expected) => expect(events.read(given)).toEqual(expected));

	test.each([
		['DONE', "'Trigger On' can't be \"DONE\""],
		[['SUCCESS', 7], "'Trigger On' can't be 7"],
		[true, "'Trigger On' must be a list (got true)"],
	])('cannot be %j', (given, says) => expect(() => events.read(given)).toThrow(says));
});

describe('several texts', () => {
	const urls = lines({ name: 'urls', label: 'URLs', help: '' });

	test.each<[unknown, string[]]>([
		[' a \r\n\n b ', ['a', 'b']],
		['https://a.org, https://b.org', ['https://a.org', 'https://b.org']],
		['a, b', ['a, b']],
		[
			['a', ' ', 7, null],
			['a', '7'],
		],
		[7, ['7']],
		['', []],
		[null, []],
	])('%j read %j', (given, expected) => expect(urls.read(given)).toEqual(expected));

	test.each([
		[{ url: 'a' }, 'an object'],
		[['a', { url: 'b' }], 'an object'],
		[['a', NaN], 'NaN'],
	])('cannot be %j', (given, got) => {
		expect(() => urls.read(given)).toThrow(`'URLs' must be text (got ${got})`);
	});
});

describe('a text that is required', () => {
	const needed = required(prompt, 'Describe the image.');

	test.each([undefined, null, '', '  '])('must not be %p', async (given) => {
		expect(await caught(() => needed.read(given), InputError)).toMatchObject({
			message: "'Prompt' is empty",
			description: 'Describe the image.',
		});
	});

	test('is read as any other, and the panel asks for it', () => {
		expect([needed.read(' a cat '), needed.property.required]).toEqual(['a cat', true]);
	});
});

test('a parameter may be read as something that is made of its value', () => {
	expect(mapped(prompt, (value) => value.length).read(' four ')).toBe(4);
});

test('a parameter that is shown differently for one operation is the same otherwise', () => {
	const shown = shownAs(limit, { default: 10 });
	expect(shown.property).toEqual({ ...limit.property, default: 10 });
	expect(limit.property.default).toBe(50);
	expect(shown.read(null)).toBe(50);
});

describe('the properties of several parameters', () => {
	const tile = flag({ name: 'tile', in: OPTIONS, label: 'A Tile', help: '', default: false });

	test('hold a collection where its first parameter stands, in the order of the labels', () => {
		expect(propertiesOf([prompt, raw, mode, tile])).toEqual([
			prompt.property,
			{
				displayName: 'Options',
				name: 'options',
				type: 'collection',
				placeholder: 'Add option',
				default: {},
				options: [tile.property, raw.property],
			},
			mode.property,
		]);
	});

	test('name what the collection is for, if it says so', () => {
		const inGroup = { ...raw, collection: { ...OPTIONS, help: 'What else there is' } };
		expect(propertiesOf([inGroup])).toMatchObject([{ description: 'What else there is' }]);
	});
});

test('n8n keeps a parameter of a collection behind its name', () => {
	expect([pathOf(prompt), pathOf(raw)]).toEqual(['prompt', 'options.raw']);
});
