import { describe, expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { answer, sent } from './support/http.mts';
import { png } from './support/pictures.mts';
import { contextOf, retry } from './support/retry.mts';
import { runWorkflow, type Result } from './support/runWorkflow.mts';
import {
	PAID,
	playTtapi,
	type FakeJob,
	type World,
	refused,
	UNKNOWN_JOB,
} from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const prompts = (...names: string[]) => names.map((prompt) => ({ prompt }));
const submits = () => sent.filter(({ path }) => (Object.values(PAID) as string[]).includes(path));
const submitted = () => submits().map(({ body }) => body.prompt as string);
const retried = (maxTries: number): Partial<INode> => ({
	retryOnFail: true,
	maxTries,
	waitBetweenTries: 1000,
});
const twenty = Array.from({ length: 20 }, (_, n) => `prompt ${n}`);

const imagine = async (items: string[], options: Parameters<typeof runWorkflow>[1] = {}) =>
	await runWorkflow(workflowOf('imagine'), { items: prompts(...items), ...options });

/** Jobs of this prompt fail with this reason, the first `times` of them. */
function failing(prompt: string, reason: string, times = Infinity): NonNullable<World['fails']> {
	const failed = new Set<string>();
	return ({ jobId, body }: FakeJob) => {
		if (body.prompt !== prompt || (!failed.has(jobId) && failed.size >= times)) return undefined;
		failed.add(jobId);
		return reason;
	};
}

/** The ids of the jobs that came out, by item. */
const idsOf = ({ items }: Result) => items.map(({ json }) => json.jobId);

describe('Retry On Fail', () => {
	test('of 20 items pays again for the one that failed, and hands on all of them in order', async () => {
		const jobs = playTtapi({ fails: failing('prompt 7', 'Execution error', 2) });
		const run = await imagine(twenty, { node: retried(3) });
		expect(run.status).toBe('success');
		expect(run.items.map(({ json }) => json.prompt)).toEqual(twenty);
		expect(submitted().filter((prompt) => prompt === 'prompt 7')).toHaveLength(3);
		expect([...new Set(submitted())].sort()).toEqual([...twenty].sort());
		expect(jobs).toHaveLength(22);
		expect(run.items.map(({ pairedItem }) => pairedItem)).toEqual(
			twenty.map((_, item) => ({ item })),
		);
	});

	test('says how many jobs were used again', async () => {
		playTtapi({ fails: failing('b', 'Execution error', 1) });
		const { hints } = await imagine(['a', 'b', 'c'], { node: retried(2) });
		expect(hints).toMatchObject([
			{ message: expect.stringMatching(/1 job submitted, 2 jobs of an earlier attempt/) },
		]);
	});

	test('costs nothing where the job failed for good: nothing is submitted any more', async () => {
		const reason = '[Banned prompt detected]';
		playTtapi({ fails: failing('prompt 7', reason) });
		const { error } = await imagine(twenty, { node: retried(5) });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining(reason),
			context: { itemIndex: 7 },
		});
		// Ten were in flight when it failed, which ended the submits.
		const first = submits().length;
		expect(new Set(submitted()).size).toBe(first);
		expect(first).toBeLessThan(20);
	});

	test.each([
		'Job Timeout',
		'[Internal error]',
		'[Internal server error]',
		'[Bad response]',
		'Failed to process your command',
		'Execution error',
		'Unknown Integration',
		'Unknown Message',
	])('submits a job again that failed with "%s"', async (reason) => {
		playTtapi({ fails: failing('a', reason, 1) });
		const run = await imagine(['a'], { node: retried(2) });
		expect(idsOf(run)).toEqual(['job-2']);
		expect(submits()).toHaveLength(2);
	});

	test.each([
		'[Banned prompt detected]',
		'[Image denied]',
		'[Invalid link]',
		'[Invalid parameter]',
		'[Invalid prompt]',
		'[TTAPI prompt filter]',
		'[TTAPI image filter]',
		'A reason that nobody knows',
		'',
	])('raises the same error again, with one submit, after "%s"', async (reason) => {
		playTtapi({ fails: () => reason });
		const once = await imagine(['a']);
		sent.length = 0;
		const again = await imagine(['a'], { node: retried(5) });
		expect(submits()).toHaveLength(1);
		const anyId = (text = '') => text.replace(/job-\d/g, 'job');
		expect(anyId(again.error?.message)).toBe(anyId(once.error?.message));
		expect(anyId(again.error?.description)).toBe(anyId(once.error?.description));
	});

	test.each([
		[400, 'banned prompt words：sexy'],
		[200, 'banned prompt words：sexy'],
		[400, '[Invalid parameter] --foo'],
		[200, '[TTAPI prompt filter]'],
	])('sends a prompt once that the submit refused with HTTP %s: %s', async (status, message) => {
		playTtapi({ submit: () => ({ status, body: { status: 'FAILED', message, data: null } }) });
		const { error } = await imagine(['a'], { node: retried(5) });
		expect(submits()).toHaveLength(1);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: expect.stringContaining(message),
			context: { itemIndex: 0 },
			httpCode: String(status),
		});
	});

	test('sends another refused request again: it costs nothing, and may work', async () => {
		playTtapi({
			submit: (_sent, tries) =>
				tries < 3
					? { status: 402, body: { status: 'FAILED', message: 'not enough quota' } }
					: undefined,
		});
		const run = await imagine(['a'], { node: retried(3) });
		expect(run.status).toBe('success');
	});

	test('under "Continue" begins again when the first item has failed, and pays for nothing again', async () => {
		playTtapi({ fails: failing('a', '[Image denied]') });
		const run = await imagine(['a', 'b', 'c'], {
			node: { ...retried(3), onError: 'continueRegularOutput' },
		});
		expect(submitted().sort()).toEqual(['a', 'b', 'c']);
		expect(run.items).toMatchObject([
			{ json: { error: { jobId: 'job-1', status: 'FAILED' } } },
			{ json: { jobId: 'job-2', status: 'SUCCESS' } },
			{ json: { jobId: 'job-3', status: 'SUCCESS' } },
		]);
	});

	test.each(['poll', 'callback', 'none'])('pays for no job twice with %s', async (mode) => {
		playTtapi({
			submit: ({ body }) => (body.prompt === 'b' ? refused(402) : undefined),
			// TTAPI may not know a job yet that is a moment old.
			fetch: ({ at }) => (at < 3000 ? UNKNOWN_JOB : undefined),
		});
		const { error } = await imagine(['a', 'b'], {
			n8nUrl: 'https://n8n.example.com',
			parameters: { waitForResult: mode },
			node: retried(3),
		});
		expect(error).toMatchObject({ httpCode: '402', context: { itemIndex: 1 } });
		expect(submitted().filter((prompt) => prompt === 'a')).toHaveLength(1);
		expect(error?.description).toMatch(/job-1 \(item 0\)/);
	});
});

