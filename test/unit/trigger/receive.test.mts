import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { JOB_KINDS } from '../../../nodes/TtapiMidjourney/actions/resources.ts';
import { receive } from '../../../nodes/TtapiMidjourney/trigger/receive.ts';
import { doneBody, failedBody, type Body } from '../support/bodies.mts';
import { callbackFor, ttapi, type Look } from '../support/callbacks.mts';
import { file } from '../support/downloads.mts';
import { API_KEY, apiAnswer } from '../support/fakeHttp.mts';
import { FakeResponse } from '../support/fakeResponse.mts';
import {
	askedFor,
	fakeWebhook,
	isStarted,
	untilDone,
	useFakeTime,
	type FakeCall,
} from '../support/fakeWebhook.mts';

let workflows = 0;
/** A workflow that no other test has started. */
let workflowId: string;

beforeEach(() => {
	useFakeTime();
	workflowId = `workflow ${workflows++}`;
});
afterEach(() => void jest.useRealTimers());

interface Given extends FakeCall {
	looks?: Record<string, Look | Look[]>;
	options?: IDataObject;
	/** What n8n answers once the trigger has handed on its items; undefined: nothing yet. */
	n8nAnswers?: number;
}

/** A call of the trigger's URL, dealt with to its end. */
async function call({ looks = {}, options = {}, n8nAnswers = 200, ...given }: Given = {}) {
	const fake = fakeWebhook({
		body: callbackFor('a'),
		workflowId,
		api: ttapi({ a: 'SUCCESS', ...looks }),
		...given,
		parameters: { events: ['SUCCESS', 'FAILED'], ...given.parameters, options },
	});
	const began = Date.now();
	const result = await untilDone(receive(fake.context, JOB_KINDS));
	const { response } = fake;
	const answered = response.headersSent ? response.statusCode : undefined;
	if (isStarted(result) && n8nAnswers && !response.destroyed) response.answeredByN8n(n8nAnswers);
	return {
		...fake,
		result,
		/** What the trigger itself answered; undefined where it is left to n8n. */
		answered,
		retryAfter: response.headers['retry-after'],
		items: result.workflowData?.[0],
		asked: askedFor(fake.apiRequests),
		tookMs: Date.now() - began,
	};
}

const UNVERIFIED = { verify: false };
const large = () => Buffer.alloc(1024 ** 2 + 1);

describe('a callback starts the workflow', () => {
	test('with the job, and n8n answers once the run exists', async () => {
		const { items, answered, result } = await call();
		expect(items).toMatchObject([{ json: { jobId: 'a', status: 'SUCCESS', family: 'image' } }]);
		expect(answered).toBeUndefined();
		expect(result.noWebhookResponse).toBeUndefined();
		expect(result.webhookResponse).toEqual({ message: expect.any(String) });
	});

	test("with TTAPI's answer, not with the caller's", async () => {
		const body = doneBody({ jobId: 'a', prompt: 'forged', cdnImage: 'https://evil.example/1.png' });
		const { items, asked } = await call({ body });
		expect(asked).toEqual(['a']);
		expect(JSON.stringify(items)).not.toMatch(/forged|evil/);
	});

	test('of a failed job as an ordinary item', async () => {
		const { items } = await call({ looks: { a: 'FAILED' } });
		expect(items).toMatchObject([{ json: { status: 'FAILED', message: 'Job Timeout' } }]);
		expect(items?.[0].json).not.toHaveProperty('error');
	});

	test('of a job that has failed, whatever the caller says', async () => {
		const { items } = await call({ body: failedBody('forged', 'a') });
		expect(items).toMatchObject([{ json: { status: 'SUCCESS' } }]);
	});

	test("with the caller's word where Verify is off, and asks nobody", async () => {
		const credentialError = new Error('There is none');
		const { items, asked } = await call({ parameters: UNVERIFIED, credentialError });
		expect(items).toMatchObject([{ json: { jobId: 'a', status: 'SUCCESS' } }]);
		expect(asked).toEqual([]);
	});

	test('with items that are paired with nothing: there is none before a trigger', async () => {
		const { items } = await call();
		expect(Object.keys(items![0])).toEqual(['json']);
	});

	test.each([true, false])('without any callback URL, simplified %s', async (simplify) => {
		const hookUrl = 'https://n8n.example.com/?token=secret';
		const body = { ...doneBody({ jobId: 'a', hookUrl }), hookUrl } as IDataObject;
		for (const parameters of [{}, UNVERIFIED]) {
			const { items } = await call({
				body,
				looks: { a: body },
				parameters,
				options: { simplify, deduplicate: false },
			});
			expect(items).toHaveLength(1);
			expect(JSON.stringify(items)).not.toMatch(/hookUrl|secret/);
			expect('family' in items![0].json).toBe(simplify);
		}
	});

	test('when TTAPI says so after a moment: its fetch may lag behind', async () => {
		const { items, asked } = await call({ looks: { a: ['ON_QUEUE', 500, 'SUCCESS'] } });
		expect(items).toHaveLength(1);
		expect(asked).toHaveLength(3);
	});

	test('of a job in any family', async () => {
		const api: FakeCall['api'] = ({ url }) =>
			url.includes('image-edits')
				? apiAnswer(200, doneBody({ jobId: 'a', cdnImages: ['https://cdn.ttapi.io/1.png'] }))
				: apiAnswer(404, {});
		expect((await call({ api })).items).toMatchObject([{ json: { family: 'edit' } }]);
	});
});

