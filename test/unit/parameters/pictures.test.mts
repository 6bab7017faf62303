import { describe, expect, test } from '@jest/globals';
import type { INodeProperties } from 'n8n-workflow';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	RECTANGLES,
	fieldsOf,
	pictures,
	rectangleUnit,
	rectangles,
} from '../../../nodes/TtapiMidjourney/parameters/pictures.ts';
import { caught } from '../support/caught.mts';

const ONE = 'https://a.org/1.png';
const TWO = 'https://a.org/2.png';

const image = pictures({
	what: 'image',
	needed: 'The image to describe',
});
const images = pictures({
	what: 'image',
	needed: 'Two to five images',
	several: true,
});
const mask = pictures({
	what: 'mask',
	needed: 'White is repainted',
	more: [RECTANGLES],
});

describe('where a picture comes from', () => {
	test.each([
		['URL', 'url'],
		['base64', 'base64'],
		['binary data', 'binary'],
		['', 'binary'],
		[null, 'binary'],
	])('%p is %s', (given, expected) => expect(image.source.read(given)).toBe(expected));

	test('may be rectangles if the operation takes them', () => {
		expect(mask.source.read('Rectangles')).toBe('rectangles');
		expect(() => image.source.read('rectangles')).toThrow(
			expect.objectContaining({
				message: `'Image Input Type' can't be "rectangles"`,
				description: 'Use one of: binary, url, base64.',
			}),
		);
	});

	test('decides which field the panel shows', () => {
		const conditions = fieldsOf(mask).map(({ name, property }) => [
			name,
			property.displayOptions?.show?.maskInput,
		]);
		expect(conditions).toEqual([
			['maskInput', undefined],
			['binaryPropertyName', ['binary']],
			['maskUrl', ['url']],
			['maskBase64', ['base64']],
		]);
	});
});

describe('the fields of one picture', () => {
	test('hold one', () => {
		expect(image.url.read(` ${ONE} `)).toEqual([ONE]);
		expect(image.base64.read('iVBORw0KGgo=\n')).toEqual(['iVBORw0KGgo=']);
		expect(image.binary.read('data')).toEqual(['data']);
	});

	test.each([undefined, null, '', ' '])('hold none if they are %p', (given) => {
		expect([image.url.read(given), image.base64.read(given)]).toEqual([[], []]);
	});

	test('name the binary field "data" at first', () => {
		expect(image.binary.property.default).toBe('data');
	});

	test('must be texts, and are told by their labels', () => {
		expect(() => image.binary.read({ mimeType: 'image/png' })).toThrow(
			"'Input Binary Field' must be text (got an object)",
		);
		expect(() => image.url.read([ONE])).toThrow("'Image URL' must be text (got a list)");
	});
});

describe('the fields of several pictures', () => {
	test.each([`${ONE}\n${TWO}`, `${ONE}, ${TWO}`, [ONE, ` ${TWO}`]])(
		'hold them all: %j',
		(given) => {
			expect(images.url.read(given)).toEqual([ONE, TWO]);
		},
	);

	test('name binary fields with commas between them', () => {
		expect(images.binary.read(' first , second,, ')).toEqual(['first', 'second']);
	});
});

describe('rectangles', () => {
	const read = (...entries: object[]) => rectangles.read({ rectangle: entries });

	test('are numbers, also as texts', () => {
		expect(
			read({ x: 0, y: 25.5, width: 50, height: 1 }, { x: '3', y: ' 4', width: '5.0', height: '6' }),
		).toEqual([
			{ x: 0, y: 25.5, width: 50, height: 1 },
			{ x: 3, y: 4, width: 5, height: 6 },
		]);
	});

	test('begin as the middle of the image, and their fields take no less than 0', () => {
		const [{ values }] = rectangles.property.options as Array<{ values: INodeProperties[] }>;
		expect(values.map(({ name, default: value }) => [name, value])).toEqual([
			['x', 25],
			['y', 25],
			['width', 50],
			['height', 50],
		]);
		for (const { typeOptions } of values) expect(typeOptions).toEqual({ minValue: 0 });
	});

	test.each([undefined, null, {}, { rectangle: [] }, { rectangle: 'x' }, 'x', []])(
		'there must be one: %j',
		async (given) => {
			const { message, description } = await caught(() => rectangles.read(given), InputError);
			expect(message).toBe('There is no rectangle to repaint');
			expect(description).toMatch(/Add a rectangle/);
		},
	);

	const fine = { x: 0, y: 0, width: 1, height: 1 };
	test.each<[object, string]>([
		[{ x: '' }, "'X of Rectangle 2' is empty"],
		[{ width: undefined }, "'Width of Rectangle 2' is empty"],
		[{ y: 'half' }, `'Y of Rectangle 2' must be a number from 0 (got "half")`],
		[{ y: -1 }, "'Y of Rectangle 2' must be a number from 0 (got -1)"],
		[{ width: -1 }, "'Width of Rectangle 2' must be a number from 0 (got -1)"],
		[{ width: 'Infinity' }, `'Width of Rectangle 2' must be a number from 0 (got "Infinity")`],
		[{ width: 0 }, "'Width of Rectangle 2' must be greater than 0 (got 0)"],
		[{ height: '0' }, "'Height of Rectangle 2' must be greater than 0 (got 0)"],
		[{ x: true }, "'X of Rectangle 2' must be a number from 0 (got true)"],
	])('cannot have %j: the error names field and rectangle', async (change, says) => {
		const { message, description } = await caught(
			() => read(fine, { ...fine, ...change }),
			InputError,
		);
		expect(message).toBe(says);
		expect(description).toBe('Use numbers: X and Y from 0, Width and Height greater than 0.');
	});

	test('that are no objects have no fields', () => {
		expect(() => rectangles.read({ rectangle: ['x'] })).toThrow("'X of Rectangle 1' is empty");
	});

	test.each([
		['PIXELS', 'pixels'],
		[' Percent', 'percent'],
		['', 'percent'],
	])('are in the unit %j: %s', (given, unit) => expect(rectangleUnit.read(given)).toBe(unit));

	test('cannot be in another unit', () => {
		expect(() => rectangleUnit.read('cm')).toThrow(`'Rectangle Unit' can't be "cm"`);
	});
});
