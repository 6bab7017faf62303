import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type {
	IDataObject,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	NodeApiError,
} from 'n8n-workflow';

import { ACTION_LABELS } from '../../../nodes/TtapiMidjourney/jobs/actions.ts';
import { TtapiMidjourney } from '../../../nodes/TtapiMidjourney/TtapiMidjourney.node.ts';
import { refusal } from '../support/bodies.mts';
import { valueAt } from '../support/fakeContext.mts';
import { API_KEY, apiAnswer, fakeHttp, type FakeHttp } from '../support/fakeHttp.mts';
import { untilDone, useFakeTime } from '../support/fakeWebhook.mts';

beforeEach(() => void useFakeTime());
afterEach(() => void jest.useRealTimers());

let accounts = 0;

/** The Job ID of a node in the editor, by default that of Job > Get, which takes every job. */
function editor(given: FakeHttp & { parameters?: IDataObject } = {}) {
	const { parameters = { resource: 'job', operation: 'get' } } = given;
	// What is known of a host and of an account for some time is not that of another test.
	const own = {
		apiKey: `${API_KEY}-${accounts}`,
		...{ baseUrl: 'custom', customBaseUrl: `https://ttapi-${accounts++}.example.com` },
	};
	const { apiRequests, credentials, helpers } = fakeHttp({
		...given,
		credential: { ...own, ...given.credential },
	});
	const context = {
		getCredentials: async () => credentials,
		getNode: () => ({ name: 'Temp-Node', type: 'ttapiMidjourney', parameters }),
		getNodeParameter: (name: string) => valueAt(parameters, name),
		helpers,
	} as unknown as ILoadOptionsFunctions;
	const { searchJobs } = new TtapiMidjourney().methods.listSearch;
	return {
		apiRequests,
		credentials,
		open: async (filter?: string, paginationToken?: string) =>
			await untilDone(searchJobs.call(context, filter, paginationToken)),
	};
}

type Row = Record<string, unknown>;

const row = (n: number | string, more: Row = {}): Row => ({
	...{ job_id: `job-${n}`, action: 'imagine', prompt: `prompt ${n}`, status: 2, ...more },
});
const rows = (count: number, more: (n: number) => Row = () => ({})) =>
	Array.from({ length: count }, (_, n) => row(n, more(n)));

/** A host with these jobs, which gives as many a page as it is asked for. */
const historyOf =
	(all: Row[], most = 100) =>
	({ qs }: IHttpRequestOptions) => {
		const { page, limit } = qs as { page: string; limit: string };
		const size = Math.min(Number(limit), most);
		const at = (Number(page) - 1) * size;
		return apiAnswer(200, { status: 'SUCCESS', data: all.slice(at, at + size) });
	};

const list = async (all: Row[], filter?: string, parameters?: IDataObject) =>
	(await editor({ api: historyOf(all), parameters }).open(filter)).results;
const names = async (...given: Parameters<typeof list>) =>
	(await list(...given)).map(({ name }) => name);
const pagesOf = (requests: IHttpRequestOptions[]) =>
	requests.map(({ qs }) => (qs as { page: string }).page);

