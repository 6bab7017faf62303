import { describe, expect, test } from '@jest/globals';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { ACTIONS, action } from '../../../nodes/TtapiMidjourney/parameters/actions.ts';
import { caught } from '../support/caught.mts';

describe('the list of actions', () => {
	test('holds the 26 values of /action, each once, with a label and a help text of its own', () => {
		for (const key of ['value', 'name', 'description'] as const)
			expect(new Set(ACTIONS.map((each) => each[key])).size).toBe(26);
		for (const { description = '' } of ACTIONS) expect(description.length).toBeGreaterThan(10);
	});

	test('is in the order of the buttons: U1 to U4, V1 to V4, then the others', () => {
		expect(ACTIONS.slice(0, 9).map(({ value }) => value)).toEqual([
			...[1, 2, 3, 4].map((n) => `upsample${n}`),
			...[1, 2, 3, 4].map((n) => `variation${n}`),
			'reroll',
		]);
	});

	test('is plain: nothing is loaded from TTAPI', () => {
		expect(action.property.options).toEqual(ACTIONS);
		expect(action.property.typeOptions).not.toHaveProperty('loadOptionsMethod');
	});
});

describe('the action', () => {
	test.each([
		['upsample1', 'upsample1'],
		[' REROLL ', 'reroll'],
		['Upscale 2 (U2)', 'upsample2'],
		['vary (strong)', 'high_variation'],
	])('%j is %s', (given, expected) => expect(action.read(given)).toBe(expected));

	test('may be one that is not listed, as it is: TTAPI may know newer ones', () => {
		expect(action.read(' Brand_New ')).toBe('Brand_New');
		expect(action.read('toString')).toBe('toString');
	});

	test.each([undefined, null, '', ' '])('must not be %p', async (given) => {
		const { message, description } = await caught(() => action.read(given), InputError);
		expect(message).toBe("'Action' is empty");
		expect(description).toMatch(/Choose the action/);
	});

	test.each([{}, ['reroll'], NaN])('cannot be %j', (given) => {
		expect(() => action.read(given)).toThrow(/^'Action' must be text/);
	});
});
