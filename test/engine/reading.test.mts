import { describe, expect, test } from '@jest/globals';

import { API_KEY } from './support/credentials.mts';
import { answer, connectionError, sent, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const TROUBLE: Array<[string, Answer]> = [
	['429', { status: 429 }],
	['500', { status: 500, body: { message: 'oops' } }],
	['502 with a page of a proxy', { status: 502, body: '<html>' }],
	['a reset connection', connectionError('ECONNRESET')],
	['no answer in time', connectionError('ECONNABORTED')],
	['a host name that is not found', connectionError('ENOTFOUND')],
	['HTTP 200 that is not JSON', { status: 200, body: '<html>maintenance</html>' }],
];
const done: Answer = { json: { status: 'SUCCESS', jobId: 'j', message: '', data: {} } };
const FETCH = `${API}/midjourney/v1/fetch`;

describe.each(TROUBLE)('after %s', (_title, trouble) => {
	test('job.get asks again', async () => {
		answer('GET', FETCH, trouble, trouble, done);
		const { items } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'j' }] });
		expect(items[0].json.status).toBe('SUCCESS');
		const [first, second, third] = sent.map(({ at }) => at);
		expect(third - second).toBeGreaterThan(second - first);
	});

	test('a wait goes on', async () => {
		playTtapi({ seconds: 1, fetch: (_sent, looks) => (looks <= 2 ? trouble : undefined) });
		const { items } = await runWorkflow(workflowOf('imagine'), { items: [{ prompt: 'a' }] });
		expect(items[0].json.status).toBe('SUCCESS');
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

	test('job.get gives up after 5 tries within 60 s, with the job id', async () => {
		answer('GET', FETCH, trouble);
		const { error } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'job-x' }] });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('job-x'),
		});
		expect(sent).toHaveLength(5);
		expect(sent.at(-1)!.at).toBeLessThan(60_000);
	});
});

describe('a refusal is not asked again', () => {
	test.each([400, 401, 402, 403])('HTTP %s for job.get', async (status) => {
		answer('GET', FETCH, { status, body: { status: 'FAILED', message: 'TTAPI says no' } });
		const { error } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'job-x' }] });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			httpCode: String(status),
			context: { itemIndex: 0 },
		});
		expect(error?.message).toMatch(/job-x.*TTAPI says no/);
		expect(sent).toHaveLength(1);
	});

	test('401 while waiting is an error that names the job', async () => {
		playTtapi({
			fetch: () => ({ status: 401, body: { status: 'FAILED', message: 'Wrong TT-API-KEY' } }),
		});
		const { error } = await runWorkflow(workflowOf('imagine'), { items: [{ prompt: 'a' }] });
		expect(error?.message).toContain('job-1');
	});

	test('an empty prompt to check, said by TTAPI', async () => {
		answer('POST', `${API}/midjourney/v1/promptCheck`, {
			status: 400,
			body: { message: '"prompt" cannot be empty.' },
		});
		const { error } = await runWorkflow(workflowOf('prompt.check'), { items: [{ prompt: 'a' }] });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining('cannot be empty'),
		});
	});

	test('an answer without a state', async () => {
		answer('GET', FETCH, { json: { hello: 'world' } });
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