describe('a job in the list', () => {
	test('has its prompt and action as its name, its ID as its value, and the address of its image', async () => {
		expect(await list([row(1, { cdn_image: 'https://cdn.ttapi.io/1.png' })])).toEqual([
			{ name: 'prompt 1 · Imagine', value: 'job-1', url: 'https://cdn.ttapi.io/1.png' },
		]);
	});

	test.each([
		['upsample2', 'a fox · Upscale 2 (U2)'],
		['upscale_subtle', 'a fox · Upscale (Subtle)'],
		['video_extend', 'a fox · Video Extend'],
		['brand_new', 'a fox · Brand New'],
		[null, 'a fox'],
	])('of the action %j is called "%s"', async (action, name) => {
		expect(await names([row(1, { action, prompt: 'a fox' })])).toEqual([name]);
	});

	test.each([
		['describe', null, 'Describe job-1'],
		['blend', ' \n ', 'Blend job-1'],
		[null, '', 'Job job-1'],
		['blend', 'https://a.example/1.png https://a.example/2.png', 'Blend job-1'],
	])('of the action %j without a prompt (%j) is called "%s"', async (action, prompt, name) => {
		expect(await names([row(1, { action, prompt })])).toEqual([name]);
	});

	test.each([
		['several lines', 'a fox\n\tin  snow\r\n', 'a fox in snow'],
		[
			'the addresses of image prompts',
			'https://a.example/1.png <https://s.mj.run/x> a fox',
			'a fox',
		],
		['"=", which n8n takes for an expression', ' = ={{ $json.x }} a fox', '{{ $json.x }} a fox'],
	])('with %s in its prompt has a name of one readable line', async (_title, prompt, words) => {
		expect(await names([row(1, { prompt })])).toEqual([`${words} · Imagine`]);
	});

	test.each([
		['letters', 'a fox in snow '.repeat(20)],
		['signs of two units', '🦊'.repeat(80)],
	])('with a long prompt of %s shows its action all the same', async (_title, prompt) => {
		const [name] = await names([row(1, { prompt, action: 'upsample4' })]);
		expect(name).toMatch(/^(a fox in|🦊🦊🦊).+… · Upscale 4 \(U4\)$/u);
		expect([...name].length).toBeLessThanOrEqual(56);
		// No half of a sign.
		expect(name).not.toMatch(/[\uD800-\uDFFF]/u);
	});

	const cdn_image = 'https://c.example/1.png';
	const discord_image = 'https://d.example/1.png';
	const images = ['https://i.example/1.png', 'https://i.example/2.png'];
	test.each<[string, Row, string | undefined]>([
		['cdnImage', { cdn_image, discord_image, images }, cdn_image],
		['else discordImage', { cdn_image: '', discord_image, images }, discord_image],
		['else the first of its images', { images }, images[0]],
		['else its first video', { video_url: 'https://v.example/1.mp4' }, 'https://v.example/1.mp4'],
		['and none if there is none', { cdn_image: null }, undefined],
		['and none that a browser must not open', { cdn_image: 'javascript:alert(1)' }, undefined],
	])('has the address of %s', async (_title, more, url) => {
		const [item] = await list([row(1, more)]);
		expect(item.url).toBe(url);
		expect('url' in item).toBe(url !== undefined);
	});

	test.each<[string, Row]>([
		['snake_case', { job_id: 'j', cdn_image: 'https://c.example/1.png', status: 2 }],
		['camelCase', { jobId: 'j', cdnImage: 'https://c.example/1.png', status: 'SUCCESS' }],
		['numbers as text', { job_id: 'j', cdn_image: 'https://c.example/1.png', status: '2' }],
		[
			'a status that nobody knows',
			{ job_id: 'j', cdn_image: 'https://c.example/1.png', status: 9 },
		],
	])('is read from a row in %s', async (_title, more) => {
		expect(await list([{ action: 'reroll', prompt: 'a fox', ...more }])).toEqual([
			{ name: 'a fox · Reroll', value: 'j', url: 'https://c.example/1.png' },
		]);
	});

	test('is the newest first', async () => {
		const { apiRequests, open } = editor({ api: historyOf(rows(3)) });
		expect((await open()).results.map(({ value }) => value)).toEqual(['job-0', 'job-1', 'job-2']);
		expect(apiRequests.map(({ method, qs }) => [method, qs])).toEqual([
			['GET', { page: '1', limit: '100', order: 'desc' }],
		]);
	});
});

describe('a search', () => {
	const all = [
		row('A1', { prompt: 'A Red Fox\nin snow' }),
		row('b2', { prompt: 'a lighthouse', action: 'upsample2' }),
		row('c3', { prompt: `${'very '.repeat(40)}long FOX tale` }),
		row('d4', { prompt: null, action: 'describe' }),
	];
	test.each([
		['words of the prompt, in any case', 'rEd FoX', ['job-A1']],
		['words beyond what the list shows', 'long fox', ['job-c3']],
		['words with a line break between them', 'fox in', ['job-A1']],
		['spaces around it', '  lighthouse ', ['job-b2']],
		['a part of the job ID, in any case', 'JOB-a', ['job-A1']],
		['the ID of a job without a prompt', 'd4', ['job-d4']],
		['what the list shows of the action', 'upscale', ['job-b2']],
		['signs that a pattern would read otherwise', '.*', []],
		['nothing that is there', 'whale', []],
		['nothing', ' ', ['job-A1', 'job-b2', 'job-c3', 'job-d4']],
	])('finds jobs by %s', async (_title, filter, found) => {
		expect((await list(all, filter)).map(({ value }) => value)).toEqual(found);
	});

	test('goes through all pages, up to the last one', async () => {
		const { apiRequests, open } = editor({ api: historyOf(rows(250)) });
		const { results, paginationToken } = await open('prompt 24');
		expect(results.map(({ value }) => value)).toEqual([
			'job-24',
			...Array.from({ length: 10 }, (_, n) => `job-24${n}`),
		]);
		expect(paginationToken).toBeUndefined();
		expect(pagesOf(apiRequests)).toEqual(['1', '2', '3']);
	});

	test('does not load the history anew for each letter, but does so when the list is opened again', async () => {
		const all = rows(150);
		const { apiRequests, open } = editor({ api: historyOf(all) });
		await open();
		for (const filter of ['p', 'pr', 'prompt 14']) await open(filter);
		expect(pagesOf(apiRequests)).toEqual(['1', '2']);

		all.unshift(row('new'));
		expect((await open()).results[0].value).toBe('job-new');
		expect((await open('prompt 149')).results.map(({ value }) => value)).toEqual(['job-149']);
		expect(pagesOf(apiRequests)).toEqual(['1', '2', '1', '2']);
	});

	test('does not live on old pages', async () => {
		const { apiRequests, open } = editor({ api: historyOf(rows(5)) });
		await open();
		jest.advanceTimersByTime(31_000);
		await open('prompt');
		expect(pagesOf(apiRequests)).toEqual(['1', '1']);
	});

	test('does not see the jobs of another key', async () => {
		const customBaseUrl = 'https://ttapi-shared.example.com';
		const one = editor({ api: historyOf([row('one')]), credential: { customBaseUrl } });
		const other = editor({ api: historyOf([row('other')]), credential: { customBaseUrl } });
		await one.open();
		expect((await other.open('job')).results.map(({ value }) => value)).toEqual(['job-other']);
	});
});

