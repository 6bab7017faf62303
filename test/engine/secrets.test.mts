import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';

import { CHECK, FETCH } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, connectionError, sent, type Answer, type Sent } from './support/http.mts';
import { logs } from './support/logs.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, playTtapi } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const HOOK = 'https://n8n.example.com/webhook-waiting/1?signature=resume-token';

/** Everything that a run leaves behind, hidden properties too. */
const trace = (run: object) =>
	inspect([run, logs], { depth: Infinity, showHidden: true, maxArrayLength: null });

describe('the API key is in no error, output or log', () => {
	test.each<[string, Answer | undefined]>([
		['of a good run', undefined],
		[
			'after a refused key',
			{ status: 401, body: { status: 'FAILED', message: 'Wrong TT-API-KEY' } },
		],
		['after a reset connection', connectionError('ECONNRESET')],
		['after a refused connection', connectionError('ECONNREFUSED')],
		['after HTTP 500', { status: 500, body: '<html>' }],
		['after a redirect', { status: 302, headers: { location: 'https://elsewhere.example.com' } }],
	])('%s', async (_title, submit) => {
		for (const onError of [
			'stopWorkflow',
			'continueRegularOutput',
			'continueErrorOutput',
		] as const) {
			playTtapi({ submit: () => submit });
			const run = await runWorkflow(workflowOf('imagine'), {
				items: [{ prompt: 'a' }],
				node: { onError },
			});
			expect(sent.at(-1)!.headers['tt-api-key']).toBe(API_KEY);
			expect(trace(run)).not.toContain(API_KEY);
		}
	});

	test('after looks and questions that do not work', async () => {
		for (const method of ['GET', 'POST'] as const)
			answer(method, `${API}${FETCH.image}`, connectionError('EPIPE'));
		answer('POST', `${API}${CHECK}`, connectionError('ECONNRESET'));
		for (const operation of ['job.get', 'job.wait', 'prompt.check'] as const) {
			const run = await runWorkflow(workflowOf(operation), {
				items: [{ prompt: 'a', jobId: 'j' }],
			});
			expect(run.error).toBeDefined();
			expect(trace(run)).not.toContain(API_KEY);
		}
	});
});

describe('hookUrl, which may hold a resume token, is in no output', () => {
	test.each([
		['simplified', { simplify: true }],
		['unsimplified', { simplify: false }],
		['unsimplified, after a timeout', { simplify: false, maxWait: 1, onTimeout: 'continue' }],
	])('%s', async (_title, options) => {
		playTtapi();
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			parameters: { options: { ...options, hookUrl: HOOK } },
		});
		expect(sent[0].body.hookUrl).toBe(HOOK);
		expect(run.items).toHaveLength(1);
		expect(JSON.stringify([run.items, run.hints, logs])).not.toMatch(/hookUrl|resume-token/);
	});
});

test.each<[string, string, (sent: Sent) => string]>([
	['hookUrl', 'resume-token', ({ body }) => body.hookUrl],
	['the key', API_KEY, ({ headers }) => headers['tt-api-key']],
])('%s is not in the error of a refusal that repeats it', async (_title, secret, echoed) => {
	for (const status of [400, 401, 200]) {
		playTtapi({
			submit: (request) => ({
				status,
				body: { status: 'FAILED', message: `bad: ${echoed(request)} !`, data: null },
			}),
		});
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a', hook: HOOK }],
			// n8n puts the node's parameters into the error, as they are written.
			parameters: { options: { hookUrl: '={{ $json.hook }}' } },
		});
		expect(run.error?.message).toContain('bad: *** !');
		expect(inspect([run.error, logs], { depth: Infinity, showHidden: true })).not.toContain(secret);
	}
});

test.each(['stopWorkflow', 'continueErrorOutput'] as const)(
	'a failed job whose reason repeats the callback URL does not show it: %s',
	async (onError) => {
		playTtapi({ fails: () => `callback to ${HOOK} failed` });
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a', hook: HOOK }],
			parameters: { options: { hookUrl: '={{ $json.hook }}' } },
			node: { onError },
		});
		const said = [run.error?.message, ...run.errorItems.map(({ json }) => json.error)];
		expect(JSON.stringify(said)).toContain('callback to *** failed');
		expect(JSON.stringify(said)).not.toContain('resume-token');
	},
);
