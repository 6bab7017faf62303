/**
 * Where the API key, the resume URL and the callback token are to be found after everything that happens to them: an n8n
 * that logs all that it can, and that is searched afterwards. What strangers can make n8n do is in securityOutside.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import type { RequestRecord } from '../../simulator/requests/requestLog.mts';
import { INFO } from '../operations.mts';
import { startOwnN8n } from './support/ownN8n.mts';
import { playTtapi, sendJson, startStranger, type Visit } from './support/stranger.mts';
import { listen, submitJob } from './support/trigger.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const secret = () => randomBytes(12).toString('hex');
const KEY = `key-${secret()}`;
const TOKEN = `token-${secret()}`;

const world = await startWorld({
	apiKey: KEY,
	jobMs: 500,
});
const { simulator } = world;
const stranger = await startStranger();
const { n8n, client, credentials } = await startOwnN8n(world, {
	N8N_LOG_LEVEL: 'debug',
	// n8n 1.x needs to be told to keep what it runs for a test.
	EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'all',
});

const PROMPTS = ['a red fox', 'a blue whale'];
const options = { pollInterval: 1 };
const imagine = (more: Record<string, unknown> = {}, node: Partial<TtapiNode> = {}): TtapiNode => ({
	parameters: { prompt: '={{ $json.prompt }}', options, ...more },
	...node,
});

/** Credentials for another address of the API, with the same key. */
async function credentialsFor(customBaseUrl: string) {
	const data = { apiKey: KEY, baseUrl: 'custom', customBaseUrl };
	const type = 'ttapiApi';
	return { [type]: await client.createCredential({ name: customBaseUrl, type, data }) };
}

/** Runs the node for all prompts, and remembers what n8n keeps of it. */
async function run(node: TtapiNode, using = credentials): Promise<Execution> {
	const items = PROMPTS.map((prompt) => ({ prompt }));
	const workflow = await client.createWorkflow(ttapiWorkflow(items, node), using);
	return await client.runWorkflow(workflow);
}

/** A TTAPI that repeats in every place whatever it was sent. */
playTtapi(stranger, '/parrot', ({ hookUrl, prompt }, { headers }) => {
	const heard = `${headers['tt-api-key']} ${hookUrl}`;
	const data = { prompt, hookUrl, hook_url: hookUrl, HookUrl: hookUrl, more: [{ hookUrl }] };
	return {
		status: prompt === PROMPTS[1] ? 'FAILED' : 'SUCCESS',
		message: `I heard ${heard}`,
		data,
	};
});

/** What n8n keeps of all that was run. */
const executions: Execution[] = [];
/** What the simulator got of it, which is reset in between. */
const requests: RequestRecord[] = [];
const simulatorsHooks: string[] = [];

const RESUME_URL = /signature=|webhook-waiting/;

/** Begins anew at the simulator. */
function forget() {
	const { requests: got, jobs } = simulator.state();
	requests.push(...got);
	simulatorsHooks.push(...jobs.map(({ hookUrl }) => hookUrl));
	simulator.reset();
}

beforeAll(async () => {
	stranger.serve('/picture.png', (_, response) =>
		response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(100, 1)),
	);
	stranger.serve('/refuses/midjourney/v1/imagine', ({ headers, body }, response) =>
		sendJson(response, 400, {
			status: 'FAILED',
			message: `I do not like ${headers['tt-api-key']} ${JSON.parse(body).hookUrl}`,
			data: null,
		}),
	);

	await everythingGoesWell();
	await everythingGoesWrong();
	await pauses();
	await callbacks();
	await otherWaysToTheKey();

	forget();
	for (const { id } of await client.listExecutions()) {
		executions.push(await client.waitForExecution(id));
	}
}, 600_000);

async function everythingGoesWell() {
	const { status, data } = await run(imagine({ download: 'itemPerImage' }));
	expect([status, data.resultData.error]).toEqual(['success', undefined]);
	await run(imagine({ options: { ...options, simplify: false } }));
}

