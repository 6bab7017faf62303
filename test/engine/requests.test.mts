import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { FETCH, OPERATIONS } from '../operations.mts';
import { API_KEY, credentialReads } from './support/credentials.mts';
import { answer, sent } from './support/http.mts';
import { itemWith, jpeg, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { playTtapi } from './support/ttapi.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const dataUrl = (bytes: Buffer, type = 'image/png') =>
	`data:${type};base64,${bytes.toString('base64')}`;
const base64 = (bytes: Buffer) => bytes.toString('base64');
const HOOK = 'https://n8n.example.com/hook?b=2&a=%C3%A4+ö#x';

interface Case {
	title: string;
	operation: OperationName;
	item?: INodeExecutionData | IDataObject;
	parameters?: IDataObject;
	path: string;
	body: object;
}

const IMAGINE = OPERATIONS.imagine.path;
const BLEND = OPERATIONS.blend.path;
const DESCRIBE = OPERATIONS.describe.path;
const INPAINT = OPERATIONS.inpaint.path;
const pictures = { first: png(10, 10), second: jpeg() };
const blended = [dataUrl(pictures.first), dataUrl(pictures.second, 'image/jpeg')];

const CASES: Case[] = [
	{
		title: 'imagine sends prompt and mode, and nothing that was not added',
		operation: 'imagine',
		item: { prompt: 'a cat --ar 16:9' },
		path: IMAGINE,
		body: { prompt: 'a cat --ar 16:9', mode: 'fast' },
	},
	{
		title: 'imagine sends every option that was added, hookUrl byte for byte',
		operation: 'imagine',
		item: { prompt: '一只猫' },
		parameters: {
			mode: 'relax',
			options: { timeout: 600, hookUrl: HOOK, getUImages: true, translation: false },
		},
		path: IMAGINE,
		body: {
			prompt: '一只猫',
			mode: 'relax',
			timeout: 600,
			hookUrl: HOOK,
			getUImages: true,
			translation: false,
		},
	},
	{
		title: 'action sends the job and the button, and no mode',
		operation: 'action',
		item: { jobId: 'grid-1' },
		parameters: { action: 'zoom_out_1_5', options: { timeout: 300, getUImages: true } },
		path: OPERATIONS.action.path,
		body: { jobId: 'grid-1', action: 'zoom_out_1_5', timeout: 300, getUImages: true },
	},
	{
		title: 'action takes U1 where nothing else is chosen',
		operation: 'action',
		item: { jobId: 'grid-1' },
		path: OPERATIONS.action.path,
		body: { jobId: 'grid-1', action: 'upsample1' },
	},
	{
		title: 'getSeed sends the job alone',
		operation: 'getSeed',
		item: { jobId: 'grid-1' },
		path: OPERATIONS.getSeed.path,
		body: { jobId: 'grid-1' },
	},
	{
		title: 'blend sends binary fields as data URLs, typed by their bytes',
		operation: 'blend',
		item: itemWith(pictures),
		path: BLEND,
		body: { imgBase64Array: blended, dimensions: 'SQUARE', mode: 'fast' },
	},
	{
		title: 'blend sends base64 lines with and without the prefix as data URLs',
		operation: 'blend',
		parameters: {
			imageInput: 'base64',
			imagesBase64: `${base64(pictures.first)}\ndata:image/gif;base64,${base64(pictures.second)}\n`,
			dimensions: 'PORTRAIT',
			mode: 'turbo',
		},
		path: BLEND,
		body: { imgBase64Array: blended, dimensions: 'PORTRAIT', mode: 'turbo' },
	},
	{
		title: 'blend takes base64 as an array by expression',
		operation: 'blend',
		item: { all: [base64(pictures.first), base64(pictures.second)] },
		parameters: { imageInput: 'base64', imagesBase64: '={{ $json.all }}' },
		path: BLEND,
		body: { imgBase64Array: blended, dimensions: 'SQUARE', mode: 'fast' },
	},
	{
		title: 'describe sends a binary field as a data URL, and no mode',
		operation: 'describe',
		item: itemWith({ data: pictures.first }),
		path: DESCRIBE,
		body: { base64: dataUrl(pictures.first) },
	},
	{
		title: 'describe sends base64 with the prefix put before it',
		operation: 'describe',
		parameters: { imageInput: 'base64', imageBase64: base64(pictures.second) },
		path: DESCRIBE,
		body: { base64: dataUrl(pictures.second, 'image/jpeg') },
	},
	{
		title: 'describe sends an address as it is, and loads nothing',
		operation: 'describe',
		item: { address: 'https://example.com/a.png' },
		parameters: { imageInput: 'url', imageUrl: '={{ $json.address }}' },
		path: DESCRIBE,
		body: { url: 'https://example.com/a.png' },
	},
];

describe('what goes out', () => {
	test.each(CASES)('$title', async ({ operation, item = {}, parameters, path, body }) => {
		playTtapi({ before: { 'grid-1': ['upsample1', 'zoom_out_1_5'] } });
		await runWorkflow(workflowOf(operation), { items: [item], parameters });
		const [submit, ...looks] = sent.filter(({ query }) => query.jobId !== 'grid-1');
		expect(submit).toMatchObject({ method: 'POST', host: 'api.ttapi.io', path, query: {} });
		expect(submit.body).toEqual(body);
		expect(submit.headers['content-type']).toContain('application/json');
		expect(looks.map(({ method, path: asked, query }) => [method, asked, query])).toEqual(
			looks.map(() => ['GET', FETCH.image, { jobId: 'job-1' }]),
		);
		expect(sent.map(({ headers }) => headers['tt-api-key'])).toEqual(sent.map(() => API_KEY));
	});

	test.each([
		['from a binary field', itemWith({ data: png(1024, 768) }, { jobId: 'up-1' }), {}],
		[
			'from base64 with the prefix',
			{ jobId: 'up-1' },
			{ maskInput: 'base64', maskBase64: dataUrl(png(1024, 768)) },
		],
		[
			'from base64 without the prefix',
			{ jobId: 'up-1' },
			{ maskInput: 'base64', maskBase64: base64(png(1024, 768)) },
		],
		[
			'from an address',
			{ jobId: 'up-1' },
			{ maskInput: 'url', maskUrl: 'https://example.com/mask.webp' },
		],
	])('inpaint sends the mask %s without the prefix', async (_title, item, parameters) => {
		playTtapi({ fetch: ({ query }) => (query.jobId === 'up-1' ? upscaled() : undefined) });
		answer('GET', 'https://example.com/mask.webp', { status: 200, body: png(1024, 768) });
		const { items } = await runWorkflow(workflowOf('inpaint'), { items: [item], parameters });
		const submits = sent.filter(({ path }) => path === INPAINT);
		expect(submits.map(({ body }) => body)).toEqual([
			{ jobId: 'up-1', mask: base64(png(1024, 768)) },
		]);
		expect(items).toHaveLength(1);
	});

	test('inpaint sends the prompt where there is one', async () => {
		playTtapi({ fetch: ({ query }) => (query.jobId === 'up-1' ? upscaled() : undefined) });
		await runWorkflow(workflowOf('inpaint'), {
			items: [itemWith({ data: png(1024, 768) }, { jobId: 'up-1', prompt: 'a red door' })],
		});
		expect(sent.find(({ path }) => path === INPAINT)?.body.prompt).toBe('a red door');
	});

	test('blend loads addresses by itself, without the key, in their order', async () => {
		playTtapi();
		answer('GET', 'https://example.com/1.png', async () => {
			await new Promise((resolve) => setTimeout(resolve, 5_000));
			return { status: 200, body: pictures.first };
		});
		answer('GET', 'https://example.com/2', { status: 200, body: pictures.second });
		await runWorkflow(workflowOf('blend'), {
			parameters: {
				imageInput: 'url',
				imageUrls: 'https://example.com/1.png,https://example.com/2?a=1,2',
			},
		});
		expect(sent.find(({ path }) => path === BLEND)?.body.imgBase64Array).toEqual(blended);
		const loads = sent.filter(({ host }) => host === 'example.com');
		expect(loads.map(({ query }) => query)).toEqual([{}, { a: '1,2' }]);
		expect(loads.flatMap(({ headers }) => Object.keys(headers))).not.toContain('tt-api-key');
	});

	test.each(['images', 'itemPerImage'])(
		'download %s asks for the separate pictures',
		async (download) => {
			playTtapi({ fails: () => 'Job Timeout' });
			await runWorkflow(workflowOf('imagine'), {
				items: [{ prompt: 'a' }],
				parameters: { download },
			});
			expect(sent[0].body).toEqual({ prompt: 'a', mode: 'fast', getUImages: true });
		},
	);
});

const upscaled = () => ({
	json: { status: 'SUCCESS', jobId: 'up-1', message: '', data: { width: 1024, height: 768 } },
});

test('the requests of a run read the credential once, however many there are', async () => {
	playTtapi({});
	const before = credentialReads.count;
	const items = Array.from({ length: 20 }, (_, at) => ({ prompt: `cat ${at}` }));
	await runWorkflow(workflowOf('imagine'), { items });
	expect(sent.length).toBeGreaterThan(40 - 1);
	expect(sent.every(({ headers }) => headers['tt-api-key'] === API_KEY)).toBe(true);
	expect(credentialReads.count - before).toBe(1);
});
