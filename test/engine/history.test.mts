import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { HISTORY } from '../operations.mts';
import { answer, sent, type Answer, type Sent } from './support/http.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, refused } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const row = (n: number, more = {}) => ({
	...{ job_id: `job-${n}`, model: 'fast', action: 'imagine', quota: '3', status: 2 },
	...{ progress: '100', prompt: `prompt ${n}`, created_at: '2026-01-01 00:00:00' },
	...{ discord_image: `https://d.example/${n}.png`, cdn_image: `https://cdn.ttapi.io/${n}.png` },
	...more,
});
const rows = (count: number) => Array.from({ length: count }, (_, n) => row(n));

type Shape = (page: object[], all: object[]) => unknown;
const SHAPES: Array<[string, Shape]> = [
	['an array', (page) => page],
	['{ list, total }', (list, { length: total }) => ({ list, total })],
	['{ list }', (list) => ({ list })],
];

/** A host with these jobs, which gives them in pages as it is asked. */
function playHistory(all: object[], shape: Shape = (page) => page, most = 100): void {
	answer('GET', API + HISTORY, ({ query }: Sent): Answer => {
		const limit = Math.min(Number(query.limit), most);
		const page = all.slice((Number(query.page) - 1) * limit, Number(query.page) * limit);
		return { json: { status: 'SUCCESS', message: 'success', data: shape(page, all) } };
	});
}

const list = async (parameters: IDataObject = {}, options: RunOptions = {}) =>
	await runWorkflow(workflowOf('job.getMany'), { ...options, parameters });
const all = { returnAll: true };
const idsOf = ({ items }: Awaited<ReturnType<typeof list>>) => items.map(({ json }) => json.jobId);
const ids = (count: number) => rows(count).map(({ job_id }) => job_id);