describe('items with the same prompt', () => {
	test('each keep their own job', async () => {
		let isDown = false;
		playTtapi({ fails: ({ jobId }) => (jobId === 'job-2' && !isDown ? 'Job Timeout' : undefined) });
		const failed = await imagine(['cat', 'cat', 'cat', 'dog']);
		expect(failed.status).toBe('error');
		isDown = true;
		sent.length = 0;
		const again = await retry(failed);
		expect(idsOf(again)).toEqual(['job-1', 'job-2', 'job-3', 'job-4']);
		expect(submits()).toEqual([]);
	});

	test('asks again after a refusal of the key, whatever its words', async () => {
		const message = 'Invalid parameter: TT-API-KEY';
		let isRefused = true;
		playTtapi({
			submit: () => (isRefused ? { status: 401, body: { status: 'FAILED', message } } : undefined),
		});
		const failed = await imagine(['cat']);
		expect(failed.error?.message).toContain(message);
		isRefused = false;
		const again = await retry(failed);
		expect(again.items).toMatchObject([{ json: { status: 'SUCCESS' } }]);
	});

	test('of which one failed: only that one is submitted again', async () => {
		playTtapi({ fails: ({ jobId }) => (jobId === 'job-2' ? 'Job Timeout' : undefined) });
		const again = await retry(await imagine(['cat', 'cat', 'cat']));
		expect(idsOf(again)).toEqual(['job-1', 'job-4', 'job-3']);
	});
});

