import { afterEach, describe, expect, jest, test } from '@jest/globals';
import crypto from 'node:crypto';
import type { IDataObject } from 'n8n-workflow';

import { hasToken, isTooLarge, toldJob } from '../../../nodes/TtapiMidjourney/trigger/checks.ts';
import { doneBody, failedBody, JOB_ID, waitingBody, type Body } from '../support/bodies.mts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

afterEach(() => void jest.restoreAllMocks());

describe('the token', () => {
	const knows = (token: string, query: unknown) =>
		hasToken(fakeWebhook({ query: query as IDataObject }).context, token);

	test.each(['secret', 'a', ' ', 'größe 🎨 é', '0', 'a+b&c=d%20', 'x'.repeat(10_000)])(
		'lets in who knows it: %s',
		(token) => expect(knows(token, { token })).toBe(true),
	);

	test.each([{}, { token: '' }, { token: 'anything' }, { token: ['a', 'b'] }])(
		'lets in everybody where none is set: %j',
		(query) => expect(knows('', query)).toBe(true),
	);

	test.each<[string, unknown]>([
		['no token', {}],
		['an empty token', { token: '' }],
		['another one of the same length', { token: 'secreT' }],
		['another first letter', { token: 'Secret' }],
		['its beginning', { token: 'secre' }],
		['its end', { token: 'ecret' }],
		['more than it', { token: 'secrets' }],
		['it twice', { token: 'secretsecret' }],
		['it with a space', { token: 'secret ' }],
		['other letters', { token: 'SECRET' }],
		['letters that share their last byte', { token: String.fromCharCode(0x173, 0x165) + 'cret' }],
		['it in a list, as repeated keys are', { token: ['secret'] }],
		['it repeated', { token: ['secret', 'secret'] }],
		['it in an object', { token: { 0: 'secret' } }],
		['a text object', { token: new String('secret') }],
		['it under another key', { Token: 'secret', callbackToken: 'secret' }],
		['nothing', { token: null }],
		['a yes', { token: true }],
	])('keeps out who sends %s', (_title, query) => {
		expect(knows('secret', query)).toBe(false);
	});

	test.each([
		['\u00e9', '\u00e8'],
		['🎨', '\ud83c'],
		['🎨', '🎉'],
		['\u0000', ''],
	])('is compared letter by letter: %j is not %j', (token, given) => {
		expect(knows(token, { token: given })).toBe(false);
	});
});

describe('the comparison of the token', () => {
	const knows = (given: string) =>
		hasToken(fakeWebhook({ query: { token: given } }).context, 'secret');

	test('takes the same time for every guess: digests of one length, compared in constant time', () => {
		const compare = jest.spyOn(crypto, 'timingSafeEqual');
		const guesses = ['', 's', 'secre', 'secret', 'secrets', 'Secret', 'x'.repeat(100_000)];
		const answers = guesses.map(knows);
		expect(answers).toEqual(guesses.map((guess) => guess === 'secret'));
		expect(compare).toHaveBeenCalledTimes(guesses.length);
		for (const [given, token] of compare.mock.calls) {
			expect([given.byteLength, token.byteLength]).toEqual([32, 32]);
		}
	});

	test.each([true, false])('decides by nothing else: it says %s', (verdict) => {
		jest.spyOn(crypto, 'timingSafeEqual').mockReturnValue(verdict);
		expect(['', 'secret', 'secreT', 'another one'].map(knows)).toEqual(Array(4).fill(verdict));
	});
});

describe('the size of the body', () => {
	const MB = 1024 ** 2;
	const tooLarge = (given: object) => isTooLarge(fakeWebhook(given).context);

	test.each([
		[0, false],
		[5_000, false],
		[MB, false],
		[MB + 1, true],
		[16 * MB, true],
	])('%i bytes: too large %s', (bytes, expected) => {
		expect(tooLarge({ rawBody: Buffer.alloc(bytes) })).toBe(expected);
		expect(tooLarge({ headers: { 'content-length': String(bytes) } })).toBe(expected);
	});

	test('is that of the bytes that came, not the one that the caller names', () => {
		const rawBody = Buffer.alloc(MB + 1);
		expect(tooLarge({ rawBody, headers: { 'content-length': '5' } })).toBe(true);
		const small = Buffer.alloc(5);
		expect(tooLarge({ rawBody: small, headers: { 'content-length': String(9 * MB) } })).toBe(false);
	});

	test.each([{}, { headers: { 'content-length': 'nonsense' } }])(
		'is not held against a caller who names none: %j',
		(given) => expect(tooLarge(given)).toBe(false),
	);
});

const told = (body: unknown) => toldJob(fakeWebhook({ body }).context);
const levels = (count: number): unknown => (count === 0 ? 'end' : [levels(count - 1)]);