describe('the jobs of the account', () => {
	test('come out as the job items that every other operation gives', async () => {
		playHistory([
			row(1),
			row(2, { action: 'upsample1', components: ['zoom_out_2'], width: '1024' }),
		]);
		const { items } = await list();
		const item = {
			...{ jobId: 'job-1', status: 'SUCCESS', family: 'image', action: 'imagine' },
			...{ prompt: 'prompt 1', progress: 100, quota: 3, images: [], seed: null, message: '' },
			...{ cdnImage: 'https://cdn.ttapi.io/1.png', discordImage: 'https://d.example/1.png' },
			...{ width: null, height: null, components: [], actions: [] },
		};
		expect(items).toEqual([
			{ json: item, pairedItem: { item: 0 } },
			{
				json: {
					...item,
					...{ jobId: 'job-2', action: 'upsample1', prompt: 'prompt 2', width: 1024 },
					cdnImage: 'https://cdn.ttapi.io/2.png',
					discordImage: 'https://d.example/2.png',
					components: ['zoom_out_2'],
					actions: [{ value: 'zoom_out_2', label: expect.any(String) }],
				},
				pairedItem: { item: 0 },
			},
		]);
	});

	test.each([
		['imagine', 'image'],
		['upsample1', 'image'],
		['edit', 'edit'],
		['retexture', 'edit'],
		['video', 'video'],
		['video_extend', 'video'],
	])(
		'know their family as far as a row shows it: %s is of the family %s',
		async (action, family) => {
			playHistory([row(1, { action })]);
			const { items } = await list();
			expect(items[0].json.family).toBe(family);
			expect('videos' in items[0].json).toBe(family === 'video');
		},
	);

	test.each([
		[2, undefined, 'SUCCESS'],
		['FAILED', 'failed', 'FAILED'],
		['success', undefined, 'SUCCESS'],
		[7, 'failed', 'ON_QUEUE'],
		[7, 'on_queue', 'ON_QUEUE'],
		[undefined, 'success', 'SUCCESS'],
	])('have a status: of %j, asked for %j, it is %s', async (status, asked, shown) => {
		playHistory([row(1, { status })]);
		const { items } = await list({ filters: asked ? { status: asked } : {} });
		expect(items[0].json.status).toBe(shown);
	});

	test('are as many as the limit says, 50 where it says nothing', async () => {
		playHistory(rows(300));
		expect(idsOf(await list())).toEqual(ids(50));
		expect(sent.map(({ method, query }) => [method, query])).toEqual([
			['GET', { page: '1', limit: '50', order: 'desc' }],
		]);
		expect(idsOf(await list({ limit: 7 }))).toEqual(ids(7));
		expect(idsOf(await list({ limit: '={{ "3" }}' }))).toEqual(ids(3));
	});

	test.each(SHAPES)('are read from %s, beyond one page', async (_title, shape) => {
		playHistory(rows(250), shape);
		expect(idsOf(await list({ limit: 150 }))).toEqual(ids(150));
		expect(sent.map(({ query }) => [query.page, query.limit])).toEqual([
			['1', '100'],
			['2', '100'],
		]);
	});

	test.each(SHAPES)('are all there with Return All: %s', async (_title, shape) => {
		playHistory(rows(250), shape);
		expect(idsOf(await list({ ...all, limit: 5 }))).toEqual(ids(250));
		expect(sent.map(({ query }) => query.page)).toEqual(['1', '2', '3']);
	});

	test.each(SHAPES)('are all there where a host gives fewer rows a page: %s', async (_t, shape) => {
		playHistory(rows(45), shape, 20);
		expect(idsOf(await list(all))).toEqual(ids(45));
	});

	test('are each there once, although they move to the next page meanwhile', async () => {
		const known = rows(150);
		answer('GET', API + HISTORY, ({ query }) => {
			const at = (Number(query.page) - 1) * 100;
			const page = known.slice(at, at + 100);
			known.unshift(row(1000 + at));
			return { json: { status: 'SUCCESS', data: page } };
		});
		const found = idsOf(await list(all));
		expect(found).toEqual(ids(150));
	});

	test('end, although a host gives the same page again and again', async () => {
		answer('GET', API + HISTORY, { json: { status: 'SUCCESS', data: rows(100) } });
		expect(idsOf(await list(all))).toEqual(ids(100));
		expect(sent.length).toBeLessThanOrEqual(2);
	});

	test('are filtered and sorted by TTAPI', async () => {
		playHistory(rows(120));
		await list({ ...all, filters: { status: 'failed' }, sort: { order: 'asc' } });
		expect(sent.map(({ query }) => query)).toEqual([
			{ page: '1', limit: '100', order: 'asc', status: 'failed' },
			{ page: '2', limit: '100', order: 'asc', status: 'failed' },
		]);
	});

	test('are asked for by each item with its own order', async () => {
		playHistory(rows(3));
		const { items } = await list(
			{ limit: '={{ $json.n }}', sort: { order: '={{ $json.order }}' } },
			{
				items: [
					{ n: 1, order: 'asc' },
					{ n: 2, order: 'desc' },
				],
			},
		);
		expect(sent.map(({ query }) => [query.limit, query.order]).sort()).toEqual([
			['1', 'asc'],
			['2', 'desc'],
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([
			...[{ item: 0 }, { item: 1 }, { item: 1 }],
		]);
	});

	test.each(SHAPES)('may be none: no item and no error (%s)', async (_title, shape) => {
		playHistory([], shape);
		const { items, error, status } = await list();
		expect([items, error, status]).toEqual([[], undefined, 'success']);
	});

	test('hold no callback URL', async () => {
		playHistory([row(1, { hook_url: 'https://a.example/?signature=s' })]);
		expect(JSON.stringify((await list()).items)).not.toMatch(/signature|hook/i);
	});

	test('of which a row says no job are left out', async () => {
		playHistory([row(1), { status: 2 }, null as never, row(2)]);
		expect(idsOf(await list())).toEqual(['job-1', 'job-2']);
	});
});

describe('a host', () => {
	test('without a history is an error that says what to do', async () => {
		answer('GET', API + HISTORY, { status: 404, body: 'Not Found' });
		const { error } = await list();
		expect(error).toMatchObject({
			...{ name: 'NodeApiError', httpCode: '404', context: { itemIndex: 0 } },
		});
		expect(error?.description?.length).toBeGreaterThan(10);
		expect(error?.message).toBe('This TTAPI host has no job history');
		expect(sent.length).toBeLessThanOrEqual(10);
	});

	test('that is in trouble is asked again', async () => {
		const page = { json: { status: 'SUCCESS', data: rows(1) } };
		answer('GET', API + HISTORY, { status: 503 }, { status: 200, body: '<html>' }, page);
		expect(idsOf(await list())).toEqual(ids(1));
		expect(sent).toHaveLength(3);
	});

	test('that refuses the key is an error at once', async () => {
		answer('GET', API + HISTORY, refused(401));
		const { error } = await list();
		expect(error?.httpCode).toBe('401');
		expect(sent).toHaveLength(1);
	});

	test('that says no in a 200 is an error, not an empty list', async () => {
		answer('GET', API + HISTORY, { json: { status: 'FAILED', message: 'no', data: null } });
		const { error, items } = await list();
		expect(error?.name).toBe('NodeApiError');
		expect(items).toEqual([]);
	});

	// The last one: from here on the host is known to take POST.
	test('that takes only POST is asked by POST', async () => {
		answer('GET', API + HISTORY, { status: 405, body: 'no' });
		answer('POST', API + HISTORY, { json: { status: 'SUCCESS', data: rows(2) } });
		expect(idsOf(await list())).toEqual(ids(2));
		expect(sent.at(-1)).toMatchObject({ method: 'POST', body: { order: 'desc' } });
	});
});

test.each<[string, IDataObject, RegExp]>([
	...[0, -1, 1.5, 'many'].map((limit): [string, IDataObject, RegExp] => [
		`a limit of ${limit}`,
		{ limit: `={{ ${JSON.stringify(limit)} }}` },
		/'Limit' must be a whole number from 1/,
	]),
	['another order', { sort: { order: '={{ "up" }}' } }, /'Order' can't be "up"/],
])('%s, by expression, is refused before anything is sent', async (_title, parameters, says) => {
	const { error } = await list(parameters);
	expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
	expect(error?.message).toMatch(says);
	expect(sent).toEqual([]);
});
