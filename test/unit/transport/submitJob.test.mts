import { describe, expect, test } from '@jest/globals';

import {
	InputError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { ConnectionError } from '../../../nodes/TtapiMidjourney/transport/client.ts';
import { submitJob } from '../../../nodes/TtapiMidjourney/transport/submitJob.ts';
import { JOB_ID, receipt, refusal } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http } from '../support/fakeClient.mts';

const PATH = '/midjourney/v1/imagine';
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
		['a queue status', { status: 'PENDING_QUEUE', jobId: JOB_ID, data: [] }],
	])('is accepted with an answer that holds %s', async (_, body) => {
		await expect(submit([http(200, body)]).answer).resolves.toEqual({
			kind: 'accepted',
			jobId: JOB_ID,
			body,
		});
	});
});

describe('surely not accepted, so that it may be sent again', () => {
	test.each([
		['499', http(499, refusal('queue exhausted')), 'queueFull'],
		['499 without words', http(499, ''), 'queueFull'],
		['400 "queue is full"', http(400, refusal('The job queue is full')), 'queueFull'],
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
		['500', http(500, refusal('server error'))],
		['502', http(502, '<html>bad gateway</html>')],
		['503', http(503, {})],
		['504', http(504, {})],
		['408', http(408, {})],
		['a timeout (ECONNABORTED)', lost('ECONNABORTED')],
		['a timeout (ETIMEDOUT)', lost('ETIMEDOUT')],
		['a connection reset', lost('ECONNRESET')],
		['a broken pipe', lost('EPIPE')],
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

describe('final', () => {
	test.each([
		[400, "'action' parameter error!", /refused the request/],
		[400, 'banned prompt words：sexy', /banned prompt words：sexy/],
		[400, 'No available accounts', /No available accounts/],
		[401, 'Wrong TT-API-KEY or email is not activated.', /API key/],
		[402, 'not enough quota', /quota/],
		[403, 'blocked', /blocked/],
		[404, 'not found', /does not know/],
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

	test('a certificate that cannot be trusted: nothing was sent, and nothing gets better', async () => {
		const error = await caught(submit([lost('CERT_HAS_EXPIRED')]).answer, TtapiError);
		expect(error.message).toMatch(/cannot be reached/);
		expect(error.description).toMatch(/Nothing was paid/);
	});

	test.each([
		['a Stop', new StoppedError()],
		['an address that the key must not go to', new InputError('elsewhere', '')],
	])('%s is handed on as it is', async (_, error) => {
		await expect(submit([error]).answer).rejects.toBe(error);
	});
});
