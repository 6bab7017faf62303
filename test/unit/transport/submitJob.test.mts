import { describe, expect, test } from '@jest/globals';

import {
	InputError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { ConnectionError } from '../../../nodes/TtapiMidjourney/transport/connection.ts';
import { submitJob } from '../../../nodes/TtapiMidjourney/transport/submitJob.ts';
import { JOB_ID, receipt, refusal } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http } from '../support/fakeClient.mts';
import { OPERATIONS } from '../../operations.mts';

const PATH = OPERATIONS.imagine.path;
const BODY = { prompt: 'a cat', mode: 'fast' };

function submit(answer: Parameters<typeof fakeClient>[0]) {
	const { client, requests } = fakeClient(answer);
	return { requests, answer: submitJob(client, PATH, BODY) };
}

const lost = (code: string) => new ConnectionError(code, `trouble ${code}`);

describe('a submit', () => {
	test('posts the body as it is, once', async () => {
		const { requests, answer } = submit([http(200, receipt())]);
		await answer;
		expect(requests).toMatchObject([{ method: 'POST', path: PATH, body: BODY }]);
	});

	test.each([
		['data.jobId', receipt()],
		['data.job_id', { status: 'SUCCESS', message: 'success', data: { job_id: JOB_ID } }],
		['jobId', { status: 'SUCCESS', message: 'success', jobId: JOB_ID }],
		[
			'a number as its id',
			{ status: 'SUCCESS', message: 'success', data: { jobId: 4711 } },
			'4711',
		],
		[
			'an id, whatever its message says',
			{ ...receipt(), message: 'accepted, but the queue is full' },
		],
		['a queue status', { status: 'PENDING_QUEUE', jobId: JOB_ID, data: [] }],
	])('is accepted with an answer that holds %s', async (_, body, jobId = JOB_ID) => {
		await expect(submit([http(200, body)]).answer).resolves.toEqual({
			kind: 'accepted',
			jobId,
			body,
		});
	});
});

describe('surely not accepted, so that it may be sent again', () => {
	test.each([
		['499', http(499, refusal('queue exhausted')), 'queueFull'],
		['499 without words', http(499, ''), 'queueFull'],
		['400 "queue is full"', http(400, refusal('The job queue is full')), 'queueFull'],
		['400 "Queue full"', http(400, refusal('Queue full')), 'queueFull'],
		['200 and FAILED in Chinese', http(200, refusal('队列已满，请稍后尝试')), 'queueFull'],
		['200 and FAILED "queue is full"', http(200, refusal('The queue is full')), 'queueFull'],
		['429', http(429, refusal('too many requests')), 'tooManyRequests'],
	])('%s', async (_, answer, why) => {
		await expect(submit([answer]).answer).resolves.toMatchObject({ kind: 'busy', why });
	});

	test.each([429, 499])('%i hands on Retry-After', async (httpStatus) => {
		const busy = http(httpStatus, {}, { retryAfterMs: 9_000 });
		await expect(submit([busy]).answer).resolves.toMatchObject({ retryAfterMs: 9_000 });
	});

	test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])('no connection: %s', async (code) => {
		const answer = await submit([lost(code)]).answer;
		expect(answer).toMatchObject({ kind: 'unreachable' });
		if (answer.kind !== 'unreachable') return;
		expect(answer.error.message).toMatch(/cannot be reached/);
		expect(answer.error.description).toMatch(/Nothing was paid/);
	});
});

