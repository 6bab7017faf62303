import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { FETCH } from '../operations.mts';
import { answer, connectionError, sent } from './support/http.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, PAID, playTtapi, UNKNOWN_JOB } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const GRID = ['upsample1', 'variation4', 'reroll', 'vary_region', 'Custom Zoom', 'brand_new'];
const submits = () => sent.filter(({ path }) => path === PAID.action);
const lookUps = (jobId = 'grid') =>
	sent.filter(({ path, query }) => path === FETCH.image && query.jobId === jobId);

const press = async (action: string, parameters: IDataObject = {}, options: RunOptions = {}) =>
	await runWorkflow(workflowOf('action'), {
		items: [{ jobId: 'grid' }],
		parameters: { action, ...parameters },
		...options,
	});

describe('a button is pressed where the job', () => {
	test.each([
		['offers it', GRID, 'variation4'],
		['offers it, although nobody knows it yet', GRID, 'brand_new'],
		['offers it in the words of the button', GRID, 'Custom Zoom'],
		['names no buttons, as on hold accounts', null, 'upsample2'],
		['names none at all', [], 'zoom_out_2'],
	])('%s', async (_title, components, action) => {
		playTtapi({ before: { grid: components } });
		const { items } = await press(action);
		expect(items).toHaveLength(1);
		expect(submits().map(({ body }) => body)).toEqual([{ jobId: 'grid', action }]);
		expect(lookUps()).toHaveLength(1);
		expect(sent[0]).toBe(lookUps()[0]);
	});
});

test.each(['Reroll', ' REROLL ', 'reroll'])('%j is the action reroll', async (action) => {
	playTtapi({ before: { grid: GRID } });
	await press(`={{ ${JSON.stringify(action)} }}`);
	expect(submits().map(({ body }) => body.action)).toEqual(['reroll']);
});

describe('a button is refused before anything is paid where the job', () => {
	test.each([
		['does not offer it', 'upscale_subtle'],
		['offers one that is not listed in other letters', 'Brand_New'],
		['offers it with more behind it', 'upsample'],
	])('%s: the error says which ones it offers', async (_title, action) => {
		playTtapi({ before: { grid: GRID } });
		const { error } = await press(action);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toBe(`Job grid does not offer the action "${action}"`);
		expect(error?.description).toContain(`It offers: ${GRID.join(', ')}.`);
		expect(submits()).toEqual([]);
	});

	test('offers Vary (Region): the error names Inpaint, and nothing is sent', async () => {
		const { error } = await press('vary_region');
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.description).toMatch(/Image > Inpaint/);
		expect(sent).toEqual([]);
	});

	test.each(['ON_QUEUE', 'PENDING_QUEUE', 'FAILED'])('is %s', async (status) => {
		playTtapi({
			fetch: () => ({ json: { status, jobId: 'grid', message: '', data: { components: GRID } } }),
		});
		const { error } = await press('upsample1');
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(`Job grid is ${status}, so there is no action to run`);
		expect(submits()).toEqual([]);
	});

	test.each([
		['an edit', { cdnImages: ['https://cdn.ttapi.io/1.png'] }, 'edit'],
		['a video', { videos: ['https://cdn.ttapi.io/1.mp4'] }, 'video'],
	])('is %s: the error says so', async (_title, data, family) => {
		playTtapi({
			fetch: () => ({ json: { status: 'SUCCESS', jobId: 'grid', message: 'success', data } }),
		});
		const { error } = await press('upsample1');
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toContain(`"${family}"`);
		expect(submits()).toEqual([]);
	});

	test('is not known to TTAPI', async () => {
		for (const family of ['v1', 'image-edits', 'video'])
			for (const method of ['GET', 'POST'] as const)
				answer(method, `${API}/midjourney/${family}/fetch`, UNKNOWN_JOB);
		const { error } = await press('upsample1');
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/does not know the job grid/);
		expect(submits()).toEqual([]);
	});
});

test('a job is looked up once for all items that press its buttons', async () => {
	const other = Array.from({ length: 4 }, (_, n) => `upsample${n + 1}`);
	playTtapi({ before: { grid: GRID, other } });
	const items = Array.from({ length: 40 }, (_, n) => ({
		jobId: n % 2 === 0 ? 'grid' : 'other',
		press: n % 2 === 0 ? 'reroll' : `upsample${(n % 4) + 1}`,
	}));
	const run = await press('={{ $json.press }}', {}, { items });
	expect(run.items).toHaveLength(40);
	expect([lookUps(), lookUps('other')].map(({ length }) => length)).toEqual([1, 1]);
});

test('the next execution looks it up anew', async () => {
	playTtapi({ before: { grid: GRID } });
	await press('reroll');
	await press('reroll');
	expect(lookUps()).toHaveLength(2);
});

test('a wrong button of one item leaves the others alone, with Continue On Fail', async () => {
	playTtapi({ before: { grid: GRID } });
	const { items } = await press(
		'={{ $json.press }}',
		{},
		{
			items: ['reroll', 'pan_up', 'upsample1'].map((button) => ({ jobId: 'grid', press: button })),
			node: { onError: 'continueRegularOutput' },
		},
	);
	expect(items.map(({ json }) => json.action ?? (json.error as IDataObject).message)).toEqual([
		'reroll',
		'Job grid does not offer the action "pan_up"',
		'upsample1',
	]);
	expect(submits()).toHaveLength(2);
});

test('trouble while the job is looked up is waited out', async () => {
	let looks = 0;
	playTtapi({
		before: { grid: GRID },
		fetch: () => [connectionError('ECONNRESET'), { status: 503 }][looks++],
	});
	const { items } = await press('reroll');
	expect(items).toHaveLength(1);
	expect(lookUps()).toHaveLength(3);
});

test('a retry looks up nothing for the item whose job it uses again', async () => {
	playTtapi({
		before: { grid: GRID, other: GRID },
		fails: ({ jobId }) => (jobId === 'job-2' ? 'Execution error' : undefined),
	});
	const { items } = await press(
		'reroll',
		{},
		{
			items: [{ jobId: 'grid' }, { jobId: 'other' }],
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 },
		},
	);
	expect(items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-3']);
	expect([lookUps(), lookUps('other')].map(({ length }) => length)).toEqual([1, 2]);
});
