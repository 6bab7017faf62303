import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { JOB_KINDS } from '../../../nodes/TtapiMidjourney/actions/resources.ts';
import { triggerSettings } from '../../../nodes/TtapiMidjourney/trigger/settings.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

const settings = (parameters: IDataObject) =>
	triggerSettings(fakeWebhook({ parameters }).context, JOB_KINDS);

test.each<IDataObject>([
	{},
	{ events: ['SUCCESS', 'FAILED'] },
	{ events: null, verify: '', options: { actions: null, deduplicate: ' ', download: '' } },
] as IDataObject[])('if nothing is set, are the defaults: %j', (parameters) => {
	expect(settings(parameters)).toEqual({
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

	test.each([{}, { callbackToken: '' }])('is none if none is set: %j', (options) => {
		expect(settings({ options }).callbackToken).toBe('');
	});

	test.each([['='], [['secret']], [{ token: 'secret' }], [true], [[]]])(
		'is refused if its expression gives no text: everybody would be let in: %j',
		(callbackToken) => {
			expect(() => settings({ options: { callbackToken } as never })).toThrow(
				expect.objectContaining({
					name: 'NodeOperationError',
					message: expect.stringMatching(/^'Callback Token' must be text/),
				}),
			);
		},
	);
});

describe('lists that an expression gives', () => {
	test.each<[unknown, string[]]>([
		[['SUCCESS'], ['SUCCESS']],
		['SUCCESS', ['SUCCESS']],
		['SUCCESS,FAILED', ['SUCCESS', 'FAILED']],
		['success, Failed', ['SUCCESS', 'FAILED']],
		[[' SUCCESS '], ['SUCCESS']],
		['Job Failed', ['FAILED']],
		[[], []],
	])('the events %j are %j', (events, expected) => {
		expect(settings({ events } as IDataObject).events).toEqual(expected);
	});

	test.each<[unknown, string[]]>([
		[['imagine'], ['imagine']],
		['imagine', ['imagine']],
		['Imagine, UPSAMPLE1', ['imagine', 'upsample1']],
		[[' Upscale 1 (U1) '], ['upsample1']],
		['image edit', ['edit']],
		['Brand_New', ['Brand_New']],
		[[null, '', ' '], []],
	])('the actions %j are %j: one that is not listed stays as it is', (actions, expected) => {
		expect(settings({ options: { actions } } as IDataObject).actions).toEqual(expected);
	});

	test.each([null, '', []])('%j: all actions', (actions) => {
		expect(settings({ events: [], options: { actions } }).actions).toEqual([]);
	});

	test.each([7, true, { SUCCESS: true }])('%j is refused', (given) => {
		expect(() => settings({ events: given as never })).toThrow(/^'Trigger On' must be a list/);
		expect(() => settings({ options: { actions: given as never } })).toThrow(
			/^'Actions' must be a list/,
		);
	});

	test('an unknown event is refused, and so is an action that is no text', () => {
		expect(() => settings({ events: 'DONE' })).toThrow(
			expect.objectContaining({
				name: 'NodeOperationError',
				message: `'Trigger On' can't be "DONE"`,
				description: 'Use one of: SUCCESS, FAILED.',
			}),
		);
		expect(() => settings({ options: { actions: [{}] } })).toThrow("'Actions' must be text");
	});
});

describe('what is on or off', () => {
	test.each<[unknown, boolean]>([
		[true, true],
		[false, false],
		['false', false],
		['TRUE', true],
		[' No ', false],
		[0, false],
		['1', true],
		[null, true],
		['', true],
	])('%j: Verify and the options are %s', (given, expected) => {
		const options = { deduplicate: given, simplify: given } as IDataObject;
		expect(settings({ verify: given as never, options })).toMatchObject({
			...{ verify: expected, deduplicate: expected, simplify: expected },
		});
	});

	test.each([NaN, 'maybe', 'null', 2, {}, [], [false], ['false']])(
		'%j lets nobody in: only a plain no switches Verify off',
		(given) => {
			expect(() => settings({ verify: given as never })).toThrow(
				expect.objectContaining({
					name: 'NodeOperationError',
					message: expect.stringMatching(/^'Verify' must be true or false \(got /),
				}),
			);
		},
	);
});

test.each([
	['GRID', 'grid'],
	['one item per image', 'itemPerImage'],
	[' none', 'none'],
])('the download %j is %s', (download, expected) => {
	expect(settings({ options: { download } }).download).toBe(expected);
});

test.each(['all', 7, true, {}])('an unknown download is refused: %j', (download) => {
	expect(() => settings({ options: { download } as IDataObject })).toThrow(/^'Download' can't be/);
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