/** The answers that the README lists, as far as nothing is asked of TTAPI. */
const REFUSED: Array<[number, string, Given]> = [
	[400, 'the body is no callback', { body: { hello: 'world' } }],
	[400, 'there is no body', { body: undefined }],
	[400, 'the id could mean something in a URL', { body: { status: 'SUCCESS', jobId: '../x' } }],
	[401, 'the token is missing', { options: { callbackToken: 'secret' } }],
	[401, 'the token is wrong', { options: { callbackToken: 'secret' }, query: { token: 'Secret' } }],
	[413, 'the body is over 1 MB', { rawBody: large() }],
	[200, 'the job has not ended', { body: { status: 'ON_QUEUE', jobId: 'a', data: [] } }],
];

describe.each(REFUSED)('is answered %i, and nothing is asked of TTAPI:', (status, title, given) => {
	test.each([{}, UNVERIFIED])(`${title} (%j)`, async (parameters) => {
		const { result, answered, asked, downloads } = await call({ ...given, parameters });
		expect(result).toEqual({ noWebhookResponse: true });
		expect({ answered, asked, downloads }).toEqual({ answered: status, asked: [], downloads: [] });
	});
});

describe('the checks have an order:', () => {
	const garbage = { body: { hello: 'world' } };
	const secret = { options: { callbackToken: 'secret' } };

	test.each<[number, string, Given]>([
		[401, 'the token before the size', { ...secret, rawBody: large() }],
		[401, 'the token before the form', { ...secret, ...garbage }],
		[413, 'the size before the form', { ...garbage, rawBody: large() }],
		[400, 'the form before the credential', { ...garbage, credentialError: new Error('no') }],
	])('%i: %s', async (status, _title, given) => {
		expect(await call(given)).toMatchObject({ answered: status, asked: [] });
	});
});

describe('is answered 503 with Retry-After, and starts nothing:', () => {
	test.each<[string, Given]>([
		['TTAPI answers with HTTP 500', { looks: { a: 500 } }],
		['TTAPI answers with HTTP 429', { looks: { a: 429 } }],
		['TTAPI cannot be reached', { looks: { a: new Error('refused') } }],
		['TTAPI answers with a web page', { api: () => apiAnswer(200, '<html>') }],
		['TTAPI answers about another job', { looks: { a: callbackFor('b') } }],
		['the key is refused', { looks: { a: 401 } }],
		['the account is blocked', { looks: { a: 403 } }],
		['the job is still unfinished after short re-asks', { looks: { a: 'ON_QUEUE' } }],
		['the credential is missing', { credentialError: new Error('Credential not found') }],
		['the expression of the token gives nothing', { options: { callbackToken: '=' } }],
		[
			'files are to be downloaded for anybody',
			{ parameters: UNVERIFIED, options: { download: 'grid' } },
		],
	])('%s', async (_title, given) => {
		const { result, answered, retryAfter, tookMs } = await call(given);
		expect(result).toEqual({ noWebhookResponse: true });
		expect(answered).toBe(503);
		expect(Number(retryAfter)).toBeGreaterThan(0);
		expect(tookMs).toBeLessThan(10_000);
	});

	test.each<[string, Given]>([
		['our key was refused', { looks: { a: 401 } }],
		['the account is blocked', { looks: { a: 403 } }],
		['the credential is missing', { credentialError: new Error('Credential not found') }],
		['the settings let everybody in', { options: { callbackToken: '=' } }],
	])('and is logged, without the key, where %s', async (_title, given) => {
		const { logger } = await call(given);
		expect(logger.error).toHaveBeenCalledTimes(1);
		expect(logger.error.mock.calls[0][1]).toMatchObject({ workflowId });
		expect(JSON.stringify(logger.error.mock.calls)).not.toContain(API_KEY);
	});

	test('asks a job that is still unfinished more than once', async () => {
		const { asked } = await call({ looks: { a: 'ON_QUEUE' } });
		expect(asked.length).toBeGreaterThan(1);
	});
});

