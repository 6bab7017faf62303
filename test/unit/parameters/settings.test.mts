import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Item } from '../../../nodes/TtapiMidjourney/parameters/item.ts';
import {
	download,
	jobIdFor,
	mode,
	waitForResult,
} from '../../../nodes/TtapiMidjourney/parameters/job.ts';
import {
	TIMED_OPTIONS,
	UNTIMED_OPTIONS,
	maxWaitFromNow,
	onTimeout,
	simplify,
} from '../../../nodes/TtapiMidjourney/parameters/options.ts';
import {
	readSettings,
	separateImages,
} from '../../../nodes/TtapiMidjourney/parameters/settings.ts';
import { caught } from '../support/caught.mts';
import { fakeContext } from '../support/fakeContext.mts';
import { itemWith, itemWithOptions } from '../support/params.mts';

/** The parameters of imagine, of an image edit, of pressing a button, and of waiting for a job. */
const TIMED = [mode, waitForResult, download, ...TIMED_OPTIONS];
const UNTIMED = [mode, waitForResult, download, ...UNTIMED_OPTIONS];
const MODELESS = [waitForResult, download, ...TIMED_OPTIONS];
const WAIT = [jobIdFor('ID of the job'), download, maxWaitFromNow, onTimeout, simplify];

/** The settings of a job that imagine submits, with these options. */
const settingsWith = (options: IDataObject, parameters: IDataObject = {}) =>
	readSettings(itemWithOptions(options, parameters), TIMED);

test('with nothing but the defaults are those of a fast job that is polled', () => {
	expect(readSettings(itemWith({}), TIMED)).toEqual({
		index: 0,
		mode: 'fast',
		timeout: undefined,
		hookUrl: undefined,
		waitForResult: 'poll',
		maxWaitMs: 360_000,
		firstIntervalMs: 5_000,
		onTimeout: 'error',
		simplify: true,
		download: 'none',
	});
});

test('leave out a timeout that n8n kept from an operation before', () => {
	const options = { timeout: 900 };
	expect(readSettings(itemWith({ options }), [simplify])).toMatchObject({
		timeout: undefined,
		maxWaitMs: 1_260_000,
	});
});

test('know the item', () => {
	const { context } = fakeContext({ parameters: [{}, { mode: 'turbo' }] });
	expect(readSettings(new Item(context, 1), TIMED)).toMatchObject({ index: 1, mode: 'turbo' });
});

describe('the job timeout', () => {
	test.each([
		['fast', 300],
		['fast', 1200],
		['turbo', 300],
		['relax', 600],
		['relax', 1200],
		['relax', '600'],
	])('%s takes %s s', (speed, timeout) => {
		expect(settingsWith({ timeout }, { mode: speed }).timeout).toBe(Number(timeout));
	});

	test.each([
		['fast', 299, '300 to 1200 seconds (got 299)'],
		['turbo', 299, '300 to 1200 seconds (got 299)'],
		['relax', 599, '600 to 1200 seconds in relax mode (got 599)'],
		['RELAX', 300, '600 to 1200 seconds in relax mode (got 300)'],
		['fast', 1201, '300 to 1200 seconds (got 1201)'],
		['relax', 1201, '600 to 1200 seconds in relax mode (got 1201)'],
		['fast', 300.5, '300 to 1200 seconds (got 300.5)'],
		['fast', 'soon', '300 to 1200 seconds (got "soon")'],
		['fast', -1, '300 to 1200 seconds (got -1)'],
	])('%s does not take %s s: told before anything is sent', async (speed, timeout, says) => {
		const work = () => settingsWith({ timeout }, { mode: speed });
		const { message, description } = await caught(work, InputError);
		expect(message).toBe(`'Job Timeout' must be ${says}`);
		expect(description).toMatch(/whole number/);
	});

	test.each([{}, { timeout: null }, { timeout: '' }])(
		'is not sent if it is not added: %j',
		(options) => {
			expect(settingsWith(options).timeout).toBeUndefined();
		},
	);

	test('has a floor of 300 s if there is no mode', () => {
		const item = itemWith({ options: { timeout: 300 } });
		expect(readSettings(item, MODELESS).timeout).toBe(300);
	});

	test('is not that of an operation whose timeout nobody chooses', () => {
		expect(readSettings(itemWithOptions({ timeout: 5 }), UNTIMED).timeout).toBeUndefined();
	});
});