async function everythingGoesWrong() {
	const location = `${stranger.url}/stolen`;
	for (const onError of [undefined, 'continueErrorOutput'] as const) {
		for (const fault of [
			{ kind: 'redirect', location, endpoint: ['imagine', 'fetch'] },
			{ kind: 'redirect', location, status: 308, endpoint: 'fetch' },
			{ kind: 'status', status: 401, message: `Wrong TT-API-KEY ${KEY}`, endpoint: 'imagine' },
			{ kind: 'status', status: 500, message: `${KEY} broke it`, endpoint: 'imagine' },
			{ kind: 'html', status: 200, endpoint: 'imagine' },
			{ kind: 'reset', when: 'after', endpoint: 'imagine' },
			{ kind: 'jobFails', message: `[Invalid link] ${KEY}` },
		] as const) {
			forget();
			simulator.addFault(fault as never);
			// A doubtful submit is looked for as long as Max Wait lasts.
			const node = imagine({ options: { ...options, maxWait: 5 } }, { onError });
			const execution = await run(node);
			const failed = itemsOf(execution, 'TTAPI', { output: 1 });
			expect(failed.length || execution.data.resultData.error).toBeTruthy();
		}
	}
	// A picture may be anywhere, and may be moved anywhere.
	forget();
	const moved = `${stranger.url}/picture.png`;
	simulator.addFault({ kind: 'redirect', location: moved, endpoint: 'picture' });
	const { status } = await run(imagine({ download: 'grid' }));
	expect(status).toBe('success');

	// A person's Retry.
	forget();
	simulator.addFault({ kind: 'jobFails', message: 'Job Timeout' });
	const { id } = await run(imagine());
	simulator.clearFaults();
	await client.waitForExecution(await client.retryExecution(id));
}

async function pauses() {
	const paused = (more: object = {}) => ({
		waitForResult: 'callback',
		download: 'grid',
		options: { ...options, ...more },
	});
	forget();
	expect((await run(imagine(paused({ simplify: false })))).status).toBe('success');
	// A rerun of a paused execution that failed, which looks at the jobs of the first one.
	simulator.addFault({ kind: 'jobFails', message: 'Job Timeout', prompt: PROMPTS[1] });
	const { id, status } = await run(imagine(paused()));
	expect(status).toBe('error');
	simulator.clearFaults();
	await client.waitForExecution(await client.retryExecution(id));
	// Jobs that end before the pause, and refusals, of a TTAPI that repeats everything.
	for (const onError of [undefined, 'continueErrorOutput'] as const) {
		for (const folder of ['/parrot', '/refuses']) {
			const node = imagine(paused({ simplify: false }), { onError });
			await run(node, await credentialsFor(stranger.url + folder));
		}
	}
}

async function callbacks() {
	forget();
	const listener = await listen(
		{ client, credentials },
		{ options: { callbackToken: TOKEN, simplify: false, download: 'grid' } },
	);
	const hookUrl = `${listener.url}?token=${TOKEN}`;
	simulator.addFault({ kind: 'jobFails', message: `callback to ${hookUrl} failed`, count: 1 });
	for (const prompt of PROMPTS) await submitJob(simulator, { prompt, hookUrl });
	const items = (await listener.runs(2)).flat();
	expect(items.map(({ json }) => json.status).sort()).toEqual(['FAILED', 'SUCCESS']);
}

/** The credential's own test, and n8n's HTTP Request node with our credential. */
async function otherWaysToTheKey() {
	forget();
	stranger.serve('/moved/midjourney/v1/info', (_, response) =>
		response.writeHead(302, { location: `${stranger.url}/stolen` }).end(),
	);
	const { credential } = world;
	const [made] = Object.values(credentials);
	const data = { ...credential.data, customBaseUrl: `${stranger.url}/moved` };
	const tested = await client.testCredential({ ...made, type: 'ttapiApi', data });
	expect(tested.status).toBe('Error');

	const request = (url: string, fullResponse = {}) => ({
		name: 'TTAPI',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: {
			url,
			authentication: 'predefinedCredentialType',
			nodeCredentialType: 'ttapiApi',
			options: { redirect: { redirect: { followRedirects: true, maxRedirects: 21 } } },
			...fullResponse,
		},
		onError: 'continueRegularOutput' as const,
	});
	simulator.addFault({ kind: 'redirect', location: `${stranger.url}/stolen`, endpoint: 'info' });
	for (const url of [`${stranger.url}/stolen`, `${simulator.url}${INFO}`]) {
		const workflow = ttapiWorkflow([{}], imagine());
		workflow.nodes[1] = { ...workflow.nodes[1], ...request(url) };
		await client.runWorkflow(await client.createWorkflow(workflow, credentials));
	}
	expect(simulator.state().requests.at(-1)!.headers['tt-api-key']).toBe(KEY);
}

