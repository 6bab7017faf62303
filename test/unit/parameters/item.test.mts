import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { Item } from '../../../nodes/TtapiMidjourney/parameters/item.ts';
import { InputError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { caught } from '../support/caught.mts';
import { fakeContext } from '../support/fakeContext.mts';
import { itemWith, itemWithOptions } from '../support/params.mts';

describe('a text', () => {
	test('comes without the spaces around it', () => {
		expect(itemWith({ prompt: '  a cat \n' }).text('prompt')).toBe('a cat');
	});

	test.each([[undefined], [null], [''], ['  ']])('that is needed may not be %j', async (prompt) => {
		const error = await caught(
			() => itemWith({ prompt }).required('prompt', 'Prompt', 'Describe the picture.'),
			InputError,
		);
		expect(error).toMatchObject({
			message: 'Prompt is empty',
			description: 'Describe the picture.',
		});
	});

	test('may be a number that an expression gave', () => {
		expect(itemWith({ jobId: 4711 }).jobId()).toBe('4711');
	});

	test('the job id is needed', () => {
		expect(() => itemWith({ jobId: '' }).jobId()).toThrow(/Job ID is empty/);
	});

	test('comes from its own item', () => {
		const { context } = fakeContext({ parameters: [{ prompt: 'a' }, { prompt: 'b' }] });
		expect(new Item(context, 1).text('prompt')).toBe('b');
	});
});

describe('the job timeout', () => {
	test.each([
		['fast', 300],
		['fast', 1200],
		['turbo', 300],
		['relax', 600],
		['relax', 1200],
		['relax', '600'],
	])('%s takes %s s', (mode, timeout) => {
		expect(itemWithOptions({ timeout }, { mode }).timeout).toBe(Number(timeout));
	});

	test.each([
		['fast', 299, /300 to 1200/],
		['turbo', 299, /300 to 1200/],
		['relax', 599, /600 to 1200 seconds in relax mode/],
		['fast', 1201, /300 to 1200/],
		['relax', 1201, /600 to 1200/],
		['fast', 300.5, /300 to 1200/],
		['fast', 'soon', /300 to 1200/],
		['fast', -1, /300 to 1200/],
	])('%s does not take %s s: told before anything is sent', async (mode, timeout, why) => {
		const item = itemWithOptions({ timeout }, { mode });
		expect((await caught(() => item.timeout, InputError)).message).toMatch(why);
	});

	test.each([{}, { timeout: null }, { timeout: '' }])(
		'is not sent when not added: %j',
		(options) => {
			expect(itemWithOptions(options).timeout).toBeUndefined();
		},
	);

	test('has a floor of 300 s where there is no mode', () => {
		expect(itemWith({ options: { timeout: 300 } }).timeout).toBe(300);
	});
});

describe('Max Wait', () => {
	test.each([
		['Max Wait itself', { maxWait: 20, timeout: 900 }, 'fast', 20],
		["the job's timeout and 60 s", { timeout: 900 }, 'fast', 960],
		['360 s for fast', {}, 'fast', 360],
		['360 s for turbo', {}, 'turbo', 360],
		['660 s for relax', {}, 'relax', 660],
		['nothing, where nobody wants to wait', { maxWait: 0 }, 'fast', 0],
	])('is %s', (_, options, mode, seconds) => {
		expect(itemWithOptions(options, { mode }).maxWaitMs()).toBe(seconds * 1000);
	});

	// A number of seconds that is no date any more is none.
	test.each([[-1], ['long'], [1e12], [Infinity], ['Infinity'], [NaN], [[]], [false]])(
		'is refused when it is %p',
		(maxWait) => {
			expect(() => itemWithOptions({ maxWait }).maxWaitMs()).toThrow(/Max Wait is/);
		},
	);
});

describe('the poll interval', () => {
	test.each([
		['turbo', 3],
		['fast', 5],
		['relax', 10],
		['warp', 5],
		[undefined, 5],
	])('%s begins with %i s', (mode, seconds) => {
		expect(itemWith({ mode }).firstIntervalMs).toBe(seconds * 1000);
	});

	test('is what was asked for, from 1 s', () => {
		expect(itemWithOptions({ pollInterval: 1 }).firstIntervalMs).toBe(1_000);
	});

	test.each([0, 0.5, -3, 'often'])('is refused when it is %s', (pollInterval) => {
		expect(() => itemWithOptions({ pollInterval }).firstIntervalMs).toThrow(/Poll Interval is/);
	});

	test('is read from the first item', () => {
		const { context } = fakeContext({
			parameters: [{ options: { pollInterval: 2 } }, { options: { pollInterval: 9 } }],
		});
		expect(new Item(context, 1, new Item(context, 0)).firstIntervalMs).toBe(2_000);
	});

	test('is each mode its own where the first item has none', () => {
		const { context } = fakeContext({ parameters: [{ mode: 'relax' }, { mode: 'turbo' }] });
		expect(new Item(context, 1, new Item(context, 0)).firstIntervalMs).toBe(3_000);
	});
});

describe('the jobs in flight', () => {
	test.each([
		[{}, 10],
		[{ maxInFlight: 1 }, 1],
		[{ maxInFlight: '3' }, 3],
	])('%j: at most %i', (options, expected) => {
		expect(itemWithOptions(options).maxInFlight).toBe(expected);
	});

	test.each([0, -1, 1.5, 'many'])('cannot be %s', (maxInFlight) => {
		expect(() => itemWithOptions({ maxInFlight }).maxInFlight).toThrow(/Max Jobs in Flight/);
	});
});

describe('the callback address', () => {
	test.each([
		'https://n8n.example.com/webhook/ttapi?token=%20a+b&x=ä',
		'http://n8n.example.com:5678/webhook',
		'HTTPS://N8N.example.com',
	])('is sent byte for byte: %s', (hookUrl) => {
		expect(itemWithOptions({ hookUrl }).hookUrl).toBe(hookUrl);
	});

	test.each([{}, { hookUrl: '' }])('is not sent when it is not there: %j', (options) => {
		expect(itemWithOptions(options).hookUrl).toBeUndefined();
	});

	test.each(['n8n.example.com/webhook', 'ftp://n8n.example.com', 'javascript:alert(1)'])(
		'is refused before anything is sent: %s',
		(hookUrl) => {
			expect(() => itemWithOptions({ hookUrl }).hookUrl).toThrow(/not an http/);
		},
	);

	test.each([[42], [true], [false], [{ url: 'https://a.org' }], [['https://a.org']]])(
		'is refused when it is no text: %j',
		async (hookUrl) => {
			await caught(() => itemWithOptions({ hookUrl } as IDataObject).hookUrl, InputError);
		},
	);
});

describe('a run that pauses fills in the callback address by itself', () => {
	test('and refuses a second one, as TTAPI calls only one', async () => {
		const options = { hookUrl: 'https://n8n.example.com/webhook/ttapi' };
		const item = itemWithOptions(options, { waitForResult: 'callback' });
		const { message, description } = await caught(() => item.settings(), InputError);
		expect(message).toMatch(/Callback URL/);
		expect(description).toMatch(/[Rr]emove/);
	});

	test.each([{}, { hookUrl: '' }])('and takes none: %j', (options) => {
		const item = itemWithOptions(options, { waitForResult: 'callback' });
		expect(item.settings()).toMatchObject({ waitForResult: 'callback', hookUrl: undefined });
	});
});

describe('getUImages', () => {
	test.each([
		['none', {}, {}],
		['grid', {}, {}],
		['images', {}, { getUImages: true }],
		['itemPerImage', {}, { getUImages: true }],
		['none', { getUImages: true }, { getUImages: true }],
		['images', { getUImages: false }, { getUImages: true }],
		['none', { getUImages: false }, {}],
		['none', { getUImages: 'false' }, {}],
		['none', { getUImages: 'true' }, { getUImages: true }],
	])('download %s with %j sends %j', (download, options, expected) => {
		expect(itemWith({ download, options }).separateImages()).toEqual(expected);
	});

	test('is not sent by an operation without pictures', () => {
		expect(itemWith({}).separateImages()).toEqual({});
		expect(itemWith({}).download).toBe('none');
	});
});

test.each([
	['relax', 'relax'],
	[' turbo ', 'turbo'],
	['', 'fast'],
	['  ', 'fast'],
	[null, 'fast'],
	[undefined, undefined],
])('the mode %p is %s', (mode, expected) => {
	expect(itemWith({ mode }).mode).toBe(expected);
});

describe('an option that is on or off', () => {
	test.each([
		[true, true],
		['true', true],
		[false, false],
		['false', false],
		['', undefined],
		[null, undefined],
	])('%p, as an expression may give it, is %s', (given, expected) => {
		expect(itemWithOptions({ translation: given }).flag('translation')).toBe(expected);
	});

	test.each([
		[{}, true],
		[{ simplify: 'false' }, false],
	])('Simplify with %j is %s', (options, expected) => {
		expect(itemWithOptions(options).settings().simplify).toBe(expected);
	});
});

describe('one of several values', () => {
	const pick = (value: unknown) => itemWith({}).choice('Job Family', value, ['image', 'edit']);

	test('is taken as it is', () => {
		expect(pick('edit')).toBe('edit');
	});

	test.each([['picture'], ['toString'], [''], [null], [0]])('cannot be %j', async (value) => {
		const error = await caught(() => pick(value), InputError);
		expect(error.message).toBe(`Job Family is "${String(value)}"`);
		expect(error.description).toMatch(/image, edit/);
	});
});
