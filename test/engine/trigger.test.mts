import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { IHookFunctions, INodeProperties } from 'n8n-workflow';

import { TtapiMidjourneyTrigger } from '../../nodes/TtapiMidjourney/TtapiMidjourneyTrigger.node.ts';
import { FETCH } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, sent } from './support/http.mts';
import { logs } from './support/logs.mts';
import { callbackFor } from './support/pausing.mts';
import { png } from './support/pictures.mts';
import { ActiveWorkflow } from './support/trigger.mts';
import { API } from './support/ttapi.mts';

const NODE_FOLDER = resolve(import.meta.dirname, '../../nodes/TtapiMidjourney');
const { description, webhookMethods } = new TtapiMidjourneyTrigger();

/** Every field, those of the collection too, as `options.download`. */
const fields = new Map(
	description.properties.flatMap((field): Array<[string, INodeProperties]> => {
		const options = field.type === 'collection' ? (field.options as INodeProperties[]) : [];
		return [
			[field.name, field],
			...options.map((each): [string, INodeProperties] => [`${field.name}.${each.name}`, each]),
		];
	}),
);
const valuesOf = (name: string) =>
	(fields.get(name)?.options as Array<{ value: string }>).map(({ value }) => value);

describe('what saved workflows depend on', () => {
	test('the names of the node, its credential and its URL', () => {
		expect([description.name, description.displayName]).toEqual([
			...['ttapiMidjourneyTrigger', 'TTAPI Midjourney Trigger'],
		]);
		// Without Verify there need not be one.
		expect(description.credentials).toEqual([{ name: 'ttapiApi', required: false }]);
		expect(description.webhooks).toEqual([
			{
				name: 'default',
				httpMethod: 'POST',
				path: 'callback',
				responseMode: 'onReceived',
				responseData: '',
			},
		]);
	});

	test.each<[string, unknown]>([
		['events', ['SUCCESS', 'FAILED']],
		['verify', true],
		['options.actions', []],
		['options.callbackToken', ''],
		['options.deduplicate', true],
		['options.download', 'none'],
		['options.simplify', true],
	])('the parameter %s, with its default %j', (name, value) => {
		expect(fields.get(name)?.default).toEqual(value);
	});

	test.each([
		['events', ['FAILED', 'SUCCESS']],
		['options.download', ['grid', 'images', 'itemPerImage', 'none']],
	])('the values of %s', (name, values) => {
		expect(valuesOf(name).sort()).toEqual(values);
	});

	test('the actions: the 26 of a button, and every other job', () => {
		const actions = valuesOf('options.actions');
		expect(actions).toHaveLength(new Set(actions).size);
		expect(actions).toEqual(
			expect.arrayContaining(['imagine', 'blend', 'describe', 'inpaint', 'upsample1', 'reroll']),
		);
		expect(actions.length).toBeGreaterThanOrEqual(30);
	});

	test('the token is no plain text in the editor', () => {
		expect(fields.get('options.callbackToken')?.typeOptions).toMatchObject({ password: true });
	});
});

describe('what the editor shows', () => {
	test('every field is labelled and explained', () => {
		for (const [name, field] of fields) {
			expect([name, field.displayName]).toEqual([name, expect.stringMatching(/^[A-Z]/)]);
			// n8n's guidelines want no tooltip at Trigger On.
			if (name !== 'events' && !['notice', 'collection'].includes(field.type))
				expect([name, field.description]).toEqual([name, expect.any(String)]);
		}
	});

	test('has one type version', () => expect(description.version).toBe(1));

	test('an icon, light and dark, and a codex that names the node', () => {
		for (const icon of Object.values(description.icon as object))
			expect(existsSync(resolve(NODE_FOLDER, icon.slice('file:'.length)))).toBe(true);
		const codex = resolve(NODE_FOLDER, 'TtapiMidjourneyTrigger.node.json');
		expect(JSON.parse(readFileSync(codex, 'utf8')).node).toBe(
			'n8n-nodes-ttapi.ttapiMidjourneyTrigger',
		);
	});
});

