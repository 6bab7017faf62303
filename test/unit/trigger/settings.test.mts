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

	test('is refused where its expression gives nothing: everybody would be let in', () => {
		expect(() => settings({ options: { callbackToken: '=' } })).toThrow(
			expect.objectContaining({
				name: 'NodeOperationError',
				message: expect.stringMatching(/Callback Token/),
			}),
		);
	});
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