describe('Max Wait', () => {
	test.each([
		['Max Wait itself', { maxWait: 20, timeout: 900 }, 'fast', 20],
		["the job's timeout and 60 s", { timeout: 900 }, 'fast', 960],
		['360 s for fast', {}, 'fast', 360],
		['360 s for turbo', {}, 'turbo', 360],
		['660 s for relax', {}, 'relax', 660],
		['nothing, if nobody wants to wait', { maxWait: 0 }, 'fast', 0],
		['a text that reads as a number', { maxWait: '20' }, 'fast', 20],
	])('is %s', (_, options, speed, seconds) => {
		expect(settingsWith(options, { mode: speed }).maxWaitMs).toBe(seconds * 1000);
	});

	test.each([
		['a job whose timeout nobody chooses', UNTIMED],
		['a job that was submitted before', WAIT],
	])('is as long as the longest job timeout and a minute for %s', (_, asked) => {
		expect(readSettings(itemWith({}), asked).maxWaitMs).toBe(1_260_000);
		const item = itemWithOptions({ maxWait: 20 });
		expect(readSettings(item, asked).maxWaitMs).toBe(20_000);
	});

	// A number of seconds that is no date any more is none.
	test.each([[-1], ['long'], [1e12], [Infinity], ['Infinity'], [NaN], [[]], [false]])(
		'is refused when it is %p',
		(maxWait) => {
			expect(() => settingsWith({ maxWait } as IDataObject)).toThrow(
				"'Max Wait' must be 0 to 31536000 seconds (got ",
			);
		},
	);
});

describe('the first poll', () => {
	test.each([
		['turbo', 3],
		['fast', 5],
		['relax', 10],
	])('of a %s job is after %i s', (speed, seconds) => {
		expect(settingsWith({}, { mode: speed }).firstIntervalMs).toBe(seconds * 1000);
	});

	test('of a job without a mode is that of a fast one', () => {
		expect(readSettings(itemWith({}), MODELESS).firstIntervalMs).toBe(5_000);
	});

	test('is that of the run, if it has one, whatever the item says', () => {
		const item = itemWithOptions({ pollInterval: 9 }, { mode: 'relax' });
		expect(readSettings(item, TIMED, 2).firstIntervalMs).toBe(2_000);
	});
});

describe('the callback address', () => {
	test.each([
		'https://n8n.example.com/webhook/ttapi?token=%20a+b&x=ä',
		'http://n8n.example.com:5678/webhook',
		'HTTPS://N8N.example.com',
	])('is sent byte for byte, but for the spaces around it: %s', (hookUrl) => {
		expect(settingsWith({ hookUrl }).hookUrl).toBe(hookUrl);
		expect(settingsWith({ hookUrl: ` ${hookUrl}\n` }).hookUrl).toBe(hookUrl);
	});

	test.each([{}, { hookUrl: '' }, { hookUrl: '  ' }, { hookUrl: null }])(
		'is not sent if it is not there: %j',
		(options) => {
			expect(settingsWith(options).hookUrl).toBeUndefined();
		},
	);

	test.each([
		['n8n.example.com/webhook'],
		['ftp://n8n.example.com'],
		['javascript:alert(1)'],
		[42],
	])('is refused before anything is sent: %j', async (hookUrl) => {
		const { message, description } = await caught(() => settingsWith({ hookUrl }), InputError);
		expect(message).toBe("'Callback URL' is not an http(s) URL");
		expect(description).toMatch(/full URL.*remove the option/);
	});

	test.each([[{ url: 'https://a.org' }], [['https://a.org']], [true], [false]])(
		'is refused if it is no text: %j',
		async (hookUrl) => {
			const { message } = await caught(
				() => settingsWith({ hookUrl } as unknown as IDataObject),
				InputError,
			);
			expect(message).toMatch(
				/^'Callback URL' must be text \(got (an object|a list|true|false)\)$/,
			);
		},
	);
});

