import { describe, expect, test } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import type { IHookFunctions, INodeProperties } from 'n8n-workflow';

import { TtapiMidjourneyTrigger } from '../../nodes/TtapiMidjourney/TtapiMidjourneyTrigger.node.ts';
import { FETCH } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, sent, type Answer } from './support/http.mts';
import { logs } from './support/logs.mts';
import { callbackFor } from './support/pausing.mts';
import { png } from './support/pictures.mts';
import { ActiveWorkflow } from './support/trigger.mts';
import { API } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';

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
		// Only a required one keeps n8n from publishing the trigger without it.
		expect(description.credentials).toEqual([
			{ name: 'ttapiApi', required: true, displayOptions: { show: { verify: [true] } } },
		]);
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
	const hook = (options: object, verify = true) =>
		({
			getNode: () => ({ name: 'Trigger', parameters: {} }),
			getCredentials: async () => ({ apiKey: 'key' }),
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

	test('without a credential is answered 200, and each trouble is logged', async () => {
		const workflow = new ActiveWorkflow({}, { credentials: {} });
		const { status, run } = await workflow.call({ body: callbackFor('job-1') });
		expect({ status, run }).toEqual({ status: 200, run: undefined });
		expect(logs.filter(({ level }) => level === 'error')).toEqual([
			expect.objectContaining({ message: expect.stringContaining('job-1') }),
			expect.objectContaining({ message: expect.stringContaining('job-1') }),
		]);
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

	test('with an expression as the token that gives nothing, starts nothing', async () => {
		const workflow = new ActiveWorkflow({ options: { callbackToken: '={{ $json.nothing }}' } });
		for (const query of [{}, { token: '' }, { token: 'undefined' }]) {
			const { status, run } = await workflow.call({ body: callbackFor('job-1'), query });
			expect({ status, run }).toEqual({ status: 200, run: undefined });
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

/** TTAPI's answer for a job that is done, in the middle of whatever else it says. */
const done = (jobId: string) => ({
	json: { status: 'SUCCESS', jobId, message: 'success', data: { jobId, action: 'imagine' } },
});

describe('a callback that is sent once', () => {
	/** Calls it, and says when it was answered and when the workflow started, in ms. */
	async function callOnce(jobId = 'job-1') {
		const began = Date.now();
		const { status, answeredAt, run } = await new ActiveWorkflow().call({
			body: callbackFor(jobId),
		});
		const items = run?.seenBy.Done;
		return { status, answeredMs: answeredAt! - began, items, tookMs: Date.now() - began };
	}

	test.each<[string, Answer[], number]>([
		[
			'TTAPI does not answer for 3 s',
			[
				async ({ query }) => {
					await passes(3);
					return done(query.jobId);
				},
			],
			4,
		],
		[
			'TTAPI answers 429 with Retry-After 3',
			[
				{ status: 429, headers: { 'retry-after': '3' }, body: {} },
				({ at, query }) => (at < 3_000 ? { status: 429, body: {} } : done(query.jobId)),
			],
			5,
		],
		[
			'TTAPI answers 503 for 10 s',
			[({ at, query }) => (at < 10_000 ? { status: 503, body: '<html>' } : done(query.jobId))],
			25,
		],
		[
			'TTAPI says for 10 s that the job runs',
			[
				({ at, query: { jobId } }) =>
					at < 10_000 ? { json: { status: 'ON_QUEUE', jobId, data: { jobId } } } : done(jobId),
			],
			25,
		],
		[
			'TTAPI says for 5 minutes that it was asked too often',
			[({ at, query }) => (at < 300_000 ? { status: 429, body: {} } : done(query.jobId))],
			335,
		],
	])('starts the workflow if %s', async (_title, answers, mostSeconds) => {
		answer('GET', `${API}${FETCH.image}`, ...answers);
		const { status, answeredMs, items, tookMs } = await callOnce();
		expect(status).toBe(200);
		expect(answeredMs).toBeLessThan(2_000);
		expect(items).toMatchObject([{ json: { jobId: 'job-1', status: 'SUCCESS' } }]);
		expect(tookMs).toBeLessThan(mostSeconds * 1_000);
	});

	test('starts nothing while the state of the job is one that is not known', async () => {
		answer('GET', `${API}${FETCH.image}`, ({ at, query: { jobId } }) =>
			at < 5_000 ? { json: { status: 'RUNNING', jobId, data: { jobId } } } : done(jobId),
		);
		expect((await callOnce()).items).toHaveLength(1);
		const { status, run } = await new ActiveWorkflow().call({
			body: { ...callbackFor('job-1'), status: 'RUNNING' },
		});
		expect({ status, run }).toEqual({ status: 200, run: undefined });
	});
});

describe('many callbacks at the same moment, each sent once', () => {
	/** Calls for each job at once. TTAPI takes 300 ms for an answer. */
	async function flood(workflow: ActiveWorkflow, ids: string[], call: object = {}) {
		let asking = 0;
		let mostAsking = 0;
		answer('GET', `${API}${FETCH.image}`, async ({ query }) => {
			mostAsking = Math.max(mostAsking, ++asking);
			await passes(0.3);
			asking--;
			return done(query.jobId);
		});
		const began = Date.now();
		const calls = await Promise.all(
			ids.map(async (id) => await workflow.call({ body: callbackFor(id), ...call })),
		);
		const runs = calls.flatMap(({ run }) => (run ? [run.seenBy.Done] : []));
		return {
			calls,
			runs,
			mostAsking,
			answeredMs: Math.max(...calls.map(({ answeredAt }) => answeredAt! - began)),
			started: runs.flat().map(({ json }) => json.jobId),
			tookMs: Date.now() - began,
		};
	}
	const ids = (count: number) => Array.from({ length: count }, (_, n) => `job-${n}`);
	const token = { options: { callbackToken: 'secret' } };

	test.each([
		['with a token', 200, token, { query: { token: 'secret' } }, 20],
		['without a token, two jobs a second', 200, {}, {}, 115],
		['with a token, as many as there are open calls', 50, token, { query: { token: 'secret' } }, 5],
	])('%s (%i): each job is handed on exactly once', async (_title, count, parameters, call, s) => {
		const { calls, runs, started, mostAsking, answeredMs, tookMs } = await flood(
			new ActiveWorkflow(parameters),
			ids(count),
			call,
		);
		expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200]));
		expect(answeredMs).toBeLessThan(2_000);
		expect([...started].sort()).toEqual(ids(count).sort());
		expect(mostAsking).toBeLessThanOrEqual(10);
		expect(runs.length).toBeGreaterThan(25);
		expect(runs.length).toBeLessThanOrEqual(50);
		expect(tookMs).toBeLessThan(s * 1_000);
	});

	test('of the same job start it once', async () => {
		const { started } = await flood(new ActiveWorkflow(), Array<string>(20).fill('job-1'));
		expect(started).toEqual(['job-1']);
	});

	test('starve no other trigger', async () => {
		const unknown = { status: 404, body: { status: 'FAILED', message: 'job not found' } };
		for (const path of [FETCH.image, FETCH.edit, FETCH.video])
			for (const method of ['GET', 'POST'] as const)
				answer(method, `${API}${path}`, async ({ query: { jobId } }) => {
					await passes(0.3);
					return jobId === 'real' ? done(jobId) : unknown;
				});
		const flooded = new ActiveWorkflow();
		const flooding = Array.from(
			{ length: 40 },
			async (_, n) => await flooded.call({ body: callbackFor(`invented-${n}`) }),
		);
		const began = Date.now();
		const { run } = await new ActiveWorkflow().call({ body: callbackFor('real') });
		expect(run?.seenBy.Done).toHaveLength(1);
		expect(Date.now() - began).toBeLessThan(10_000);
		expect((await Promise.all(flooding)).filter((call) => call.run)).toEqual([]);
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