describe('Retry of a failed execution by a person', () => {
	/** Three items of which the last one is refused because the quota is used up, until it is topped up. */
	async function refusedOnce(world: World = {}, options: Parameters<typeof imagine>[1] = {}) {
		const account = { quota: 0 };
		const jobs = playTtapi({
			submit: ({ body }) => (body.prompt === 'c' && account.quota === 0 ? refused(402) : undefined),
			...world,
		});
		const failed = await imagine(['a', 'b', 'c'], options);
		expect(failed.status).toBe('error');
		account.quota = 1;
		sent.length = 0;
		return { failed, jobs };
	}

	test('submits only what was not submitted, and hands on every job on its own item', async () => {
		const { failed } = await refusedOnce();
		const again = await retry(failed);
		expect(again.status).toBe('success');
		expect(submitted()).toEqual(['c']);
		expect(
			again.items.map(({ json, pairedItem }) => [json.prompt, json.jobId, pairedItem]),
		).toEqual([
			['a', 'job-1', { item: 0 }],
			['b', 'job-2', { item: 1 }],
			['c', 'job-3', { item: 2 }],
		]);
	});

	test('may follow another Retry', async () => {
		const { failed } = await refusedOnce({
			submit: ({ body }) => (body.prompt === 'c' ? refused(402) : undefined),
		});
		const second = await retry(await retry(failed));
		expect(second.error?.httpCode).toBe('402');
		expect(submitted()).toEqual(['c', 'c']);
	});

	test('hands on what an earlier attempt was paid for, as it would have been handed on then', async () => {
		const { failed } = await refusedOnce();
		const again = await retry(failed);
		const { jobId, prompt, ...later } = again.items[2].json;
		expect(again.items[0].json).toEqual({
			...later,
			jobId: 'job-1',
			prompt: 'a',
			discordImage: 'https://cdn.discordapp.com/job-1.png',
			cdnImage: 'https://cdn.ttapi.io/job-1.png',
		});
		expect([jobId, prompt]).toEqual(['job-3', 'c']);
	});

	test('submits an edited prompt as a new job, and still names the old one', async () => {
		const { failed } = await refusedOnce({
			submit: ({ body }) => (body.prompt.startsWith('c') ? refused(402) : undefined),
		});
		const prompt = "={{ $json.prompt === 'b' ? 'b, but blue' : $json.prompt }}";
		const again = await retry(failed, { parameters: { prompt } });
		expect(submitted().sort()).toEqual(['b, but blue', 'c']);
		expect(again.error?.description).toMatch(
			/job-1 \(item 0\), job-2 \(item 1\), job-3 \(item 1\)/,
		);
	});

	test('does not take another mode, size or timeout for the same job', async () => {
		const { failed } = await refusedOnce();
		const again = await retry(failed, { parameters: { options: { timeout: 400 } } });
		expect(again.status).toBe('success');
		expect(submitted().sort()).toEqual(['a', 'b', 'c']);
	});

	test('takes a job for the same where only what does not go to TTAPI was edited', async () => {
		const { failed } = await refusedOnce();
		const again = await retry(failed, {
			parameters: { options: { maxInFlight: 2, pollInterval: 3, maxWait: 500, simplify: false } },
		});
		expect(submitted()).toEqual(['c']);
		expect(again.items[0].json).toMatchObject({ data: { jobId: 'job-1' } });
	});

	test('takes it for the same with another callback URL, which only the new jobs get', async () => {
		const { failed } = await refusedOnce(
			{},
			{ parameters: { options: { hookUrl: 'https://a.example.com/x' } } },
		);
		await retry(failed, { parameters: { options: { hookUrl: 'https://b.example.com/y' } } });
		expect(submits().map(({ body }) => body.hookUrl)).toEqual(['https://b.example.com/y']);
	});

	test('leaves nothing in the context of a run that came through', async () => {
		const { failed } = await refusedOnce();
		expect(JSON.stringify(contextOf(failed))).toContain('job-1');
		const again = await retry(failed);
		expect(JSON.stringify(contextOf(again))).not.toContain('job-');
	});
});

