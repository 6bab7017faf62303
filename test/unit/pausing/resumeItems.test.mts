import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import type { Done } from '../../../nodes/TtapiMidjourney/output/outcome.ts';
import { callBack, callbackFor, pausedRun, type Look } from '../support/callbacks.mts';
import { file } from '../support/downloads.mts';
import { useFakeTime } from '../support/fakeWebhook.mts';
import { pauseFor, unfinished, type JobChanges } from '../support/pauses.mts';

beforeEach(() => void useFakeTime());
afterEach(() => void jest.useRealTimers());

const done: Done = {
	kind: 'done',
	items: [
		{
			json: { jobId: 'done', status: 'SUCCESS' },
			binary: { data: { data: 'bytes', mimeType: 'image/png' } },
			pairedItem: { item: 1 },
		},
	],
};

/** Job a as given, a job that was done before the pause, and job c, which ends well. */
const three = (changes: JobChanges = {}, continuesOnFail = false) =>
	pauseFor([unfinished('a', 0, changes), done, unfinished('c', 2)], { continuesOnFail });

describe('the items of a resumed execution', () => {
	test('are one for each input item, in its order, paired with it', async () => {
		const { items } = await callBack(three(), { a: 'SUCCESS', c: 'SUCCESS' });
		expect(items?.map(({ json, pairedItem }) => [json.jobId, pairedItem])).toEqual([
			...['a', 'done', 'c'].map((jobId, item) => [jobId, { item }]),
		]);
	});

	test('keep what was done before the pause', async () => {
		const { items } = await callBack(three(), { a: 'SUCCESS', c: 'SUCCESS' });
		expect([items?.[1]]).toEqual(done.items);
	});

	test('know of a job what TTAPI does not repeat: what it was submitted with', async () => {
		const bare = { status: 'SUCCESS', jobId: 'a', message: '', data: { jobId: 'a', quota: 3 } };
		const { items } = await callBack(pauseFor(['a']), { a: bare });
		expect(items).toMatchObject([{ json: { action: 'imagine', prompt: 'prompt 0', quota: 3 } }]);
	});

	test('are simplified or not, each as its own settings say', async () => {
		const jobs = [true, false].map((simplify, index) =>
			unfinished('ab'[index], index, { settings: { simplify } }),
		);
		const looks = { a: callbackFor('a'), b: callbackFor('b') };
		(looks.b.data as { hookUrl: string }).hookUrl = 'https://n8n.example.com/?signature=secret';
		const { items } = await callBack(pauseFor(jobs), looks);
		expect(items?.[0].json).toMatchObject({ family: 'image', jobId: 'a' });
		expect(items?.[1].json).toMatchObject({ status: 'SUCCESS', data: { jobId: 'b' } });
		expect(JSON.stringify(items)).not.toMatch(/hookUrl|secret/);
	});

	test('a describe job has its prompts', async () => {
		const prompt = '1️⃣ one\n2️⃣ two';
		const body = { status: 'SUCCESS', jobId: 'a', message: '', data: { jobId: 'a', prompt } };
		const jobs = [unfinished('a', 0, { action: 'describe' })];
		const { items } = await callBack(pauseFor(jobs), { a: body });
		expect(items?.[0].json.prompts).toEqual(['one', 'two']);
	});
});

