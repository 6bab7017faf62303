import { describe, expect, test } from '@jest/globals';

import {
	ANSWERS,
	type AnswerMeaning,
	type AnswerName,
} from '../../../nodes/TtapiMidjourney/jobs/answers.ts';
import { failureAdvice } from '../../../nodes/TtapiMidjourney/jobs/failure.ts';
import { ConnectionError } from '../../../nodes/TtapiMidjourney/transport/connection.ts';
import {
	meaningOf,
	meaningOfNoAnswer,
	messageOf,
	refusalError,
	refusesKey,
} from '../../../nodes/TtapiMidjourney/transport/refusals.ts';
import { refusal } from '../support/bodies.mts';
import { http } from '../support/fakeClient.mts';

describe('a refusal', () => {
	test.each([
		[400, "'action' parameter error!", /refused the request/, /Correct what TTAPI names/],
		[
			400,
			'banned prompt words：sexy',
			/: banned prompt words：sexy/,
			/Change the prompt.*unchanged/,
		],
		[400, 'No available accounts', /own Midjourney accounts/, /dashboard.*another mode/],
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

	test.each([400, 401, 402, 403, 404, 413])('%i says that nothing was paid', (httpStatus) => {
		expect(refusalError(http(httpStatus, refusal('no'))).description).toMatch(/Nothing was paid/);
	});

	test('without words names the HTTP status', () => {
		expect(refusalError(http(403, '<html>no</html>')).message).toMatch(/HTTP 403/);
	});

	test('names the job that was asked for, and does not say that nothing was paid for it', () => {
		const error = refusalError(http(401, refusal('no')), 'abc');
		expect(error).toMatchObject({ jobId: 'abc', message: expect.stringMatching(/job abc/) });
		expect(error.description).not.toMatch(/paid/);
	});

	test.each([
		[400, 'banned prompt words：sexy'],
		[200, 'Banned prompt words: sexy'],
		[400, '[TTAPI image filter]'],
	])('%i "%s" carries the warning that a failed job does', (httpStatus, said) => {
		expect(refusalError(http(httpStatus, refusal(said))).description).toBe(
			`${failureAdvice(said)} Nothing was paid.`,
		);
	});

	test('200 with FAILED means what 400 does', () => {
		const error = refusalError(http(200, refusal('no')));
		expect(error).toMatchObject({ message: 'TTAPI refused the request: no', httpStatus: 200 });
	});

	test('200 that is of no use says nothing of a job', () => {
		expect(refusalError(http(200, {})).message).toBe('TTAPI refused the request (HTTP 200)');
	});

	test.each([301, 302, 307, 308])('%i is a redirect, and not followed', (httpStatus) => {
		const error = refusalError(http(httpStatus, ''));
		expect(error.message).toMatch(/redirect.* not followed.* API key/);
		expect(error.description).toMatch(/Base URL/);
	});
});

/** Every row with an HTTP status, and what falls under it. */
const FALLS_UNDER: Array<[number, unknown, AnswerName]> = [
	[499, 'anything', 'queueFull'],
	[400, refusal('Your job queue is full, try again later.'), 'queueFull'],
	[200, refusal('The Queue Is Full'), 'queueFull'],
	[400, refusal('Queue full'), 'queueFull'],
	[200, refusal('队列已满，请稍后尝试'), 'queueFull'],
	[429, refusal('too many requests'), 'tooManyRequests'],
	[400, refusal('No available accounts'), 'noAccount'],
	[200, refusal('no available accounts'), 'noAccount'],
	[400, refusal('banned prompt words：sexy'), 'violation'],
	[200, refusal('banned prompt words：sexy'), 'violation'],
	[400, refusal('Banned prompt: "naked, as the queue is full"'), 'violation'],
	[400, refusal("'action' parameter error!"), 'wrong'],
	[400, { status: 'FAILED', message: 'x', data: {} }, 'wrong'],
	[200, refusal('Prompt is not valid'), 'wrong'],
	[401, { status: 'FAILED', message: 'Wrong TT-API-KEY' }, 'keyRefused'],
	[402, refusal('The queue is full'), 'noQuota'],
	[403, refusal('banned'), 'blocked'],
	[404, refusal('not found'), 'notFound'],
	...[413, 414, 431].map((status): [number, unknown, AnswerName] => [status, '<html>', 'tooLarge']),
	...[401, 404, 405].map((status): [number, unknown, AnswerName] => [
		status,
		'<html>',
		'notPassedOn',
	]),
	...[400, 402, 403, 407, 422].map((status): [number, unknown, AnswerName] => [
		status,
		{ message: 'The queue is full' },
		'notTtapi',
	]),
	[429, '<html>', 'tooManyRequests'],
	[499, '', 'queueFull'],
	...[301, 302, 303, 307, 308].map((status): [number, unknown, AnswerName] => [
		status,
		'',
		'redirect',
	]),
	...[500, 502, 503, 504, 520, 408, 425].map((status): [number, unknown, AnswerName] => [
		status,
		'<h1>queue is full of people</h1>',
		'serverError',
	]),
	// Words of a refusal do not make one: the job may exist.
	...[500, 503, 504].map((status): [number, unknown, AnswerName] => [
		status,
		refusal('[Banned prompt detected]'),
		'serverError',
	]),
	[405, refusal('no'), 'otherRefusal'],
	[418, refusal('no'), 'otherRefusal'],
	[200, '<html>', 'noJobId'],
	[200, { status: 'SUCCESS', message: 'The queue is full', data: null }, 'noJobId'],
];

describe('the table of answers', () => {
	test.each(FALLS_UNDER)('%i %j falls under the row "%s"', (httpStatus, body, row) => {
		expect(meaningOf(http(httpStatus, body))).toBe(ANSWERS[row]);
	});

	const rows = Object.entries<AnswerMeaning>(ANSWERS);

	test.each(rows.filter(([, { is }]) => is))('has an example of %s above', (name) => {
		expect(FALLS_UNDER.map(([, , row]) => row)).toContain(name);
	});

	test.each(rows)('says of %s what happened and what to do, in sentences', (_, row) => {
		expect(row.happened).toMatch(/^[A-Z].*[^.]$/);
		expect(row.toDo).toMatch(/^[A-Z].*\.$/);
	});

	test.each(rows)('lets no submit be sent again that may have cost something: %s', (_, row) => {
		expect(row.costs === 'nothing' || row.submitAgain === 'never').toBe(true);
	});

	test('ends the run for the answers with which TTAPI itself refuses the key', () => {
		const statuses = Array.from({ length: 400 }, (_, n) => n + 200);
		const refusing = (body: unknown) =>
			statuses.filter((status) => refusesKey(refusalError(http(status, body))));
		expect(refusing(refusal('no'))).toEqual([401, 403]);
		expect(refusing('<html>')).toEqual([]);
		expect(refusesKey(new Error('no'))).toBe(false);
	});
});

test.each([
	['ECONNREFUSED', 'unreachable'],
	['ENOTFOUND', 'unreachable'],
	['EAI_AGAIN', 'unreachable'],
	['CERT_HAS_EXPIRED', 'untrusted'],
	['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted'],
	['ECONNRESET', 'answerLost'],
	['ETIMEDOUT', 'answerLost'],
	['ERR_SSL_WRONG_VERSION_NUMBER', 'answerLost'],
	['', 'answerLost'],
] as const)('no answer, %s, falls under the row "%s"', (code, row) => {
	expect(meaningOfNoAnswer(new ConnectionError(code, ''))).toBe(ANSWERS[row]);
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