test('is answered 404 where TTAPI knows the job in no family, without asking again and again', async () => {
	const { result, answered, tookMs } = await call({
		body: doneBody({ jobId: 'x' }, { jobId: 'x' }),
		looks: { x: 404 },
	});
	expect(result).toEqual({ noWebhookResponse: true });
	expect(answered).toBe(404);
	expect(tookMs).toBeLessThan(1_000);
});

describe('only the wanted jobs start the workflow:', () => {
	const edit = doneBody({ jobId: 'a', action: null, cdnImages: ['https://cdn.ttapi.io/1.png'] });

	test.each<[string, Given, boolean]>([
		['a success', { parameters: { events: ['SUCCESS'] } }, true],
		['no failure', { parameters: { events: ['SUCCESS'] }, looks: { a: 'FAILED' } }, false],
		['a failure', { parameters: { events: ['FAILED'] }, looks: { a: 'FAILED' } }, true],
		['no success', { parameters: { events: ['FAILED'] } }, false],
		['nothing where nothing is chosen', { parameters: { events: [] } }, false],
		['a chosen action', { options: { actions: ['blend', 'imagine'] } }, true],
		['no other action', { options: { actions: ['upsample1'] } }, false],
		['every action where none is chosen', { options: { actions: [] } }, true],
		[
			'an edit by its family',
			{ body: edit, parameters: UNVERIFIED, options: { actions: ['edit'] } },
			true,
		],
		[
			'no edit among images',
			{ body: edit, parameters: UNVERIFIED, options: { actions: ['imagine'] } },
			false,
		],
	])('%s', async (_title, given, expected) => {
		const { items, answered } = await call(given);
		expect({ started: items !== undefined, answered }).toEqual({
			started: expected,
			answered: expected ? undefined : 200,
		});
	});

	/** How TTAPI knows the job of each family; the callback always says "imagine". */
	const known = {
		image: { path: '/v1/fetch', body: doneBody({ jobId: 'a' }, { jobId: 'a' }) },
		edit: { path: '/image-edits/fetch', body: { ...edit, jobId: 'a' } },
		video: {
			path: '/video/fetch',
			body: doneBody({ jobId: 'a', action: 'i2v', videos: ['https://cdn.ttapi.io/1.mp4'] }),
		},
	};

	test.each<[keyof typeof known, string, boolean]>([
		['image', 'video', false],
		['edit', 'video', false],
		['video', 'video', true],
		['image', 'edit', false],
		['edit', 'edit', true],
		['video', 'edit', false],
	])(
		'verified, a job of the family %s, where "%s" is chosen: %s',
		async (family, action, expected) => {
			const { path, body } = known[family];
			const { items, answered } = await call({
				api: ({ url }) => (url.endsWith(path) ? apiAnswer(200, body) : apiAnswer(404, {})),
				options: { actions: [action] },
			});
			expect({ families: items?.map(({ json }) => json.family), answered }).toEqual(
				expected ? { families: [family] } : { answered: 200 },
			);
		},
	);

	test("by TTAPI's word, not by the caller's", async () => {
		const forged = { ...doneBody({ jobId: 'a', action: 'upsample1' }) } as Body;
		expect((await call({ body: forged, options: { actions: ['upsample1'] } })).answered).toBe(200);
		const failing = { parameters: { events: ['FAILED'] }, body: failedBody('forged', 'a') };
		expect((await call(failing)).answered).toBe(200);
	});

	test('a job that is filtered out may start it later, when the settings say so', async () => {
		await call({ options: { actions: ['upsample1'] } });
		expect((await call()).items).toHaveLength(1);
	});
});