describe('page after page', () => {
	/** Scrolls to the end of the list. */
	async function scroll({ open }: ReturnType<typeof editor>, filter?: string) {
		const steps: number[] = [];
		const values: unknown[] = [];
		let token: string | undefined;
		do {
			const { results, paginationToken } = await open(filter, token);
			steps.push(results.length);
			values.push(...results.map(({ value }) => value));
			token = paginationToken;
			// n8n 1.x takes nothing else.
			if (token !== undefined) expect(typeof token).toBe('string');
		} while (token !== undefined);
		return { steps, values };
	}
	const ids = (count: number) => rows(count).map(({ job_id }) => job_id);

	test('the list shows the newest 300 jobs, each page loaded once', async () => {
		const it = editor({ api: historyOf(rows(450)) });
		const { steps, values } = await scroll(it);
		expect(values).toEqual(ids(300));
		expect(steps).toEqual([100, 100, 100]);
		expect(pagesOf(it.apiRequests)).toEqual(['1', '2', '3']);
	});

	test('a search also ends at the newest 300 jobs', async () => {
		expect((await scroll(editor({ api: historyOf(rows(450)) }), 'PROMPT')).values).toEqual(
			ids(300),
		);
	});

	test.each([20, 33])('a host that gives %s a page is asked as often as needed', async (most) => {
		const it = editor({ api: historyOf(rows(450), most) });
		expect((await scroll(it)).values).toEqual(ids(300));
		expect(it.apiRequests).toHaveLength(Math.ceil(300 / most));
	});

	test('goes on by itself while too few jobs fit for the list to be scrolled', async () => {
		const videos = rows(280, (n) => ({ action: n % 50 === 49 ? 'video' : 'imagine' }));
		const parameters = { resource: 'video', operation: 'extend' };
		const it = editor({ api: historyOf(videos), parameters });
		const { results, paginationToken } = await it.open();
		expect(results.map(({ value }) => value)).toEqual(
			[49, 99, 149, 199, 249].map((n) => `job-${n}`),
		);
		expect(paginationToken).toBeUndefined();
	});

	test('each job is there once, although new jobs move the others to the next page', async () => {
		const all = rows(150);
		const api = historyOf(all);
		const moving = (request: IHttpRequestOptions) => {
			const answer = api(request);
			all.unshift(row(`new-${all.length}`));
			return answer;
		};
		expect((await scroll(editor({ api: moving }))).values).toEqual(ids(150));
	});

	test('an account without jobs has an empty list', async () => {
		expect(await editor({ api: historyOf([]) }).open()).toEqual({ results: [] });
		expect(await list([row(1)], 'whale')).toEqual([]);
	});
});

