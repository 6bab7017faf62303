import { describe, expect, test } from '@jest/globals';

import { resource } from '../../../nodes/TtapiMidjourney/actions/resource.ts';
import { simplify, getUImages } from '../../../nodes/TtapiMidjourney/parameters/options.ts';
import { text } from '../../../nodes/TtapiMidjourney/parameters/parameter.ts';
import type { Operation } from '../../../nodes/TtapiMidjourney/run/operation.ts';

const imageUrl = text({
	name: 'imageUrl',
	label: 'Image URL',
	help: '',
	shown: { displayOptions: { show: { imageInput: ['url'] } } },
});
const operation = (name: string, more: Partial<Operation> = {}): Operation => ({
	name,
	action: `${name} images`,
	description: `${name}s.`,
	parameters: [],
	prepare: () => ({}) as never,
	...more,
});
const [dropdown, tool, shown, options] = resource('Image', 'image', {
	upscale: operation('Upscale', { parameters: [imageUrl, simplify, getUImages] }),
	blend: operation('Blend'),
}).properties;

describe('a resource', () => {
	test('offers its operations in the order of their labels; the first one is the default', () => {
		expect(dropdown).toMatchObject({
			name: 'operation',
			default: 'upscale',
			displayOptions: { show: { resource: ['image'] } },
			options: [
				{ name: 'Blend', value: 'blend', action: 'Blend images', description: 'Blends.' },
				{ name: 'Upscale', value: 'upscale' },
			],
		});
	});

	test('tells a model what an operation does and returns', () => {
		expect(tool).toMatchObject({
			name: 'toolDescription',
			default: expect.stringMatching(/^Upscales\. Returns/),
			displayOptions: { show: { '@tool': [true], resource: ['image'], operation: ['upscale'] } },
		});
	});

	test('shows a field for one operation; what it is shown for already stays a condition', () => {
		expect(shown.displayOptions).toEqual({
			show: { imageInput: ['url'], resource: ['image'], operation: ['upscale'] },
		});
		// n8n shows a field at the first condition on a parameter that holds an expression.
		expect(Object.keys(shown.displayOptions!.show!)).toEqual([
			'resource',
			'operation',
			'imageInput',
		]);
	});

	test('shows a collection as one field', () => {
		expect(options).toMatchObject({ name: 'options', type: 'collection' });
		expect(options.options?.map(({ name }) => name)).toEqual(['getUImages', 'simplify']);
	});
});