describe('the same end of the same job', () => {
	test('starts the workflow once; the second call is told 200, and costs no request', async () => {
		await call();
		const { items, answered, asked } = await call();
		expect({ items, answered, asked }).toEqual({ items: undefined, answered: 200, asked: [] });
	});

	test.each([
		['another job', { body: callbackFor('b'), looks: { b: 'SUCCESS' as const } }],
		['another workflow', { workflowId: 'another' }],
		['another trigger of the workflow', { node: { id: 'another' } }],
		['the test URL', { mode: 'manual' }],
		['Deduplicate off', { options: { deduplicate: false } }],
	])('is not the same for %s', async (_title, given) => {
		await call();
		expect((await call(given as Given)).items).toHaveLength(1);
	});

	test('is another one where the job failed before it succeeded', async () => {
		await call({ looks: { a: 'FAILED' } });
		expect((await call({ looks: { a: 'SUCCESS' } })).items).toHaveLength(1);
	});

	test.each([
		['the test URL', { mode: 'manual' }],
		['Deduplicate off', { options: { deduplicate: false } }],
	])('is not remembered from %s', async (_title, given) => {
		const { staticData } = await call(given as Given);
		expect(staticData).toEqual({});
		expect((await call()).items).toHaveLength(1);
	});

	test.each([2, 3, 10])('of %i calls at the same moment, one starts it', async (count) => {
		const calls = await Promise.all(Array.from({ length: count }, async () => await call()));
		expect(calls.filter(({ items }) => items)).toHaveLength(1);
		const others = calls.filter(({ items }) => !items).map(({ answered }) => answered);
		expect(others).toEqual(Array(count - 1).fill(200));
	});

	test('of two calls at the same moment, the second starts it where n8n could not for the first', async () => {
		const calls = await Promise.all([call({ n8nAnswers: 500 }), call()]);
		expect(calls.map(({ items }) => items?.length)).toEqual([1, 1]);
	});

	test.each([
		[500, 1],
		[409, 1],
		[200, undefined],
	])('may start it again after n8n answered %i: %s', async (n8nAnswers, expected) => {
		await call({ n8nAnswers });
		expect((await call()).items?.length).toBe(expected);
	});

	test('has started it also where the caller did not wait for the answer', async () => {
		const response = new FakeResponse();
		response.destroyed = true;
		expect((await call({ response })).items).toHaveLength(1);
		expect((await call()).answered).toBe(200);
	});

	test('has started it also where the caller goes before the answer', async () => {
		const { response } = await call({ n8nAnswers: 0 });
		response.cutOff();
		expect((await call()).answered).toBe(200);
	});

	test("is known from n8n's database, where this process does not remember it", async () => {
		const { staticData } = await call();
		workflowId = 'as after a restart';
		const { answered, asked } = await call({ staticData: structuredClone(staticData) });
		expect({ answered, asked }).toEqual({ answered: 200, asked: [] });
	});
});

describe('verifications at the same moment', () => {
	const ids = (count: number) => Array.from({ length: count }, (_, n) => `job${n}`);
	const flood = async (count: number, look: Look, given: Given = {}) =>
		await Promise.all(
			ids(count).map(
				async (id) => await call({ body: callbackFor(id), looks: { [id]: look }, ...given }),
			),
		);

	test('are 10 at most: the others are told to come again, and cost no request', async () => {
		const calls = await flood(13, 'SUCCESS');
		expect(calls.filter(({ items }) => items)).toHaveLength(10);
		const refused = calls.filter(({ items }) => !items);
		expect(refused).toMatchObject(Array(3).fill({ answered: 503, asked: [] }));
		for (const { retryAfter } of refused) expect(Number(retryAfter)).toBeGreaterThan(0);
	});

	test.each<Look>(['SUCCESS', 500, 401, 'ON_QUEUE', 404])(
		'count no more when they are over: %s',
		async (look) => {
			await flood(10, look);
			expect((await call()).items).toHaveLength(1);
		},
	);

	test('count no more where the credential was missing', async () => {
		await flood(10, 'SUCCESS', { credentialError: new Error('Credential not found') });
		expect((await call()).items).toHaveLength(1);
	});

	test('of the same job are one: the calls share what TTAPI says', async () => {
		const calls = await Promise.all([1, 2, 3, 4].map(async () => await call()));
		expect(calls.flatMap(({ asked }) => asked)).toEqual(['a']);
	});

	test('of the same job share trouble, too', async () => {
		const calls = await Promise.all(
			[1, 2, 3].map(
				async () =>
					await call({ body: doneBody({ jobId: 'x' }, { jobId: 'x' }), looks: { x: 404 } }),
			),
		);
		expect(calls.map(({ answered }) => answered)).toEqual([404, 404, 404]);
	});

	test('of the same job are waited for by 10 calls at most: n8n holds the body of each', async () => {
		const calls = await Promise.all(Array.from({ length: 14 }, async () => await call()));
		expect(calls.filter(({ items }) => items)).toHaveLength(1);
		const told = calls.filter(({ items }) => !items).map(({ answered }) => answered);
		expect(told.sort()).toEqual([...Array(10).fill(200), ...Array(3).fill(503)]);
	});

	test('do not limit calls that ask for nothing', async () => {
		const calls = await flood(13, 'SUCCESS', { parameters: UNVERIFIED });
		expect(calls.filter(({ items }) => items)).toHaveLength(13);
	});
});

