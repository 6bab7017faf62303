import { describe, expect, test } from '@jest/globals';

import { CHECK, FETCH } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, connectionError, sent, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const TROUBLE: Array<[string, Answer]> = [
	['429', { status: 429 }],
	['500', { status: 500, body: { message: 'oops' } }],
	['502 with a page of a proxy', { status: 502, body: '<html>' }],
	['a reset connection', connectionError('ECONNRESET')],
	['no answer in time', connectionError('ECONNABORTED')],
	['a host name that is not found', connectionError('ENOTFOUND')],
	['HTTP 200 that is not JSON', { status: 200, body: '<html>maintenance</html>' }],
	...[400, 401, 403].map((status): [string, Answer] => [
		`a page of a proxy with ${status}`,
		{ status, body: '<html>' },
	]),
];
const done: Answer = { json: { status: 'SUCCESS', jobId: 'j', message: '', data: {} } };
const FETCH_URL = `${API}${FETCH.image}`;

describe.each(TROUBLE)('after %s', (_title, trouble) => {
	test('job.get asks again', async () => {
		answer('GET', FETCH_URL, trouble, trouble, done);
		const { items } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'j' }] });
		expect(items[0].json.status).toBe('SUCCESS');
		const [first, second, third] = sent.map(({ at }) => at);
		expect(third - second).toBeGreaterThan(second - first);
	});

	test.each(['prompt.check', 'service.getStatus'] as const)('%s asks again', async (operation) => {
		const [method, path] =
			operation === 'prompt.check'
				? (['POST', 'v1/promptCheck'] as const)
				: (['GET', 'status'] as const);
		const fine = { json: { status: 'SUCCESS', message: '', data: { fast: { status: 200 } } } };
		answer(method, `${API}/midjourney/${path}`, trouble, fine);
		const { items } = await runWorkflow(workflowOf(operation), { items: [{ prompt: 'a' }] });
		expect(items).toHaveLength(1);
	});
});

describe('a refusal is not asked again', () => {
	test('an empty prompt to check, said by TTAPI', async () => {
		answer('POST', `${API}${CHECK}`, {
			status: 400,
			body: { status: 'FAILED', message: '"prompt" cannot be empty.', data: null },
		});
		const { error } = await runWorkflow(workflowOf('prompt.check'), { items: [{ prompt: 'a' }] });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('cannot be empty'),
		});
	});

	test('an answer without a state', async () => {
		answer('GET', FETCH_URL, { json: { hello: 'world' } });
		const { error } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'job-x' }] });
		expect(error?.message).toContain('job-x');
	});
});

describe('a redirect of the API host is an error, not followed, and takes no key along', () => {
	test.each([301, 302, 303, 307, 308])('HTTP %s', async (status) => {
		const redirect = { status, headers: { location: 'https://elsewhere.example.com/midjourney' } };
		for (const path of ['v1/imagine', 'v1/promptCheck'])
			answer('POST', `${API}/midjourney/${path}`, redirect);
		for (const path of ['v1/fetch', 'status']) answer('GET', `${API}/midjourney/${path}`, redirect);
		answer('GET', 'https://elsewhere.example.com/midjourney', done);
		answer('POST', 'https://elsewhere.example.com/midjourney', done);
		for (const operation of ['imagine', 'prompt.check', 'job.get', 'service.getStatus'] as const) {
			const { error } = await runWorkflow(workflowOf(operation), {
				items: [{ prompt: 'a', jobId: 'j' }],
			});
			expect(error).toMatchObject({
				name: 'NodeApiError',
				message: expect.stringContaining('redirect'),
			});
		}
		expect(sent.map(({ host }) => host)).not.toContain('elsewhere.example.com');
		expect(JSON.stringify(sent)).toContain(API_KEY);
	});
});
