import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { FETCH } from '../operations.mts';
import { answer, sent } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, PAID } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const FETCH_URL = `${API}${FETCH.image}`;

/** A job with every key that comes out of the node, with nothing known but what is given. */
const job = (known: object) => ({
	jobId: 'job-1',
	status: 'SUCCESS',
	family: 'image',
	action: null,
	prompt: null,
	progress: null,
	cdnImage: null,
	discordImage: null,
	images: [],
	width: null,
	height: null,
	components: [],
	actions: [],
	seed: null,
	quota: null,
	message: '',
	...known,
});

/** What job.get makes of an answer of TTAPI. */
async function read(body: object, parameters: IDataObject = {}): Promise<IDataObject> {
	answer('GET', FETCH_URL, { json: body });
	const run = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'job-1' }], parameters });
	expect(run.items).toHaveLength(1);
	return run.items[0].json;
}

const NEW = {
	status: 'SUCCESS',
	jobId: 'job-1',
	message: 'success',
	data: {
		action: 'imagine',
		jobId: 'job-1',
		progress: '100',
		prompt: 'a cat',
		discordImage: 'https://d.example.com/1.png',
		cdnImage: 'https://c.example.com/1.png',
		width: 1632,
		height: 2912,
		hookUrl: 'https://n8n.example.com/resume?signature=secret',
		components: ['upsample1', 'Custom Zoom'],
		seed: '123',
		images: ['https://c.example.com/tl.png', 'https://c.example.com/tr.png'],
		quota: 3,
	},
};

const READ = job({
	action: 'imagine',
	prompt: 'a cat',
	progress: 100,
	cdnImage: 'https://c.example.com/1.png',
	discordImage: 'https://d.example.com/1.png',
	images: ['https://c.example.com/tl.png', 'https://c.example.com/tr.png'],
	width: 1632,
	height: 2912,
	components: ['upsample1', 'Custom Zoom'],
	actions: [
		{ value: 'upsample1', label: 'Upscale 1 (U1)' },
		{ value: 'Custom Zoom', label: 'Custom Zoom' },
	],
	seed: '123',
	quota: 3,
	message: 'success',
});

describe('a job comes out with every key', () => {
	test('in the new dialect', async () => expect(await read(NEW)).toEqual(READ));

	test('in the seed dialect: actions, numbers as text, progress with % and a slip', async () => {
		const { action, progress, ...data } = NEW.data;
		const seed = {
			...data,
			actions: action,
			progess: '100%',
			quota: '3',
			width: '1632',
			height: '2912',
		};
		expect(await read({ ...NEW, data: seed })).toEqual(READ);
	});

	test.each([
		['waiting in line', 'PENDING_QUEUE', [], {}],
		[
			'running, with a preview and no actions yet',
			'ON_QUEUE',
			{ progress: '100', cdnImage: 'https://p.png', components: ['reroll'] },
			{ progress: 100, cdnImage: 'https://p.png', components: ['reroll'] },
		],
		['failed, as the older page says it', 'FAILED', [], { message: 'why' }],
		[
			'failed, full of nulls',
			'FAILED',
			{ ...Object.fromEntries(Object.keys(NEW.data).map((key) => [key, null])), jobId: 'job-1' },
			{ message: 'why' },
		],
		[
			'empty words and lists',
			'SUCCESS',
			{ seed: '', images: null, components: null, width: '', progress: null },
			{},
		],
	])('%s', async (_title, status, data, known) => {
		const message = status === 'FAILED' ? 'why' : '';
		expect(await read({ status, jobId: 'job-1', message, data })).toEqual(
			job({ status, ...known }),
		);
	});

	test('unsimplified, it is the body of TTAPI without hookUrl', async () => {
		const { hookUrl, ...data } = NEW.data;
		const body = { ...NEW, hookUrl: 'https://x', extra: [1] };
		const raw = await read(body, { options: { simplify: false } });
		expect(raw).toEqual({ ...NEW, extra: [1], data });
	});

	test.each([
		['keycaps', '1️⃣ a cat\n\n2️⃣ a dog --ar 1:1'],
		['dots', '1. a cat\r\n2. a dog --ar 1:1'],
		['brackets', '1) a cat\n2) a dog --ar 1:1'],
		['nothing', 'a cat\na dog --ar 1:1\n'],
	])('a described picture has its prompts, numbered with %s', async (_title, prompt) => {
		const body = {
			status: 'SUCCESS',
			jobId: 'job-1',
			message: '',
			data: { action: 'describe', prompt },
		};
		expect(await read(body)).toEqual(
			job({ action: 'describe', prompt, prompts: ['a cat', 'a dog --ar 1:1'] }),
		);
	});
});

describe('a submit hands on', () => {
	test.each(['data.jobId', 'data.job_id', 'jobId'])(
		'the id from %s, and SUBMITTED, where nothing is waited for',
		async (place) => {
			const body = place === 'jobId' ? { jobId: 'x' } : { data: { [place.slice(5)]: 'x' } };
			answer('POST', API + PAID.imagine, {
				json: { status: 'SUCCESS', message: 'success', ...body },
			});
			const run = await runWorkflow(workflowOf('imagine'), {
				items: [{ prompt: 'a cat' }],
				parameters: {
					waitForResult: 'none',
					download: 'grid',
					options: { hookUrl: 'https://x.example.com' },
				},
			});
			expect(run.items[0].json).toEqual(
				job({ jobId: 'x', status: 'SUBMITTED', action: 'imagine', prompt: 'a cat' }),
			);
			expect(run.items[0].binary).toBeUndefined();
			expect(sent).toHaveLength(1);
		},
	);

	test('the receipt itself, unsimplified, where nothing is waited for', async () => {
		const receipt = {
			status: 'SUCCESS',
			message: 'success',
			data: { jobId: 'x', hookUrl: 'https://x' },
		};
		answer('POST', API + PAID.imagine, { json: receipt });
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a cat' }],
			parameters: { waitForResult: 'none', options: { simplify: false } },
		});
		expect(run.items[0].json).toEqual({ ...receipt, data: { jobId: 'x' } });
	});
});