describe('a run that pauses fills in the callback address by itself', () => {
	const waits = { waitForResult: 'callback' };

	test('and refuses a second one, as TTAPI calls only one', async () => {
		const options = { hookUrl: 'https://n8n.example.com/webhook/ttapi' };
		const { message, description } = await caught(() => settingsWith(options, waits), InputError);
		expect(message).toMatch(/^'Callback URL' is set/);
		expect(description).toMatch(/[Rr]emove/);
	});

	test.each([{}, { hookUrl: '' }])('and takes none: %j', (options) => {
		expect(settingsWith(options, waits)).toMatchObject({
			waitForResult: 'callback',
			hookUrl: undefined,
		});
	});
});

describe('what to do when Max Wait runs out', () => {
	test.each([
		['Continue', 'continue'],
		[' ERROR ', 'error'],
		['', 'error'],
	])('%j is %s', (given, expected) => {
		expect(settingsWith({ onTimeout: given }).onTimeout).toBe(expected);
	});

	test('cannot be anything else', () => {
		expect(() => settingsWith({ onTimeout: 'retry' })).toThrow(`'On Timeout' can't be "retry"`);
	});
});

test.each([
	['relax', 'relax'],
	[' Turbo ', 'turbo'],
	['', 'fast'],
	['  ', 'fast'],
	[null, 'fast'],
	[undefined, 'fast'],
])('the mode %p is %s', (speed, expected) => {
	expect(readSettings(itemWith({ mode: speed }), TIMED).mode).toBe(expected);
});

test.each(['warp', 7, ['fast']])('the mode cannot be %j', (speed) => {
	expect(() => readSettings(itemWith({ mode: speed } as IDataObject), TIMED)).toThrow(
		/'Mode' can't be/,
	);
});

test.each([
	[{}, true],
	[{ simplify: 'FALSE' }, false],
	[{ simplify: 0 }, false],
])('Simplify with %j is %s', (options, expected) => {
	expect(settingsWith(options).simplify).toBe(expected);
});

describe('downloads', () => {
	test.each([
		['grid', 'grid'],
		['ITEMPERIMAGE', 'itemPerImage'],
		['All Images in One Item', 'images'],
		['', 'none'],
	])('%j are %s', (given, expected) => {
		expect(settingsWith({}, { download: given }).download).toBe(expected);
	});

	test('are none for a tool, as no file reaches a model', () => {
		const { context } = fakeContext({
			parameters: { download: 'grid' },
			node: { type: 'ttapiMidjourneyTool' },
		});
		expect(readSettings(new Item(context, 0), TIMED).download).toBe('none');
	});
});

describe('getUImages', () => {
	test.each<[string | undefined, IDataObject, object]>([
		[undefined, {}, {}],
		['none', {}, {}],
		['grid', {}, {}],
		['images', {}, { getUImages: true }],
		['itemPerImage', {}, { getUImages: true }],
		['none', { getUImages: true }, { getUImages: true }],
		['images', { getUImages: false }, { getUImages: true }],
		['none', { getUImages: false }, {}],
		['none', { getUImages: 'FALSE' }, {}],
		['none', { getUImages: 'TRUE' }, { getUImages: true }],
	])('download %s with %j sends %j', (choice, options, expected) => {
		expect(separateImages(itemWith({ download: choice, options }))).toEqual(expected);
	});
});