describe('a job that failed', () => {
	const looks = { a: 'FAILED', c: 'SUCCESS' } as const;

	test('fails its item alone where the node continues on fail', async () => {
		const { items, run } = await callBack(three({}, true), looks);
		expect(items?.[0]).toEqual({
			json: {
				error: {
					message: 'Job a failed: "Job Timeout"',
					description: expect.stringMatching(/./),
					jobId: 'a',
					status: 'FAILED',
				},
			},
			pairedItem: { item: 0 },
		});
		expect(items?.slice(1)).toMatchObject([
			{ json: { jobId: 'done' } },
			{ json: { jobId: 'c', status: 'SUCCESS' } },
		]);
		expect(run.resultData.error).toBeUndefined();
		expect(run.executionData.nodeExecutionStack[0].node.disabled).toBe(true);
	});

	test('makes the execution fail at this node otherwise, with all job ids in the error', async () => {
		const pause = three({});
		const { items, run } = await callBack(pause, looks);
		expect(run.resultData.error).toMatchObject({
			name: 'NodeApiError',
			message: 'Job a failed: "Job Timeout"',
			context: { itemIndex: 0 },
			description: expect.stringMatching(/a \(item 0\), c \(item 2\)/),
		});
		expect(run.executionData.nodeExecutionStack[0].node.disabled).toBe(false);
		// What a person's Retry of the failed execution begins with.
		expect(items).toEqual(pause.input);
	});

	test('says that Retry On Fail does not submit it again: n8n does not run a paused node again', async () => {
		const says = /Retry On Fail does nothing here: n8n does not run a node again after its pause\./;
		const { run } = await callBack(three({}), looks);
		expect(run.resultData.error).toMatchObject({ description: expect.stringMatching(says) });
		const { items } = await callBack(three({}, true), looks);
		expect(items?.[0].json.error).toMatchObject({ description: expect.stringMatching(says) });
	});

	test('is handed on with its state where n8n cannot be made to fail', async () => {
		const run = { ...pausedRun(), executionData: undefined };
		const { items } = await callBack(three({}), looks, { runExecutionData: run });
		expect(items?.[0]).toMatchObject({
			json: { jobId: 'a', status: 'FAILED', message: 'Job Timeout', prompt: 'prompt 0' },
			pairedItem: { item: 0 },
		});
		expect(items?.[0].json).not.toHaveProperty('error');
		expect(items?.[2].json.status).toBe('SUCCESS');
	});
});

describe('a job that has run past its own Max Wait', () => {
	const looks = { a: 'ON_QUEUE', c: 'SUCCESS' } as const;

	test.each([
		['stop', 'error', 'handed on'],
		['stop', 'continue', 'handed on'],
		['continue', 'error', 'an error item'],
		['continue', 'continue', 'handed on'],
	] as const)(
		'under "%s", On Timeout %s, is %s, as when n8n ends the pause',
		async (onFail, onTimeout, expected) => {
			const settings = { maxWaitMs: 50_000, onTimeout };
			const { items, run } = await callBack(three({ settings }, onFail === 'continue'), looks);
			const timedOut = { jobId: 'a', status: 'ON_QUEUE', timedOut: true };
			const message = expect.stringMatching(/Job a did not end within \d+ s: it is still ON_QUEUE/);
			const error = { message, jobId: 'a', status: 'ON_QUEUE' };
			expect(items?.[0].json).toMatchObject(expected === 'handed on' ? timedOut : { error });
			expect(items?.[2].json.status).toBe('SUCCESS');
			expect(run.resultData.error).toBeUndefined();
		},
	);
});

test('the first of several errors is the one of the execution', async () => {
	const looks: Record<string, Look> = { a: 'SUCCESS', b: 'FAILED', c: 'FAILED' };
	const { run } = await callBack(pauseFor(['a', 'b', 'c']), looks);
	expect(run.resultData.error).toMatchObject({
		message: expect.stringMatching(/Job b failed/),
		context: { itemIndex: 1 },
	});
});

test('each error item is paired with its own input item', async () => {
	const looks: Record<string, Look> = { a: 'SUCCESS', b: 'FAILED', c: 'FAILED' };
	const { items } = await callBack(pauseFor(['a', 'b', 'c'], { continuesOnFail: true }), looks);
	expect(items?.map(({ json, pairedItem }) => ['error' in json, pairedItem])).toEqual([
		...[
			[false, { item: 0 }],
			[true, { item: 1 }],
			[true, { item: 2 }],
		],
	]);
});

test('an error item from before the pause stays one, and fails nothing', async () => {
	const failed: Done = {
		kind: 'done',
		items: [{ json: { error: { message: 'refused' } }, pairedItem: { item: 0 } }],
	};
	const pause = pauseFor([failed, unfinished('b', 1)], { continuesOnFail: true });
	const { items } = await callBack(pause, { b: 'SUCCESS' });
	expect([items?.[0]]).toEqual(failed.items);
});