describe('when the workflow is activated', () => {
	const { checkExists, create } = webhookMethods.default;
	const hook = (options: object, verify = true, hasCredential = true) =>
		({
			getCredentials: async () => {
				if (!hasCredential) throw new Error('Credentials not found');
				return { apiKey: API_KEY };
			},
			getNode: () => ({ name: 'Trigger', parameters: {} }),
			getNodeParameter: (name: string, fallback: unknown) =>
				({ verify, options, ...flat(options) })[name] ?? fallback,
		}) as unknown as IHookFunctions;
	const flat = (options: object) =>
		Object.fromEntries(Object.entries(options).map(([name, value]) => [`options.${name}`, value]));

	test('nothing is registered at TTAPI, and nothing is asked', async () => {
		expect(await checkExists.call(hook({}))).toBe(false);
		expect(await create.call(hook({}))).toBe(true);
		expect(await webhookMethods.default.delete.call(hook({}))).toBe(true);
		expect(sent).toEqual([]);
	});

	test('Verify needs a credential', async () => {
		await expect(create.call(hook({}, true, false))).rejects.toThrow(
			expect.objectContaining({
				message: expect.stringMatching(/Verify needs a TTAPI credential/),
				description: expect.stringMatching(/switch Verify off/),
			}),
		);
		expect(await create.call(hook({}, false, false))).toBe(true);
	});

	test('settings that would let everybody make n8n download are refused', async () => {
		await expect(create.call(hook({ download: 'grid' }, false))).rejects.toThrow(/token/);
	});
});

/** TTAPI knows job-1, which is done. */
function knowJob(
	data: object = {},
	status = 'SUCCESS',
	message = status === 'FAILED' ? 'Job Timeout' : 'success',
) {
	answer('GET', `${API}${FETCH.image}`, ({ query }) => ({
		json: {
			status,
			jobId: query.jobId,
			message,
			data: {
				jobId: query.jobId,
				action: 'imagine',
				prompt: 'cat',
				hookUrl: 'https://secret.example',
				cdnImage: 'https://cdn.ttapi.io/1.png',
				...data,
			},
		},
	}));
}