describe('doubtful, so that it is never sent again', () => {
	const DOUBTFUL: Array<[string, ReturnType<typeof http> | Error]> = [
		['400 "No available accounts"', http(400, refusal('No available accounts'))],
		['a web page with 400', http(400, '<html>bad request</html>')],
		['a web page with 403', http(403, '<html>forbidden</html>')],
		['500', http(500, refusal('server error'))],
		['502', http(502, '<html>bad gateway</html>')],
		['503', http(503, {})],
		['504', http(504, {})],
		['408', http(408, {})],
		['a timeout (ECONNABORTED)', lost('ECONNABORTED')],
		['a timeout (ETIMEDOUT)', lost('ETIMEDOUT')],
		['a connection reset', lost('ECONNRESET')],
		['a broken pipe', lost('EPIPE')],
		['TLS trouble', lost('ERR_SSL_WRONG_VERSION_NUMBER')],
		['trouble without a name', lost('')],
		['200 with a page instead of JSON', http(200, '<html>hello</html>')],
		['200 without a job id', http(200, { status: 'SUCCESS', message: 'success', data: {} })],
		['200 with data: null', http(200, { status: 'SUCCESS', message: 'success', data: null })],
	];

	test.each(DOUBTFUL)('%s: the error says that the job may exist', async (_, answer) => {
		const submission = submit([answer]);
		const error = await caught(submission.answer, TtapiError);
		expect(error.message).toMatch(/may or may not exist/);
		expect(error.description).toMatch(/not sent again/);
		expect(submission.requests).toHaveLength(1);
	});
});

test.each([429, 499, 500, 502])('a doubtful %i with a job id names the job', async (httpStatus) => {
	const error = await caught(submit([http(httpStatus, receipt())]).answer, TtapiError);
	expect(error).toMatchObject({ jobId: JOB_ID, httpStatus });
	expect(error.message).toMatch(new RegExp(`${JOB_ID}.* may or may not exist`));
});

test('a 200 without a job id is doubtful, even where it says that the queue is full', async () => {
	const body = { status: 'SUCCESS', message: 'The queue is full', data: null };
	const error = await caught(submit([http(200, body)]).answer, TtapiError);
	expect(error.message).toMatch(/may or may not exist/);
});

describe('final', () => {
	test.each([
		[400, "'action' parameter error!", /refused the request/],
		[400, 'banned prompt words：sexy', /banned prompt words：sexy/],
		[401, 'Wrong TT-API-KEY or email is not activated.', /API key/],
		[402, 'not enough quota', /quota/],
		[403, 'blocked', /blocked/],
		[404, 'not found', /did not find/],
		[302, '', /redirect/],
	])('%i "%s" is a refusal, and not sent again', async (httpStatus, message, happened) => {
		const submission = submit([http(httpStatus, refusal(message))]);
		const error = await caught(submission.answer, TtapiError);
		expect(error).toMatchObject({ message: expect.stringMatching(happened), httpStatus });
		expect(error.message).not.toMatch(/may or may not exist/);
		expect(submission.requests).toHaveLength(1);
	});

	test('HTTP 200 is not success: a body with FAILED is a refusal', async () => {
		const { answer } = submit([http(200, refusal('prompt error'))]);
		await expect(answer).rejects.toThrow(/refused the request: prompt error/);
	});

	test.each([
		'CERT_HAS_EXPIRED',
		'DEPTH_ZERO_SELF_SIGNED_CERT',
		'ERR_TLS_CERT_ALTNAME_INVALID',
		'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
	])('a bad certificate (%s): nothing was sent, and nothing gets better', async (code) => {
		const submission = submit([lost(code)]);
		const error = await caught(submission.answer, TtapiError);
		expect(error.message).toMatch(/cannot be reached/);
		expect(error.description).toMatch(/Nothing was paid/);
		expect(submission.requests).toHaveLength(1);
	});

	test.each([401, 402, 403])(
		'%i is no full queue, whatever its message says',
		async (httpStatus) => {
			const { answer } = submit([http(httpStatus, refusal('The queue is full'))]);
			expect(await caught(answer, TtapiError)).toMatchObject({ httpStatus });
		},
	);

	test.each([400, 200])('%i and FAILED with a job id is no full queue', async (httpStatus) => {
		const body = { ...refusal('The queue is full'), jobId: JOB_ID };
		const error = await caught(submit([http(httpStatus, body)]).answer, TtapiError);
		expect(error.jobId).toBe(JOB_ID);
	});

	test.each([
		['a Stop', new StoppedError()],
		['an address that the key must not go to', new InputError('elsewhere', '')],
	])('%s is handed on as it is', async (_, error) => {
		await expect(submit([error]).answer).rejects.toBe(error);
	});
});
