/** What holds for every operation, one after the other. What only one of them has stands in a file of its own. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { RESOURCES } from '../../nodes/TtapiMidjourney/actions/resources.ts';
import {
	ALL,
	ASKING,
	DOWNLOADING,
	ENDED,
	FETCH,
	SUBMITTING,
	itemOf,
	type Named,
} from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, connectionError, sent } from './support/http.mts';
import { N8N_URL, Stored, callbackFor } from './support/pausing.mts';
import { png } from './support/pictures.mts';
import { retry } from './support/retry.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

/** The keys of every job that comes out. */
const KEYS = [
	...['jobId', 'status', 'family', 'action', 'prompt', 'progress', 'cdnImage', 'discordImage'],
	...['images', 'width', 'height', 'components', 'actions', 'seed', 'quota', 'message'],
];
const REASON = '[Banned prompt detected]';
/** One job after the other, so that job-1 is the first item's. */
const IN_TURN = { options: { maxInFlight: 1 } };
const MODES = ['grid', 'images', 'itemPerImage'];

interface Changes extends Omit<RunOptions, 'items'> {
	/** How many items go in. */
	items?: number;
	tool?: boolean;
}

/** An item that has all that the operation takes. Each has a prompt of its own. */
const inputOf = (operation: Named, index: number): IDataObject => {
	const item = itemOf(operation);
	return index === 0 ? item : { ...item, prompt: `${item.prompt}, number ${index + 1}` };
};

/** What comes out of it: the prompt of another item would be seen. */
function resultOf(operation: Named, index: number) {
	const { prompt } = inputOf(operation, index);
	const { submits: family, gives } = operation;
	const shown = gives.prompt ? { prompt: expect.stringMatching(`^${prompt}( --|$)`) } : {};
	return { status: 'SUCCESS', family, ...gives, ...shown };
}

/** Runs the operation. */
async function run(operation: Named, { items = 1, tool, parameters, ...options }: Changes = {}) {
	return await runWorkflow(workflowOf(operation.name, { tool }), {
		items: Array.from({ length: items }, (_, index) => inputOf(operation, index)),
		parameters: { ...operation.pictures, ...parameters } as IDataObject,
		n8nUrl: N8N_URL,
		...options,
	});
}

const submits = () => sent.filter(({ path }) => (Object.values(PAID) as string[]).includes(path));
/** Where the jobs that were submitted were looked for. */
const fetchedAt = () => [
	...new Set(
		sent
			.filter(({ query }) => /^job-\d+$/.test(query.jobId))
			.map(({ method, path }) => `${method} ${path}`),
	),
];
const downloads = () => sent.filter(({ host }) => host !== new URL(API).host);
const jsonOf = (items: INodeExecutionData[]) => items.map(({ json }) => json);
/** The job of the second item fails. */
const secondFails: World = { fails: ({ jobId }) => (jobId === 'job-2' ? REASON : undefined) };
const failure = (jobId: string) => ({
	message: `Job ${jobId} failed: "${REASON}"`,
	description: expect.any(String),
	jobId,
	status: 'FAILED',
});

/** Serves all files of a job. */
function serveFiles(jobId: string, status = 200): void {
	const images = ['', '_tl', '_tr', '_bl', '_br'].map((part) => `${jobId}${part}.png`);
	const videos = [0, 1, 2, 3].map((n) => `${jobId}_${n}.mp4`);
	for (const name of [...images, ...videos])
		answer('GET', `https://cdn.ttapi.io/${name}`, { status, body: png() });
}

/** The fields and files that a job is to have. */
function filesOf({ files, submits }: { files: number; submits?: string }, jobId: string) {
	const [kind, ending] = submits === 'video' ? ['video', 'mp4'] : ['image', 'png'];
	const numbers = Array.from({ length: files }, (_, n) => n + 1);
	return {
		grid: [[['data', `${jobId}.${ending}`]]],
		images: [numbers.map((n) => [`${kind}_${n}`, `${jobId}_${n}.${ending}`])],
		itemPerImage: numbers.map((n) => [['data', `${jobId}_${n}.${ending}`]]),
	} as Record<string, string[][][]>;
}
const namesIn = (items: INodeExecutionData[]) =>
	items.map(({ binary = {} }) =>
		Object.entries(binary).map(([field, { fileName }]) => [field, fileName]),
	);

