import { describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';

import { fingerprint } from '../../../nodes/TtapiMidjourney/ledger/fingerprint.ts';
import { Base64Text } from '../../../nodes/TtapiMidjourney/transport/jsonBytes.ts';
import { OPERATIONS } from '../../operations.mts';

const PATH = OPERATIONS.imagine.path;
const BODY = { prompt: 'a cat', mode: 'fast', timeout: 300, getUImages: true };

describe('two requests have the same fingerprint', () => {
	test.each<[string, Record<string, unknown>]>([
		[
			'whatever the order of their fields',
			{ getUImages: true, timeout: 300, mode: 'fast', prompt: 'a cat' },
		],
		['whatever their callback URL', { ...BODY, hookUrl: 'https://a.example.com' }],
		['where a field is not set', { ...BODY, translation: undefined }],
	])('%s', (_title, body) => {
		expect(fingerprint(PATH, body)).toBe(fingerprint(PATH, BODY));
	});
});

test('a picture has the same fingerprint as its text', () => {
	const bytes = randomBytes(300_001);
	const text = `data:image/png;base64,${bytes.toString('base64')}`;
	const picture = new Base64Text(bytes, 'data:image/png;base64,');
	expect(fingerprint(PATH, { list: [picture] })).toBe(fingerprint(PATH, { list: [text] }));
});

describe('two requests differ', () => {
	test.each<[string, Record<string, unknown>]>([
		['by a prompt', { ...BODY, prompt: 'a cat ' }],
		['by another mode', { ...BODY, mode: 'turbo' }],
		['by a number as a text', { ...BODY, timeout: '300' }],
		['by a field more', { ...BODY, translation: false }],
		['by a field that is null', { ...BODY, translation: null }],
	])('%s', (_title, body) => {
		expect(fingerprint(PATH, body)).not.toBe(fingerprint(PATH, BODY));
	});

	test('by their endpoint', () => {
		expect(fingerprint(OPERATIONS.blend.path, BODY)).not.toBe(fingerprint(PATH, BODY));
	});

	test.each([
		[
			{ a: 'x', b: 'y' },
			{ a: 'xb', y: '' },
		],
		[
			{ a: 'x1 y', b: '' },
			{ a: 'x', b: '1 y' },
		],
		[{ list: ['ab', 'c'] }, { list: ['a', 'bc'] }],
		[{ list: ['a', 'b'] }, { list: ['b', 'a'] }],
		[{ list: ['a'] }, { list: ['a', 'a'] }],
		[{ list: ['a'], more: 'b' }, { list: ['a', 'more', 'b'] }],
		[{ list: [] }, {}],
	])('wherever the same letters are cut: %j and %j', (one, other) => {
		expect(fingerprint(PATH, one)).not.toBe(fingerprint(PATH, other));
	});

	test('by the last byte of a large picture', () => {
		const picture = 'A'.repeat(4_000_000);
		const of = (end: string) => fingerprint(PATH, { imgBase64Array: [picture, picture + end] });
		expect(of('A')).not.toBe(of('B'));
	});
});

test('is short, plain text', () => {
	expect(fingerprint(PATH, BODY)).toMatch(/^[\w-]{43}$/);
});
