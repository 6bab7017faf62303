import { describe, expect, test } from '@jest/globals';

import {
	isPassing,
	messageOf,
	refusalError,
	saysQueueFull,
} from '../../../nodes/TtapiMidjourney/transport/refusals.ts';
import { refusal } from '../support/bodies.mts';
import { http } from '../support/fakeClient.mts';

describe('a refusal', () => {
	test.each([
		[400, "'action' parameter error!", /refused the request/, /Correct what TTAPI names/],
		[400, 'banned prompt words：sexy', /banned prompt words：sexy/, /Correct/],
		[401, 'Wrong TT-API-KEY or email is not activated.', /API key/, /Check the key.*email/],
		[402, 'Insufficient quota', /quota/, /Top up/],
		[403, 'Account blocked', /blocked/, /Ask TTAPI/],
		[404, 'not found', /did not find/, /job ID.*Base URL/],
		[413, 'too large', /too large/, /smaller images/],
		[418, 'teapot', /refused the request/, /Check the input/],
	])('%i "%s" says what happened and what to do', (httpStatus, said, happened, toDo) => {
		const error = refusalError(http(httpStatus, refusal(said)));
		expect(error.message).toMatch(happened);
		expect(error.message).toContain(said);
		expect(error.description).toMatch(toDo);
		expect(error.httpStatus).toBe(httpStatus);
	});

	test.each([400, 402, 413])('%i says that nothing was paid', (httpStatus) => {
		expect(refusalError(http(httpStatus)).description).toMatch(/Nothing was paid/);
	});

	test('without words names the HTTP status', () => {
		expect(refusalError(http(403, '<html>no</html>')).message).toMatch(/HTTP 403/);
	});

	test('names the job that was asked for', () => {
		expect(refusalError(http(401), 'abc')).toMatchObject({
			jobId: 'abc',
			message: expect.stringMatching(/job abc/),
		});
	});

	test.each([301, 302, 307, 308])('%i is a redirect, and not followed', (httpStatus) => {
		const error = refusalError(http(httpStatus, ''));
		expect(error.message).toMatch(/redirect.* not followed.* API key/);
		expect(error.description).toMatch(/Base URL/);
	});
});

describe('an answer that may be another one next time', () => {
	test.each([429, 499, 500, 502, 503, 504])('is one with %i', (httpStatus) => {
		expect(isPassing(http(httpStatus))).toBe(true);
	});

	test.each([200, 302, 400, 401, 402, 403, 404, 405])('is none with %i', (httpStatus) => {
		expect(isPassing(http(httpStatus))).toBe(false);
	});
});

describe('the full queue', () => {
	test.each([
		['499', http(499, 'anything')],
		['400 "queue is full"', http(400, refusal('Your job queue is full, try again later.'))],
		['in any case', http(400, refusal('The Queue Is Full'))],
	])('is known by %s', (_, answer) => {
		expect(saysQueueFull(answer)).toBe(true);
	});

	test.each([
		['another 400', http(400, refusal("'action' parameter error!"))],
		["a hold account's 400", http(400, refusal('No available accounts'))],
		['429', http(429, refusal('too many requests'))],
		['a page', http(502, '<h1>queue is full of people</h1>')],
	])('is not seen in %s', (_, answer) => {
		expect(saysQueueFull(answer)).toBe(false);
	});
});

test.each([
	['its message', refusal(' no '), 'no'],
	['nothing where the message is no text', { message: { code: 1 } }, ''],
	['nothing where there is no message', {}, ''],
	['nothing in a page', '<html>', ''],
	['nothing in null', null, ''],
])('what TTAPI says for itself is %s', (_, body, expected) => {
	expect(messageOf(body)).toBe(expected);
});