test('every operation of the node is in the table', () => {
	const there = RESOURCES.flatMap(({ value, operations }) =>
		Object.keys(operations).map((operation) => `${value}.${operation}`),
	);
	const listed = ALL.map(({ resource, operation }) => `${resource}.${operation}`);
	expect(listed.sort()).toEqual(there.sort());
});

describe.each(SUBMITTING)('$name', (operation) => {
	const { path, sends, submits: family, gives } = operation;
	const address = `GET ${FETCH[family]}`;

	test('sends what the item says, and nothing that was not added', async () => {
		playTtapi();
		await run(operation);
		expect(submits()).toMatchObject([{ method: 'POST', host: new URL(API).host, path, query: {} }]);
		expect(submits()[0].body).toEqual(sends(itemOf(operation)));
		expect(fetchedAt()).toEqual([address]);
		for (const { headers } of sent) expect(headers['tt-api-key']).toBe(API_KEY);
	});

	test('gives the finished job, with every key, to the item that it came from', async () => {
		playTtapi();
		const { items, seenBy } = await run(operation, { items: 2, parameters: IN_TURN });
		for (const [n, { json, pairedItem }] of items.entries()) {
			expect(json).toMatchObject({ jobId: `job-${n + 1}`, ...resultOf(operation, n) });
			expect(Object.keys(json)).toEqual(expect.arrayContaining(KEYS));
			expect(pairedItem).toEqual({ item: n });
		}
		expect(seenBy.Done).toEqual(items);
	});

	test("gives TTAPI's own answer if it is not simplified, without the callback URL", async () => {
		const hookUrl = 'https://n8n.example.com/hook';
		playTtapi({ data: () => ({ hookUrl, more: [1] }) });
		const options = { simplify: false, hookUrl };
		const { items } = await run(operation, { parameters: { options } });
		expect(items[0].json).toMatchObject({ status: 'SUCCESS', jobId: 'job-1', data: { more: [1] } });
		expect(JSON.stringify(items[0].json)).not.toContain('hookUrl');
		expect(submits()[0].body.hookUrl).toBe(hookUrl);
	});

	test('stops with the item, the reason and every job id if a job failed', async () => {
		playTtapi(secondFails);
		const { error, seenBy } = await run(operation, { items: 3, parameters: IN_TURN });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: failure('job-2').message,
			description: expect.stringMatching(/job-1 \(item 0\), job-2 \(item 1\)/),
			context: { itemIndex: 1 },
		});
		expect(seenBy.Done).toBeUndefined();
	});

	test('puts the error in the place of the item under Continue', async () => {
		playTtapi(secondFails);
		const { items } = await run(operation, {
			items: 3,
			parameters: IN_TURN,
			node: { onError: 'continueRegularOutput' },
		});
		expect(jsonOf(items)).toEqual([
			expect.objectContaining({ jobId: 'job-1', status: 'SUCCESS' }),
			{ error: failure('job-2') },
			expect.objectContaining({ jobId: 'job-3', status: 'SUCCESS' }),
		]);
		expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2].map((item) => ({ item })));
	});

	test('sends the failed item to the error output under Continue (using error output)', async () => {
		playTtapi(secondFails);
		const { items, errorItems } = await run(operation, {
			items: 3,
			parameters: IN_TURN,
			node: { onError: 'continueErrorOutput' },
		});
		expect(items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-3']);
		// n8n puts the fields of the item under the error.
		expect(jsonOf(errorItems)).toEqual([{ ...inputOf(operation, 1), error: failure('job-2') }]);
		expect(errorItems).toMatchObject([{ pairedItem: { item: 1 } }]);
	});

	test('that did not end in time is an error with the id', async () => {
		playTtapi({ seconds: 9999 });
		const parameters = { options: { maxWait: 30 } };
		const { error } = await run(operation, { parameters });
		expect(error).toMatchObject({
			message: 'Job job-1 did not end within 30 s: it is still ON_QUEUE',
			description: expect.stringContaining('Job > Wait'),
			context: { itemIndex: 0 },
		});
		const { items } = await run(operation, {
			parameters,
			node: { onError: 'continueRegularOutput' },
		});
		expect(jsonOf(items)).toMatchObject([{ error: { jobId: 'job-2', status: 'ON_QUEUE' } }]);
	});

	test('that did not end in time is an item that says so, if that is chosen', async () => {
		playTtapi({ seconds: 9999 });
		const options = { maxWait: 30, onTimeout: 'continue' };
		const { items } = await run(operation, { parameters: { options, download: 'grid' } });
		expect(jsonOf(items)).toMatchObject([
			{ jobId: 'job-1', family, status: 'ON_QUEUE', timedOut: true },
		]);
		expect(items[0].binary).toBeUndefined();
	});

	test('that is not waited for gives its id', async () => {
		playTtapi();
		const { items } = await run(operation, { parameters: { waitForResult: 'none' } });
		expect(jsonOf(items)).toMatchObject([{ jobId: 'job-1', family, status: 'SUBMITTED' }]);
		expect(fetchedAt()).toEqual([]);
	});

	test('answers an agent with the finished job, small, although it is to pause and to download', async () => {
		playTtapi({ seconds: 60 });
		const parameters = { waitForResult: 'callback', download: 'images' };
		const { items } = await run(operation, { tool: true, parameters });
		expect(jsonOf(items)).toMatchObject([{ jobId: 'job-1', status: 'SUCCESS', ...gives }]);
		expect(items[0].binary).toBeUndefined();
		expect(JSON.stringify(items).length).toBeLessThan(4_000);
		expect(downloads()).toEqual([]);
	});

	test('is not paid for again by a Retry', async () => {
		playTtapi({ submit: (_, tries) => (tries === 2 ? refused(402) : undefined) });
		const failed = await run(operation, { items: 2, parameters: IN_TURN });
		expect(failed.error?.httpCode).toBe('402');
		sent.length = 0;
		const again = await retry(failed);
		expect(again.items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2']);
		expect(submits()).toHaveLength(1);
	});

	test('is not sent again if TTAPI may have it', async () => {
		playTtapi({
			submit: () => connectionError('ECONNRESET'),
			history: () => ({
				json: [{ job_id: 'perhaps', prompt: itemOf(operation).prompt, status: 2 }],
			}),
		});
		const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
		const { error } = await run(operation, { node });
		expect(error?.message).toMatch(/may or may not exist/);
		expect(submits()).toHaveLength(1);
		// The history tells jobs by their prompt.
		if (operation.parameters?.prompt) expect(error?.description).toMatch(/\bperhaps\b/);
	});
});

