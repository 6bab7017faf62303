import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';

import {
	PROMPT_OPTIONS,
	TIMED_OPTIONS,
	UNTIMED_OPTIONS,
	family,
	getUImages,
	pollInterval,
	translation,
} from '../../../nodes/TtapiMidjourney/parameters/options.ts';
import {
	propertiesOf,
	type Parameter,
} from '../../../nodes/TtapiMidjourney/parameters/parameter.ts';
import {
	animateMode,
	endingUrl,
	motion,
	resolution,
	videoCount,
} from '../../../nodes/TtapiMidjourney/parameters/videoOptions.ts';

const ALL: readonly Parameter[] = [
	...TIMED_OPTIONS,
	...PROMPT_OPTIONS,
	family,
	getUImages,
	translation,
	endingUrl,
	motion,
	resolution,
	videoCount,
	animateMode,
];
const shown = (parameters: readonly Parameter[]) => {
	const [field] = propertiesOf(parameters);
	return field.options as INodeProperties[];
};
const namesOf = (parameters: readonly Parameter[]) => shown(parameters).map(({ name }) => name);

test('all stand in one collection, which is empty as long as nobody adds anything', () => {
	expect(propertiesOf(ALL)).toHaveLength(1);
	expect(propertiesOf(ALL)[0]).toMatchObject({
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
	});
});

test('keep the defaults that saved workflows depend on', () => {
	const defaults = ALL.map(({ name, property }) => [name, property.default]);
	expect(Object.fromEntries(defaults)).toMatchObject({
		timeout: 600,
		maxInFlight: 10,
		onTimeout: 'error',
		simplify: true,
		family: 'auto',
		hookUrl: '',
		getUImages: false,
		translation: true,
		checkPrompt: true,
		promptLint: 'warn',
		videoCount: 4,
	});
});

test('are read as these if nobody added them', () => {
	expect(Object.fromEntries(ALL.map(({ name, read }) => [name, read(undefined)]))).toEqual({
		animateMode: undefined,
		checkPrompt: false,
		endingUrl: '',
		family: 'auto',
		getUImages: false,
		hookUrl: '',
		maxInFlight: 10,
		maxJobs: undefined,
		maxWait: undefined,
		motion: undefined,
		onTimeout: 'error',
		pollInterval: undefined,
		promptLint: 'warn',
		reference: '',
		resolution: undefined,
		simplify: true,
		timeout: undefined,
		translation: undefined,
		videoCount: undefined,
	});
});

test('are in the order of the labels', () => {
	const labels = shown(ALL).map(({ displayName }) => displayName);
	expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
});

test('say what a yes or no decides', () => {
	const flags = ALL.filter(({ property }) => property.type === 'boolean');
	expect(flags).toHaveLength(4);
	for (const { property } of flags) expect(property.description).toMatch(/^Whether/);
});

test('have help that is a sentence without a period, or several with one', () => {
	for (const { property } of ALL) {
		const { description = '' } = property;
		expect(description).toMatch(/^[A-Z]/);
		expect([description, description.endsWith('.')]).toEqual([
			description,
			/[.:] /.test(description),
		]);
	}
});

describe('of a job whose timeout nobody chooses', () => {
	test('have no Job Timeout', () => {
		expect(namesOf(TIMED_OPTIONS)).toContain('timeout');
		expect(namesOf(UNTIMED_OPTIONS)).not.toContain('timeout');
	});

	test('wait as long as for the longest job', () => {
		const maxWait = shown(UNTIMED_OPTIONS).find(({ name }) => name === 'maxWait');
		expect(maxWait).toMatchObject({ default: 1260, description: expect.stringContaining('1260') });
	});
});

describe('the poll interval', () => {
	test.each([
		[1, 1],
		['2.5', 2.5],
		['', undefined],
	])('%p is %p', (given, expected) => expect(pollInterval.read(given)).toBe(expected));

	test.each([0, 0.5, -3, 'often'])('is refused when it is %s', (given) => {
		expect(() => pollInterval.read(given)).toThrow(
			"'Poll Interval' must be 1 to 31536000 seconds (got ",
		);
	});
});

describe('the job family', () => {
	test.each([
		['Image Edit', 'edit'],
		['VIDEO', 'video'],
		['detect automatically', 'auto'],
	])('%s is %s', (given, expected) => expect(family.read(given)).toBe(expected));

	test('cannot be anything else', () => {
		expect(() => family.read('picture')).toThrow(
			expect.objectContaining({
				message: `'Job Family' can't be "picture"`,
				description: 'Use one of: auto, image, edit, video.',
			}),
		);
	});
});