describe('the list offers what fits the operation:', () => {
	const GRIDS = [
		...['imagine', 'blend', 'inpaint', 'reroll'],
		...[...ACTION_LABELS.keys()].filter((value) => /variation|zoom|pan_|square/.test(value)),
	];
	const SINGLES = [...ACTION_LABELS.keys()].filter((value) => /^(redo_)?up/.test(value));
	const OTHERS = ['describe', 'seed'];
	const EDITS = ['edit', 'retexture'];
	const VIDEOS = ['video', 'video_extend'];
	const ALL = [...GRIDS, ...SINGLES, ...OTHERS, ...EDITS, ...VIDEOS];

	test.each([
		['Image > Action', 'image', 'action', 'grids and single images', [...GRIDS, ...SINGLES]],
		['Image > Inpaint', 'image', 'inpaint', 'single images', SINGLES],
		['Image > Get Seed', 'image', 'getSeed', 'grids and single images', [...GRIDS, ...SINGLES]],
		['Video > Extend', 'video', 'extend', 'videos', VIDEOS],
		['Job > Get', 'job', 'get', 'every job', ALL],
		['Job > Wait', 'job', 'wait', 'every job', ALL],
	])('%s (%s, %s) %s', async (_title, resource, operation, _what, fitting) => {
		const all = ALL.map((action) => row(action, { action }));
		const there = await list(all, '', { resource, operation });
		expect(there.map(({ value }) => value)).toEqual(fitting.map((action) => `job-${action}`));
		// In other letters, too.
		const shouted = all.map((each) => ({ ...each, action: String(each.action).toUpperCase() }));
		expect(await list(shouted, '', { resource, operation })).toHaveLength(fitting.length);
	});

	test('no action is missing in these cases', () => {
		expect([...GRIDS, ...SINGLES]).toEqual(expect.arrayContaining([...ACTION_LABELS.keys()]));
	});

	test.each([
		['image', 'action'],
		['image', 'inpaint'],
		['image', 'getSeed'],
		['video', 'extend'],
		['job', 'get'],
		['job', 'wait'],
	])('%s.%s also what does not say its action', async (resource, operation) => {
		const silent = [
			row(1, { action: null }),
			row(2, { action: '' }),
			row(3, { action: undefined }),
		];
		expect(await list(silent, '', { resource, operation })).toHaveLength(3);
	});

	test.each([
		['an edit', { cdnImages: ['https://c.example/1.png'] }, 'video', 'extend'],
		['an edit', { cdnImages: ['https://c.example/1.png'] }, 'image', 'action'],
		['a video', { video_url: 'https://v.example/1.mp4' }, 'image', 'inpaint'],
	])('but not %s that shows by %j what it is', async (_title, more, resource, operation) => {
		expect(await list([row(1, { action: null, ...more })], '', { resource, operation })).toEqual(
			[],
		);
	});
});

describe('instead of the list, the editor shows', () => {
	const failing = async (...[status, body]: Parameters<typeof apiAnswer>) => {
		const it = editor({ api: () => apiAnswer(status, body) });
		const error = await it.open().catch((thrown: unknown) => thrown as NodeApiError);
		// n8n sends a message and a description to the editor only of this kind of error.
		expect((error as Error).name).toBe('NodeApiError');
		expect(JSON.stringify(error)).not.toContain(it.credentials.apiKey);
		return error as NodeApiError;
	};

	test.each([
		['404', 404, {}],
		['404 with a page', 404, '<html>'],
		['405', 405, {}],
		['a refusal', 400, { status: 'FAILED', message: 'not for hold accounts' }],
		['a refusal with HTTP 200', 200, { status: 'FAILED', message: 'no', data: null }],
		['no list', 200, { status: 'SUCCESS', data: { list: null } }],
	])('that the host has no history, if it answers %s', async (_title, status, body) => {
		const { message, description, httpCode } = await failing(status, body);
		expect(message).toBe('This TTAPI host has no job history');
		expect(description).toBe('Choose By ID and enter the ID of the job.');
		expect(httpCode).toBeNull();
	});

	test.each([
		[401, 'TTAPI refused the API key: Wrong TT-API-KEY or email is not activated.'],
		[403, 'TTAPI has blocked the account: Wrong TT-API-KEY or email is not activated.'],
	])('that the key is refused, if the host answers %s', async (status, says) => {
		const body = { status: 'FAILED', message: 'Wrong TT-API-KEY or email is not activated.' };
		const error = await failing(status, body);
		expect([error.message, error.httpCode]).toEqual([says, String(status)]);
	});

	test.each([
		[503, {}],
		[429, {}],
		[200, '<html>'],
	])('that TTAPI could not be asked, if it answers %s %j a few times', async (status, body) => {
		const began = Date.now();
		const { message } = await failing(status, body);
		expect(message).toMatch(/^TTAPI could not be asked for its jobs: /);
		expect(Date.now() - began).toBeLessThan(10_000);
	});

	test('nothing of a trouble that soon ends, nor of one that has ended when the list is opened again', async () => {
		const answers = [503, 200, 404, 200];
		const good = historyOf([row(1)]);
		const it = editor({
			api: (request) => {
				const status = answers.shift();
				return status === 200 ? good(request) : apiAnswer(Number(status), refusal('no'));
			},
		});
		expect((await it.open()).results).toHaveLength(1);
		answers[0] = 403;
		await expect(it.open()).rejects.toMatchObject({ name: 'NodeApiError' });
		expect((await it.open('prompt')).results).toHaveLength(1);
	});
});