describe('files of a job that is used again', () => {
	const CDN = 'https://cdn.ttapi.io';
	const image = { status: 200, body: png(), headers: { 'content-type': 'image/png' } };

	/** Runs until the second item fails, and retries with pictures that are answered with `given`. */
	async function downloadAgain(download: string, status: number) {
		let isLater = false;
		playTtapi({
			submit: ({ body }) => (body.prompt === 'b' && !isLater ? refused(402) : undefined),
		});
		for (const end of ['', '_tl', '_tr', '_bl', '_br']) {
			answer('GET', `${CDN}/job-1${end}.png`, () => (isLater ? { status } : image));
			answer('GET', `${CDN}/job-2${end}.png`, image);
		}
		const failed = await imagine(['a', 'b'], { parameters: { download } });
		isLater = true;
		return await retry(failed);
	}

	test.each([
		['grid', 403],
		['grid', 404],
		['grid', 410],
		['images', 404],
		['itemPerImage', 404],
	])(
		'with %s: where the links have expired (HTTP %s), the job is handed on and says so',
		async (download, status) => {
			const again = await downloadAgain(download, status);
			expect(again.status).toBe('success');
			const [first, ...others] = again.items;
			expect(first).toEqual({
				json: expect.objectContaining({
					jobId: 'job-1',
					status: 'SUCCESS',
					cdnImage: `${CDN}/job-1.png`,
					downloadError: expect.stringMatching(/job-1.*could not be downloaded/),
				}),
				pairedItem: { item: 0 },
			});
			expect(others).toHaveLength(download === 'itemPerImage' ? 4 : 1);
			for (const { json, binary } of others) {
				expect(json).toMatchObject({ jobId: 'job-2' });
				expect(json).not.toHaveProperty('downloadError');
				expect(Object.keys(binary!)).toHaveLength(download === 'images' ? 4 : 1);
			}
			expect(submitted().filter((prompt) => prompt === 'a')).toHaveLength(1);
		},
	);

	test('are downloaded again', async () => {
		let isLater = false;
		playTtapi({
			submit: ({ body }) => (body.prompt === 'b' && !isLater ? refused(402) : undefined),
		});
		for (const n of [1, 2]) answer('GET', `${CDN}/job-${n}.png`, image);
		const failed = await imagine(['a', 'b'], { parameters: { download: 'grid' } });
		isLater = true;
		const again = await retry(failed);
		expect(again.items.map(({ binary }) => binary?.data.fileName)).toEqual([
			'job-1.png',
			'job-2.png',
		]);
	});

	test('that are in trouble are an error, as ever, but cost nothing', async () => {
		const again = await downloadAgain('grid', 500);
		expect(again.error?.message).toMatch(/job-1.*could not be downloaded/);
		expect(submitted().filter((prompt) => prompt === 'a')).toHaveLength(1);
	});

	test('of a job that nobody had retried are an error where they are gone', async () => {
		playTtapi();
		answer('GET', `${CDN}/job-1.png`, { status: 404 });
		const { error } = await imagine(['a'], { parameters: { download: 'grid' } });
		expect(error?.message).toMatch(/could not be downloaded/);
	});
});