/** All files of n8n's user folder but the installed package itself. */
function* filesOf(folder: string): Generator<string> {
	for (const entry of readdirSync(folder, { withFileTypes: true })) {
		const file = path.join(folder, entry.name);
		if (entry.isDirectory() && entry.name !== 'node_modules') yield* filesOf(file);
		else if (entry.isFile()) yield file;
	}
}

const log = () => readFileSync(n8n.log, 'utf8');

/** What stands around the places where it is found. */
const around = (found: string | RegExp, text: string) =>
	[
		...text.matchAll(
			new RegExp(`.{0,100}(?:${typeof found === 'string' ? found : found.source}).{0,40}`, 'g'),
		),
	].map(([place]) => place);

describe('the API key', () => {
	test('is in no line of the log, at its most talkative', () => {
		expect(around(/ debug .*submitted job|submitted job/, log()).length).toBeGreaterThan(0);
		expect(around(KEY, log())).toEqual([]);
	});

	test('is in no data of an execution: no output, no error, no context of the node', () => {
		expect(executions.length).toBeGreaterThan(25);
		const all = JSON.stringify(executions);
		expect(all).toContain(PROMPTS[0]);
		expect(around(KEY, all)).toEqual([]);
	});

	test('is in no file that n8n writes, the database above all', () => {
		const files = [...filesOf(n8n.folder)];
		const having = (text: string) => files.filter((file) => readFileSync(file).includes(text));
		expect(having(PROMPTS[0]).some((file) => /database\.sqlite/.test(file))).toBe(true);
		expect(files.filter((file) => /binary_data/.test(file)).length).toBeGreaterThan(0);
		expect(having(KEY)).toEqual([]);
	});

	test('reached the API and nobody else, though strangers were pointed to in every way', () => {
		const isApi = ({ url }: Visit) => /^\/(?:parrot|refuses|moved)\//.test(url);
		const toApi = stranger.visits.filter(isApi);
		expect(toApi.length).toBeGreaterThan(0);
		for (const { headers } of toApi) expect(headers['tt-api-key']).toBe(KEY);
		const others = stranger.visits.filter((visit) => !isApi(visit));
		// Pictures alone may be anywhere: no redirect of the API was followed.
		expect(new Set(others.map(({ url }) => url))).toEqual(new Set(['/picture.png']));
		expect(JSON.stringify(others)).not.toContain(KEY);
	});

	test('is not in what goes to the host of the pictures, though it is that of the API', () => {
		const asked = requests.filter(({ path: asked }) => asked.startsWith('/pictures/'));
		expect(asked.length).toBeGreaterThan(0);
		expect(JSON.stringify(asked)).not.toContain(KEY);
	});
});

describe('a resume URL and a callback token', () => {
	test('are in no output, no error and no context of the node', () => {
		const withUrl = simulatorsHooks.filter((hookUrl) => /webhook-waiting/.test(hookUrl));
		expect(withUrl.length).toBeGreaterThan(0);
		const contexts = executions.map(({ data }) => data.executionData?.contextData ?? {});
		for (const key of ['pause', 'ledger']) {
			const kept = contexts.map((each) => Object.keys(each['node:TTAPI']?.[key] ?? {}));
			expect([key, kept.some((entries) => entries.length > 0)]).toEqual([key, true]);
		}
		for (const { data } of executions) {
			// n8n 2.x itself keeps the token beside the data of the run.
			const text = JSON.stringify({ ...data, resumeToken: undefined });
			expect(around(RESUME_URL, text)).toEqual([]);
			expect(around(TOKEN, text)).toEqual([]);
		}
	});

	test('are in no line of the log', () => {
		expect(around(RESUME_URL, log())).toEqual([]);
		expect(around(TOKEN, log())).toEqual([]);
	});
});
