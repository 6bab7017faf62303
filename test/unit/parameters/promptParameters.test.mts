import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';

import { promptParametersField } from '../../../nodes/TtapiMidjourney/parameters/promptParameters.ts';
import { composePrompt } from '../../../nodes/TtapiMidjourney/prompts/composePrompt.ts';
import { lintPrompt } from '../../../nodes/TtapiMidjourney/prompts/lintPrompt.ts';

const fields = promptParametersField.options as INodeProperties[];
const field = (name: string) => fields.find((each) => each.name === name);

describe('the collection promptParameters', () => {
	test('is empty as long as nobody adds anything', () => {
		expect(promptParametersField).toMatchObject({
			...{ name: 'promptParameters', type: 'collection', default: {} },
		});
	});

	test('is in the order of the labels', () => {
		const labels = fields.map(({ displayName }) => displayName);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	test.each([
		['stylize', 0, 1000],
		['chaos', 0, 100],
		['seed', 0, 4_294_967_295],
		['omniWeight', 1, 1000],
		['imageWeight', 0, 3],
	])('limits %s as Midjourney does', (name, minValue, maxValue) => {
		expect(field(name)?.typeOptions).toMatchObject({ minValue, maxValue });
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
		['chaos', 'How much the images differ (--c, 0 to 100)'],
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
			expect(lintPrompt(composePrompt('a cat', { version, [name]: value }))).toEqual([]);
		},
	);

	test.each(['aspectRatio', 'version'])('offers only a %s that is right', (name) => {
		const values = (field(name)?.options ?? []) as Array<{ value: string }>;
		expect(values).not.toEqual([]);
		for (const { value } of values)
			expect(lintPrompt(composePrompt('a cat', { [name]: value }))).toEqual([]);
	});
});
