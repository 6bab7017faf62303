import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';

import {
	optionsField,
	untimedOptionsField,
	waitOptionsField,
} from '../../../nodes/TtapiMidjourney/parameters/options.ts';
import { resource } from '../../../nodes/TtapiMidjourney/actions/resource.ts';

const optionsOf = (field: INodeProperties) => field.options as INodeProperties[];

describe('the collection options', () => {
	const field = waitOptionsField('family', 'getUImages', 'translation');

	test('keeps the defaults that saved workflows depend on', () => {
		const defaults = optionsOf(field).map(({ name, default: value }) => [name, value]);
		expect(Object.fromEntries(defaults)).toMatchObject({
			timeout: 600,
			maxInFlight: 10,
			onTimeout: 'error',
			simplify: true,
			family: 'auto',
			hookUrl: '',
			getUImages: false,
			translation: true,
		});
	});

	test('is empty as long as nobody adds anything', () => {
		expect(field).toMatchObject({ name: 'options', type: 'collection', default: {} });
	});

	test('is in the order of the labels', () => {
		const labels = optionsOf(field).map(({ displayName }) => displayName);
		expect(labels).toEqual([...labels].sort((a, b) => a.localeCompare(b)));
	});

	test('says what a yes or no decides', () => {
		const booleans = optionsOf(field).filter(({ type }) => type === 'boolean');
		for (const { description } of booleans) expect(description).toMatch(/^Whether/);
	});

	test('has no Job Timeout where TTAPI takes none, and waits as long as for the longest', () => {
		const options = optionsOf(untimedOptionsField('motion'));
		const names = options.map(({ name }) => name);
		expect(names).toContain('motion');
		expect(names).not.toContain('timeout');
		expect(options.find(({ name }) => name === 'maxWait')).toMatchObject({ default: 1260 });
	});

	test('may have other defaults for one operation', () => {
		const [maxWait] = optionsOf(optionsField(['maxWait'], { maxWait: { default: 1260 } }));
		expect(maxWait).toMatchObject({ name: 'maxWait', default: 1260 });
	});
});

test('a field that is shown for one operation keeps its other conditions', () => {
	const field = { name: 'imageUrl', displayOptions: { show: { imageInput: ['url'] } } };
	const blend = {
		...{ name: 'Blend', action: 'Blend', description: 'Blends', prepare: () => ({}) as never },
		fields: [field as unknown as INodeProperties],
	};
	const [dropdown, tool, shown] = resource('Image', 'image', { blend }).properties;
	expect(dropdown).toMatchObject({ name: 'operation', default: 'blend' });
	expect(tool).toMatchObject({
		name: 'toolDescription',
		default: expect.stringMatching(/^Blends /),
	});
	expect(shown.displayOptions).toEqual({
		show: { imageInput: ['url'], resource: ['image'], operation: ['blend'] },
	});
});