describe('downloads', () => {
	const withFiles = (continuesOnFail = false) =>
		three({ settings: { download: 'grid' } }, continuesOnFail);
	const looks: Record<string, Look> = { a: 'SUCCESS', c: 'SUCCESS' };

	test('begin when TTAPI has its answer, and n8n gives no second one', async () => {
		const began: number[] = [];
		const download = async () => {
			began.push(Date.now());
			await new Promise((resolve) => setTimeout(resolve, 5_000));
			return file();
		};
		const called = await callBack(withFiles(), looks, { download });
		expect(called.answered).toBe(200);
		expect(called.response.answeredAt).toBeLessThanOrEqual(began[0]);
		expect(called.tookMs).toBeGreaterThanOrEqual(5_000);
		expect(called.result.noWebhookResponse).toBe(true);
		expect(called.items?.[0]).toMatchObject({
			binary: { data: { fileName: 'a.png', mimeType: 'image/png' } },
			pairedItem: { item: 0 },
		});
	});

	test('are of those jobs only whose items want them', async () => {
		const { downloads, items } = await callBack(withFiles(), looks, { download: () => file() });
		expect(downloads).toHaveLength(1);
		expect(items?.[2].binary).toBeUndefined();
	});

	test('that fail are an error of their item, with the job id', async () => {
		const { items } = await callBack(withFiles(true), looks, {
			download: () => file(Buffer.from(''), {}, 404),
		});
		expect(items?.[0]).toEqual({
			json: {
				error: expect.objectContaining({
					message: expect.stringMatching(/Job a is done.*HTTP 404/),
					jobId: 'a',
				}),
			},
			pairedItem: { item: 0 },
		});
		expect(items?.[2].json.status).toBe('SUCCESS');
	});

	test('that fail make the execution fail where the node does not continue', async () => {
		const { run } = await callBack(withFiles(), looks, {
			download: () => file(Buffer.from(''), {}, 404),
		});
		expect(run.resultData.error?.message).toMatch(/could not be downloaded/);
	});

	test('that take longer than the pause lasts come out as finished jobs, in time', async () => {
		const pause = withFiles();
		pause.until = Date.now() + 20_000;
		const { items, run, tookMs } = await callBack(pause, looks, {
			download: async () => await new Promise(() => {}),
		});
		expect(tookMs).toBeLessThan(20_000);
		expect(tookMs).toBeGreaterThan(15_000);
		expect(items?.[0]).toMatchObject({
			json: {
				jobId: 'a',
				status: 'SUCCESS',
				downloadError: expect.stringMatching(/time was over.*Job > Get/),
			},
			pairedItem: { item: 0 },
		});
		expect(items?.[0].json).not.toHaveProperty('timedOut');
		expect(items?.[0].binary).toBeUndefined();
		expect(items?.[2].json.status).toBe('SUCCESS');
		expect(run.resultData.error).toBeUndefined();
	});

	test('take nothing from a private network, unless TTAPI itself is there', async () => {
		const body = callbackFor('a');
		(body.data as { cdnImage: string }).cdnImage = 'http://10.0.0.1/grid.png';
		const given = { download: () => file() };
		const refused = await callBack(withFiles(true), { ...looks, a: body }, given);
		expect(refused.downloads).toEqual([]);
		expect(refused.items?.[0].json).toMatchObject({ error: { message: /private/ } as never });
		const credential = { baseUrl: 'custom', customBaseUrl: 'http://localhost:3000' };
		const taken = await callBack(withFiles(true), { ...looks, a: body }, { ...given, credential });
		expect(taken.downloads).toHaveLength(1);
	});

	test('a failed job has none', async () => {
		const failed = await callBack(withFiles(true), { ...looks, a: 'FAILED' });
		expect(failed.downloads).toEqual([]);
		expect(failed.items?.[0].json).toHaveProperty('error');
	});
});