describe('a callback', () => {
	test('starts the workflow with what TTAPI says, asked with the key of the credential', async () => {
		knowJob();
		const { status, run } = await new ActiveWorkflow().call({ body: callbackFor('job-1') });
		expect(status).toBe(200);
		expect(run?.status).toBe('success');
		expect(run?.seenBy.Done).toMatchObject([
			{ json: { jobId: 'job-1', status: 'SUCCESS', family: 'image', prompt: 'cat' } },
		]);
		expect(sent).toMatchObject([{ headers: { 'tt-api-key': API_KEY } }]);
		expect(JSON.stringify(run?.run.data.resultData)).not.toMatch(/hookUrl|secret|as the caller/);
	});

	test.each(['top-secret', 'top secret 🎨&a=b', 'a+b', '\ud83c'])(
		'of a failed job whose reason repeats the Callback URL does not show the token: %s',
		async (token) => {
			const url = new URL('https://n8n.example.com/callback');
			url.searchParams.set('token', token);
			const forms = [url.href, url.href.replaceAll('+', '%20'), `token=${token}`];
			for (const simplify of [true, false]) {
				knowJob({}, 'FAILED', `no answer from ${forms.join(' and ')}`);
				const workflow = new ActiveWorkflow({ options: { callbackToken: token, simplify } });
				const { run } = await workflow.call({ body: callbackFor('job-1'), query: { token } });
				expect(run?.seenBy.Done).toHaveLength(1);
				const { message } = run!.seenBy.Done[0].json;
				expect(message).toMatch(/^no answer from .*\*\*\*.*\*\*\*.*\*\*\*$/);
				for (const form of forms) expect(message).not.toContain(form.split('?').at(-1));
			}
		},
	);

	test('of a failed job starts it with an ordinary item', async () => {
		knowJob({}, 'FAILED');
		const { run } = await new ActiveWorkflow().call({ body: callbackFor('job-1') });
		expect(run?.seenBy.Done).toMatchObject([
			{ json: { status: 'FAILED', message: 'Job Timeout' } },
		]);
		expect(run?.error).toBeUndefined();
	});

	test('needs no credential where Verify is off', async () => {
		const workflow = new ActiveWorkflow({ verify: false }, { credentials: {} });
		const { run } = await workflow.call({ body: callbackFor('job-1') });
		expect(run?.seenBy.Done).toMatchObject([{ json: { prompt: 'as the caller says' } }]);
		expect(sent).toEqual([]);
	});

	test('without a credential is told to come again, and the trouble is logged', async () => {
		const workflow = new ActiveWorkflow({}, { credentials: {} });
		const { status, run, headers } = await workflow.call({ body: callbackFor('job-1') });
		expect({ status, run }).toEqual({ status: 503, run: undefined });
		expect(Number(headers['retry-after'])).toBeGreaterThan(0);
		expect(logs.filter(({ level }) => level === 'error')).toHaveLength(1);
	});

	test.each([
		['without the token', {}, 401],
		['with a wrong token', { token: 'guess' }, 401],
		['with the token', { token: 'top secret 🎨' }, 200],
	])('%s', async (_title, query, status) => {
		knowJob();
		const workflow = new ActiveWorkflow({ options: { callbackToken: 'top secret 🎨' } });
		const called = await workflow.call({ body: callbackFor('job-1'), query });
		expect(called.status).toBe(status);
		expect(sent).toHaveLength(status === 200 ? 1 : 0);
	});

	test('with an expression as the token that gives nothing, lets nobody in', async () => {
		const workflow = new ActiveWorkflow({ options: { callbackToken: '={{ $json.nothing }}' } });
		for (const query of [{}, { token: '' }, { token: 'undefined' }]) {
			const { status, run } = await workflow.call({ body: callbackFor('job-1'), query });
			expect({ status, run }).toEqual({ status: 503, run: undefined });
		}
		expect(sent).toEqual([]);
	});

	test('downloads the files before the workflow starts', async () => {
		knowJob();
		answer('GET', 'https://cdn.ttapi.io/1.png', {
			status: 200,
			body: png(),
			headers: { 'content-type': 'image/png' },
		});
		const workflow = new ActiveWorkflow({ options: { download: 'grid' } });
		const { run } = await workflow.call({ body: callbackFor('job-1') });
		expect(run?.seenBy.Done[0].binary?.data).toMatchObject({ fileName: 'job-1.png' });
		expect(sent.at(-1)?.headers).not.toHaveProperty('tt-api-key');
	});

	test.each([undefined, null, 'text', 7, [], {}])('that is none is told 400: %j', async (body) => {
		const { status, run } = await new ActiveWorkflow().call({ body });
		expect({ status, run }).toEqual({ status: 400, run: undefined });
	});

	test('over 1 MB is told 413', async () => {
		const rawBody = Buffer.alloc(1024 ** 2 + 1);
		const called = await new ActiveWorkflow().call({ body: callbackFor('job-1'), rawBody });
		expect(called.status).toBe(413);
	});
});

describe('the same callback again', () => {
	test('starts nothing: n8n keeps with the workflow what has started it', async () => {
		knowJob();
		const workflow = new ActiveWorkflow();
		await workflow.call({ body: callbackFor('job-1') });
		const { status, run } = await workflow.call({ body: callbackFor('job-1') });
		expect({ status, run }).toEqual({ status: 200, run: undefined });
		expect(workflow.staticData).toEqual({ 'node:Trigger': { started: 'job-1 SUCCESS' } });
	});

	test('to the test URL starts the workflow each time, and is not remembered', async () => {
		knowJob();
		const workflow = new ActiveWorkflow();
		for (const mode of ['manual', 'manual', 'webhook'] as const) {
			const { run } = await workflow.call({ body: callbackFor('job-1') }, mode);
			expect(run?.seenBy.Done).toHaveLength(1);
		}
	});
});