/** TTAPI sends no callback for the others. */
const PAUSING = SUBMITTING.filter(({ name }) => name !== 'describe' && name !== 'getSeed');

describe.each(PAUSING)('$name', (operation) => {
	const { submits: family } = operation;
	const address = `GET ${FETCH[family]}`;

	test('pauses, and goes on with the result on a callback', async () => {
		playTtapi({ seconds: 60 });
		const parameters = { waitForResult: 'callback' };
		const stored = new Stored(await run(operation, { items: 2, parameters }));
		expect(submits()[0].body.hookUrl).toMatch(/^https:\/\/n8n\.example\.com\/webhook-waiting/);
		// What was sent is not needed any more, and pictures are large.
		expect(JSON.stringify(stored.context)).not.toContain('base64');
		await passes(60);
		const { status, resumed } = await stored.callback(callbackFor('job-2'));
		expect(status).toBe(200);
		const done = jsonOf(resumed!.seenBy.Done);
		expect(done).toMatchObject([0, 1].map((n) => resultOf(operation, n)));
		expect(done.map(({ jobId }) => jobId).sort()).toEqual(['job-1', 'job-2']);
		expect(fetchedAt()).toEqual([address]);
	});

	test('pauses, and goes on without the result when the time is over', async () => {
		playTtapi({ seconds: 9999 });
		const options = { maxWait: 100, onTimeout: 'continue' };
		const parameters = { waitForResult: 'callback', options };
		const stored = new Stored(await run(operation, { parameters }));
		await passes(200);
		const { seenBy } = await stored.timeIsUp();
		expect(jsonOf(seenBy.Done)).toMatchObject([
			{ jobId: 'job-1', family, status: 'ON_QUEUE', timedOut: true },
		]);
	});
});