describe('downloads', () => {
	const download = () => file();

	test.each([
		['grid', [['data']]],
		['images', [['image_1', 'image_2', 'image_3', 'image_4']]],
		['itemPerImage', [['data'], ['data'], ['data'], ['data']]],
	])('%s: the files are there when the workflow starts', async (choice, fields) => {
		const { items } = await call({ options: { download: choice }, download });
		expect(items?.map(({ binary }) => Object.keys(binary ?? {}))).toEqual(fields);
		for (const item of items!) expect(item).not.toHaveProperty('pairedItem');
	});

	test('that fail do not keep the job from starting the workflow: it says why there is no file', async () => {
		const missing = () => file(Buffer.from(''), {}, 404);
		const { items } = await call({ options: { download: 'grid' }, download: missing });
		expect(items).toEqual([
			{
				json: expect.objectContaining({
					jobId: 'a',
					status: 'SUCCESS',
					downloadError: expect.stringMatching(/HTTP 404/),
				}),
			},
		]);
	});

	test('never carry the key', async () => {
		const { downloads } = await call({ options: { download: 'grid' }, download });
		expect(downloads).toHaveLength(1);
		expect(JSON.stringify(downloads)).not.toMatch(new RegExp(`TT-API-KEY|${API_KEY}`, 'i'));
	});

	test('of a failed job are not made', async () => {
		const given = { looks: { a: 'FAILED' as const }, options: { download: 'grid' }, download };
		const { items, downloads } = await call(given);
		expect({ started: items?.length, downloads }).toEqual({ started: 1, downloads: [] });
	});

	const inside = doneBody({ jobId: 'a', cdnImage: 'http://192.168.1.5/1.png' }) as IDataObject;
	const local = { baseUrl: 'custom', customBaseUrl: 'http://localhost:3000' };
	const token = { query: { token: 's' }, options: { download: 'grid', callbackToken: 's' } };

	test.each<[string, Given, number]>([
		['are not made from a private network', { looks: { a: inside } }, 0],
		['are made from there where TTAPI is', { looks: { a: inside }, credential: local }, 1],
		['are not made from there for a caller', { body: inside, parameters: UNVERIFIED, ...token }, 0],
		[
			'are made from there for a caller where TTAPI is there',
			{ body: inside, parameters: UNVERIFIED, ...token, credential: local },
			1,
		],
		[
			'are not made from there where there is no credential that says where TTAPI is',
			{ body: inside, parameters: UNVERIFIED, ...token, credentialError: new Error('none') },
			0,
		],
		['are made for a caller with the token', { parameters: UNVERIFIED, ...token }, 1],
	])('%s', async (_title, given, count) => {
		const { downloads, items } = await call({ options: { download: 'grid' }, download, ...given });
		expect(downloads).toHaveLength(count);
		expect(items).toHaveLength(1);
		expect('downloadError' in items![0].json).toBe(count === 0);
	});
});

describe('whatever fails, nothing is thrown:', () => {
	const fails = () => {
		throw new TypeError('a bug');
	};

	test('in the settings', async () => {
		const fake = fakeWebhook({ workflowId });
		const context = Object.assign(fake.context, { getNodeParameter: fails });
		expect(await receive(context, JOB_KINDS)).toEqual({ noWebhookResponse: true });
		expect(fake.response.statusCode).toBe(503);
	});

	test('while the items are made; and the next call may start the workflow', async () => {
		let reads = 0;
		const body = Object.defineProperty(callbackFor('a'), 'more', {
			enumerable: true,
			get: () => (reads++ === 0 ? 'well' : fails()),
		});
		const given = { parameters: UNVERIFIED, options: { simplify: false } };
		const { result, answered, logger } = await call({ ...given, body });
		expect(result).toEqual({ noWebhookResponse: true });
		expect(answered).toBe(503);
		expect(logger.error).toHaveBeenCalledTimes(1);
		expect((await call(given)).items).toHaveLength(1);
	});

	test('with something else than an error', async () => {
		const credentialError = 'no credential' as unknown as Error;
		const { answered, logger } = await call({ credentialError });
		expect(answered).toBe(503);
		expect(logger.error.mock.calls[0][0]).toMatch(/no credential/);
	});

	test('where the caller has its answer already', async () => {
		const response = new FakeResponse();
		response.answeredByN8n(200);
		const { result } = await call({ response, looks: { a: 500 } });
		expect(result).toEqual({ noWebhookResponse: true });
	});
});