describe('what the caller says of a job', () => {
	test.each<[string, Body, object]>([
		['a job that is done', doneBody(), { status: 'SUCCESS', action: 'imagine', family: 'image' }],
		['a job that failed', failedBody('Job Timeout'), { status: 'FAILED', message: 'Job Timeout' }],
		[
			'a failed job with an empty list as its data',
			{ status: 'FAILED', jobId: JOB_ID, message: 'no', data: [] },
			{ status: 'FAILED', action: null },
		],
		['a job that waits', waitingBody(), { status: 'PENDING_QUEUE' }],
		[
			'an id that is in the data alone',
			{ status: 'SUCCESS', data: { jobId: JOB_ID } },
			{ status: 'SUCCESS' },
		],
		[
			'an id as job_id',
			{ status: 'SUCCESS', data: { job_id: JOB_ID, actions: 'upsample1' } },
			{ action: 'upsample1' },
		],
		['a status in small letters', { ...doneBody(), status: 'success' }, { status: 'SUCCESS' }],
	])('is read in every dialect: %s', (_title, body, job) => {
		expect(told(body)).toMatchObject({ job: { jobId: JOB_ID, ...job }, body });
	});

	test.each<[string, Body, string]>([
		['an image edit', { cdnImages: ['https://cdn.ttapi.io/1.png'] }, 'edit'],
		['a video by its address', { videoUrl: 'https://cdn.ttapi.io/1.mp4' }, 'video'],
		['videos in a list', { Videos: ['https://cdn.ttapi.io/1.mp4'] }, 'video'],
		['an image', { images: ['https://cdn.ttapi.io/1.png'] }, 'image'],
		['an edit without images', { cdnImages: null }, 'image'],
	])('tells its family: %s', (_title, data, family) => {
		expect(told(doneBody(data))?.job.family).toBe(family);
	});

	test('has the addresses of a video', () => {
		const address = 'https://cdn.ttapi.io/1.mp4';
		expect(told(doneBody({ video: [address] }))?.job.videos).toEqual([address]);
	});

	test.each<[string, unknown]>([
		['nothing', undefined],
		['null', null],
		['a text', 'callback'],
		['a number', 7],
		['a list', [doneBody()]],
		['an empty object', {}],
		['no id', { status: 'SUCCESS', data: {} }],
		['an empty id', { status: 'SUCCESS', jobId: '' }],
		['an id that is a path', { status: 'SUCCESS', jobId: '../info' }],
		['an id with a query', { status: 'SUCCESS', jobId: 'a?b=c' }],
		['an id with an encoded slash', { status: 'SUCCESS', jobId: 'a%2Fb' }],
		['an id with a space', { status: 'SUCCESS', jobId: 'a b' }],
		['an id with a line break behind it', { status: 'SUCCESS', jobId: 'a\n' }],
		['an id of foreign letters', { status: 'SUCCESS', jobId: 'jöb' }],
		['an id that is an address', { status: 'SUCCESS', jobId: 'https://evil.example' }],
		['a very long id', { status: 'SUCCESS', jobId: 'a'.repeat(101) }],
		['a number as the id', { status: 'SUCCESS', jobId: 7 }],
		['a number as the id, as a text', { status: 'SUCCESS', jobId: '-7' }],
		['an object as the id', { status: 'SUCCESS', jobId: {} }],
		['a list as the id', { status: 'SUCCESS', jobId: [JOB_ID] }],
		['no status', { jobId: JOB_ID }],
		['a number as the status', { status: 200, jobId: JOB_ID }],
		['an object as the status', { status: {}, jobId: JOB_ID }],
		['lists in each other', { ...doneBody(), more: levels(100) }],
		['lists in each other, very deep', { ...doneBody(), more: levels(5_000) }],
	])('is nothing where the body is no callback: %s', (_title, body) => {
		expect(told(body)).toBeUndefined();
	});

	test('is not the end if the status is one that TTAPI may have added', () => {
		expect(told({ status: 'RUNNING', jobId: JOB_ID })?.job.status).toBe('ON_QUEUE');
	});

	test('may hold some levels more than TTAPI has today', () => {
		expect(told({ ...doneBody(), more: levels(10) })).toBeDefined();
	});

	test('may be large', () => {
		const images = Array.from({ length: 10_000 }, (_, n) => `https://cdn.ttapi.io/${n}.png`);
		expect(told(doneBody({ images }))?.job.images).toHaveLength(10_000);
	});

	test('changes nothing outside of itself', () => {
		const text = JSON.stringify(doneBody()).replace('{', '{"__proto__":{"polluted":"yes"},');
		const answer = told(JSON.parse(text));
		expect(answer?.job).toMatchObject({ jobId: JOB_ID, status: 'SUCCESS' });
		expect(({} as Body).polluted).toBeUndefined();
		expect((answer?.job as unknown as Body).polluted).toBeUndefined();
	});

	test('keys that every object has mean nothing', () => {
		expect(told({ constructor: 'a', toString: 'b', hasOwnProperty: 'c' })).toBeUndefined();
	});
});
