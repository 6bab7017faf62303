import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { triggerSettings } from '../../../nodes/TtapiMidjourney/trigger/settings.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

const settings = (parameters: IDataObject) => triggerSettings(fakeWebhook({ parameters }).context);

test('where nothing is set, are the defaults', () => {
	expect(settings({ events: ['SUCCESS', 'FAILED'] })).toEqual({
		events: ['SUCCESS', 'FAILED'],
		verify: true,
		actions: [],
		callbackToken: '',
		deduplicate: true,
		download: 'none',
		simplify: true,
	});
});

test('are what the panel says', () => {
	const options = {
		...{ actions: ['imagine'], callbackToken: 'secret', deduplicate: false },
		...{ download: 'grid', simplify: false },
	};
	expect(settings({ events: ['FAILED'], verify: false, options })).toEqual({
		...{ events: ['FAILED'], verify: false },
		...options,
	});
});

describe('the token', () => {
	test.each<[unknown, string]>([
		['secret', 'secret'],
		['=from an expression', 'from an expression'],
		[12_345, '12345'],
		[' spaces ', ' spaces '],
	])('%j is %j', (callbackToken, expected) => {
		expect(settings({ options: { callbackToken } as IDataObject }).callbackToken).toBe(expected);
	});

	test.each([{}, { callbackToken: '' }])('is none where none is set: %j', (options) => {
		expect(settings({ options }).callbackToken).toBe('');
	});

	test.each([['='], [['secret']], [{ token: 'secret' }], [true], [[]]])(
		'is refused where its expression gives no text: everybody would be let in: %j',
		(callbackToken) => {
			expect(() => settings({ options: { callbackToken } as never })).toThrow(
				expect.objectContaining({
					name: 'NodeOperationError',
					message: expect.stringMatching(/Callback Token/),
				}),
			);
		},
	);
});

describe('lists that an expression gives', () => {
	const lists = (given: unknown) =>
		settings({ events: given as never, options: { actions: given as never } });

	test.each<[unknown, string[]]>([
		[['SUCCESS'], ['SUCCESS']],
		['SUCCESS', ['SUCCESS']],
		['SUCCESS,FAILED', ['SUCCESS', 'FAILED']],
		['SUCCESS, FAILED', ['SUCCESS', 'FAILED']],
		[[' SUCCESS '], ['SUCCESS']],
	])('%j is %j', (given, expected) => {
		expect(lists(given)).toMatchObject({ events: expected, actions: expected });
	});

	test.each([null, '', []])('%j: all actions', (actions) => {
		expect(settings({ events: [], options: { actions } }).actions).toEqual([]);
	});

	test.each([7, true, { SUCCESS: true }])('%j is refused', (given) => {
		expect(() => settings({ events: given as never })).toThrow(/Events is not a list/);
		expect(() => settings({ options: { actions: given as never } })).toThrow(/Actions/);
	});
});

describe('what is on or off', () => {
	test.each<[unknown, boolean, boolean]>([
		[true, true, true],
		[false, false, false],
		['false', false, false],
		['true', true, true],
		[null, true, true],
		['', true, true],
		[0, true, false],
		[NaN, true, false],
	])('%j: Verify %s, the options %s', (given, verify, option) => {
		const options = { deduplicate: given, simplify: given } as IDataObject;
		expect(settings({ verify: given as never, options })).toMatchObject({
			verify,
			deduplicate: option,
			simplify: option,
		});
	});
});

test.each(['all', 'GRID', 7, true, {}])('an unknown download is refused: %j', (download) => {
	expect(() => settings({ options: { download } as IDataObject })).toThrow(/Download/);
});

describe('downloads without Verify', () => {
	test.each(['grid', 'images', 'itemPerImage'])(
		'(%s) are refused without a token: anybody could make n8n download any file',
		(download) => {
			expect(() => settings({ verify: false, options: { download } })).toThrow(
				expect.objectContaining({
					name: 'NodeOperationError',
					message: expect.stringMatching(/Verify.*token/),
					description: expect.stringMatching(/Callback Token/),
				}),
			);
		},
	);

	test.each<IDataObject>([
		{ verify: false, options: { download: 'grid', callbackToken: 'secret' } },
		{ verify: true, options: { download: 'grid' } },
		{ verify: false, options: { download: 'none' } },
		{ verify: false },
	])('are no trouble here: %j', (parameters) => {
		expect(() => settings(parameters)).not.toThrow();
	});
});