test.each(DOWNLOADING.filter(({ submits }) => submits))(
	'the files of $name are there after a pause',
	async (operation) => {
		playTtapi({ seconds: 60 });
		serveFiles('job-1');
		const parameters = { waitForResult: 'callback', download: 'images' };
		const stored = new Stored(await run(operation, { parameters }));
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(namesIn(resumed!.seenBy.Done)).toEqual(filesOf(operation, 'job-1').images);
	},
);

describe.each(DOWNLOADING)('the files of $name', (operation) => {
	const jobId = operation.submits ? 'job-1' : ENDED[operation.takes!];

	test.each(MODES)(
		'%s: under their names, from their own host without the key',
		async (download) => {
			playTtapi();
			serveFiles(jobId);
			const { items } = await run(operation, { parameters: { download } });
			expect(namesIn(items)).toEqual(filesOf(operation, jobId)[download]);
			for (const [n, { json, pairedItem }] of items.entries()) {
				expect(json).toMatchObject({ jobId, status: 'SUCCESS' });
				expect(json.imageIndex).toBe(download === 'itemPerImage' ? n + 1 : undefined);
				expect(pairedItem).toEqual({ item: 0 });
			}
			for (const { headers } of downloads()) expect(headers).not.toHaveProperty('tt-api-key');
		},
	);

	test('are an error that names the job if they cannot be had', async () => {
		playTtapi();
		serveFiles(jobId, 404);
		const { error } = await run(operation, { parameters: { download: 'grid' } });
		expect(error?.message).toMatch(new RegExp(`${jobId}.* could not be downloaded`));
		expect(error?.context.itemIndex).toBe(0);
	});
});

describe.each(ASKING)('$name', (operation) => {
	const { method = 'POST', path, sends, gives } = operation;
	const history: World['history'] = () => ({ json: [{ job_id: ENDED.grid, status: 2 }] });

	test('asks once, for free, and gives the answer to the item', async () => {
		playTtapi({ history });
		const { items } = await run(operation);
		expect(sent).toMatchObject([{ method, path, headers: { 'tt-api-key': API_KEY } }]);
		if (sends) expect(sent[0].body).toEqual(sends(itemOf(operation)));
		expect(jsonOf(items)).toContainEqual(expect.objectContaining(gives));
		for (const { pairedItem } of items) expect(pairedItem).toEqual({ item: 0 });
	});

	test('puts its error in the place of the item under Continue, and stops otherwise', async () => {
		for (const known of ['GET', 'POST'] as const) {
			for (const each of [path, ...Object.values(FETCH)])
				answer(known, API + each, refused(403, 'blocked'));
		}
		const { items } = await run(operation, {
			items: 2,
			node: { onError: 'continueRegularOutput' },
		});
		expect(items.map(({ json, pairedItem }) => [Object.keys(json), pairedItem])).toEqual([
			[['error'], { item: 0 }],
			[['error'], { item: 1 }],
		]);
		const { error } = await run(operation, { items: 2 });
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode: '403' });
	});

	test('answers an agent', async () => {
		playTtapi({ history });
		const { items } = await run(operation, { tool: true, parameters: { download: 'images' } });
		expect(jsonOf(items)).toContainEqual(expect.objectContaining(gives));
		expect(downloads()).toEqual([]);
	});
});
