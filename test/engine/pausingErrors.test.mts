import { describe, expect, test } from '@jest/globals';
import type { INode, IWorkflowBase } from 'n8n-workflow';

import { sent } from './support/http.mts';
import { callbackFor, pauseAndStore, runUntilPause } from './support/pausing.mts';
import { NODE_NAME } from './support/runWorkflow.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const items = [{ prompt: 'good' }, { prompt: 'bad' }, { prompt: 'fine' }];
const banned: World['fails'] = ({ body }) =>
	body.prompt === 'bad' ? '[Banned prompt detected]' : undefined;
const submits = () => sent.filter(({ method }) => method === 'POST');

/** Pauses, lets all jobs end, and calls back. */
async function resumeAfter(world: World, node: Partial<INode> = {}) {
	playTtapi({ seconds: 60, ...world });
	const stored = await pauseAndStore({ items, node });
	await passes(60);
	const { resumed } = await stored.callback(callbackFor('job-1'));
	return resumed!;
}

describe('a job that failed, after the pause:', () => {
	test('under "Stop" the execution fails at this node, and nothing behind it runs', async () => {
		const run = await resumeAfter({ fails: banned });
		expect(run.status).toBe('error');
		expect(run.run.data.resultData.lastNodeExecuted).toBe('TTAPI Midjourney');
		expect(run.seenBy.Done).toBeUndefined();
		expect(run.seenBy.Failed).toBeUndefined();
		expect(run.error).toMatchObject({
			name: 'NodeApiError',
			message: 'Job job-2 failed: "[Banned prompt detected]"',
			description: expect.stringMatching(/job-1 \(item 0\), job-2 \(item 1\), job-3 \(item 2\)/),
		});
		expect(run.runs.at(-1)?.error?.message).toMatch(/Job job-2 failed/);
	});

	test.each<[string, Partial<INode>]>([
		['Retry On Fail', { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 }],
		['Always Output Data', { alwaysOutputData: true }],
	])('under "Stop" it fails once, and submits nothing again, with %s', async (_title, node) => {
		const run = await resumeAfter({ fails: banned }, node);
		expect(run.status).toBe('error');
		expect(run.seenBy.Done).toBeUndefined();
		expect(submits()).toHaveLength(3);
	});

	test('under "Continue" its item has the error, and the others are as without it', async () => {
		const run = await resumeAfter({ fails: banned }, { onError: 'continueRegularOutput' });
		expect(run.status).toBe('success');
		expect(run.seenBy.Failed).toBeUndefined();
		expect(run.seenBy.Done[1].json).toEqual({
			error: {
				message: 'Job job-2 failed: "[Banned prompt detected]"',
				description: expect.any(String),
				jobId: 'job-2',
				status: 'FAILED',
			},
		});
		expect([0, 2].map((n) => run.seenBy.Done[n].json.prompt)).toEqual(['good', 'fine']);
	});

	test('under "Continue (error output)" it goes to the error branch, with its job id', async () => {
		const run = await resumeAfter({ fails: banned }, { onError: 'continueErrorOutput' });
		expect(run.status).toBe('success');
		expect(run.seenBy.Done.map(({ json }) => json.prompt)).toEqual(['good', 'fine']);
		expect(run.seenBy.Failed).toMatchObject([
			{ json: { error: { jobId: 'job-2', status: 'FAILED' } } },
		]);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'%s: no job is submitted again by Retry On Fail',
		async (onError) => {
			const node = { onError, retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
			await resumeAfter({ fails: () => 'Job Timeout' }, node);
			expect(submits()).toHaveLength(3);
		},
	);

	describe('of a video', () => {
		const scenes = ['good', 'bad'].map((prompt) => ({
			prompt,
			imageUrl: 'https://example.com/first.png',
		}));
		const resumeVideos = async (node: Partial<INode> = {}) => {
			playTtapi({ seconds: 60, fails: banned });
			const stored = await pauseAndStore({ items: scenes, node }, workflowOf('video.create'));
			await passes(60);
			const { resumed } = await stored.callback(callbackFor('job-2'));
			return resumed!;
		};
		const message = 'Job job-2 failed: "[Banned prompt detected]"';

		test('under "Stop" the execution fails at this node', async () => {
			const run = await resumeVideos();
			expect(run.status).toBe('error');
			expect(run.seenBy.Done).toBeUndefined();
			expect(run.error).toMatchObject({
				name: 'NodeApiError',
				message,
				description: expect.stringMatching(/job-1 \(item 0\), job-2 \(item 1\)/),
			});
		});

		test('under "Continue" its item has the error, beside the good one', async () => {
			const run = await resumeVideos({ onError: 'continueRegularOutput' });
			expect(run.status).toBe('success');
			expect(run.seenBy.Done.map(({ json }) => json)).toEqual([
				expect.objectContaining({ jobId: 'job-1', status: 'SUCCESS', family: 'video' }),
				{
					error: { message, description: expect.any(String), jobId: 'job-2', status: 'FAILED' },
				},
			]);
		});

		test('under "Continue (error output)" it goes to the error branch', async () => {
			const run = await resumeVideos({ onError: 'continueErrorOutput' });
			expect(run.seenBy.Done.map(({ json }) => json.jobId)).toEqual(['job-1']);
			expect(run.seenBy.Failed).toMatchObject([
				{ json: { error: { message, jobId: 'job-2', status: 'FAILED' } } },
			]);
		});
	});

	test('under "Stop" the execution cannot be resumed again', async () => {
		const run = await resumeAfter({ fails: banned });
		expect(run.run.waitTill).toBeUndefined();
		expect(run.run.data.resultData.error).toBeDefined();
	});
});

const JOBS = ['job-1', 'job-2', 'job-3'];

describe('when the time is up', () => {
	const timeIsUp = async (node: Partial<INode> = {}, onTimeout?: string) => {
		playTtapi({ seconds: 9999 });
		const options = onTimeout ? { onTimeout } : {};
		const stored = await pauseAndStore({ items, node, parameters: { options } });
		await passes(361);
		return await stored.timeIsUp();
	};

	test.each<[string, Partial<INode>, string]>([
		['Stop', {}, 'error'],
		['Stop', {}, 'continue'],
		['Continue', { onError: 'continueRegularOutput' }, 'continue'],
		['Continue (error output)', { onError: 'continueErrorOutput' }, 'continue'],
	])('under "%s" (%j), On Timeout %s: the jobs are handed on', async (_, node, onTimeout) => {
		const run = await timeIsUp(node, onTimeout);
		expect(run.status).toBe('success');
		// What is passed on is the node's input, which was replaced before the pause.
		expect(run.seenBy.Done).toMatchObject(
			JOBS.map((jobId, item) => ({
				json: { jobId, status: 'ON_QUEUE', timedOut: true, prompt: items[item].prompt },
				pairedItem: { item },
			})),
		);
		expect(submits()).toHaveLength(3);
	});

	test('under "Continue", On Timeout error: each item has the error, with its job id', async () => {
		const run = await timeIsUp({ onError: 'continueRegularOutput' });
		expect(run.seenBy.Done.map(({ json }) => json)).toEqual(
			JOBS.map((jobId) => ({
				error: {
					message: expect.stringMatching(`Job ${jobId} did not end within 360 s`),
					description: expect.any(String),
					jobId,
					status: 'ON_QUEUE',
				},
			})),
		);
	});

	test('under "Continue (error output)", On Timeout error: they go to the error branch', async () => {
		const run = await timeIsUp({ onError: 'continueErrorOutput' });
		expect(run.seenBy.Done ?? []).toEqual([]);
		expect(run.seenBy.Failed).toMatchObject(
			JOBS.map((jobId) => ({ json: { error: { jobId, status: 'ON_QUEUE' } } })),
		);
	});

	test('with Execute Once only what the node worked on leaves, not the rest of the input', async () => {
		const run = await timeIsUp({ executeOnce: true });
		expect(submits()).toHaveLength(1);
		expect(run.seenBy.Done).toMatchObject([{ json: { jobId: 'job-1', timedOut: true } }]);
	});

	test('what had ended before the pause leaves as it is', async () => {
		playTtapi({ seconds: ({ body }) => (body.prompt === 'good' ? 10 : 9999) });
		const parameters = { options: { maxInFlight: 2 } };
		const stored = await pauseAndStore({ items, parameters });
		await passes(400);
		const { seenBy } = await stored.timeIsUp();
		expect(seenBy.Done[0].json).toMatchObject({ jobId: 'job-1', status: 'SUCCESS' });
		expect(seenBy.Done[0].json).not.toHaveProperty('timedOut');
		expect(seenBy.Done.slice(1)).toMatchObject([
			...[{ json: { timedOut: true } }, { json: { timedOut: true } }],
		]);
	});

	test('Job > Wait behind the node gets the results after all', async () => {
		playTtapi({ seconds: 420 });
		const workflow = workflowOf('imagine') as IWorkflowBase;
		const node = workflow.nodes.find(({ name }) => name === NODE_NAME)!;
		const at = workflow.nodes.findIndex(({ name }) => name === 'Done');
		const parameters = { resource: 'job', operation: 'wait', options: {} };
		workflow.nodes[at] = { ...node, id: 'wait', name: 'Done', parameters };
		const stored = await pauseAndStore({ items }, workflow);
		await passes(361);
		const { seenBy } = await stored.timeIsUp();
		expect(seenBy.Done.map(({ json }) => [json.jobId, json.status])).toEqual(
			JOBS.map((jobId) => [jobId, 'SUCCESS']),
		);
		expect(submits()).toHaveLength(3);
	});

	test('a callback comes too late, and is told 200', async () => {
		playTtapi({ seconds: 300 });
		const stored = await pauseAndStore({ items });
		await passes(400);
		expect(await stored.callback(callbackFor('job-1'))).toMatchObject({
			status: 200,
			resumed: undefined,
		});
	});
});

describe('while jobs are submitted', () => {
	const refused: World['submit'] = ({ body }) =>
		body.prompt === 'bad'
			? { status: 400, body: { status: 'FAILED', message: 'no way', data: null } }
			: undefined;

	test('a refused one ends the run under "Stop", after the jobs in flight: it does not pause', async () => {
		const jobs = playTtapi({ seconds: 60, submit: refused });
		const run = await runUntilPause({ items });
		expect(run.status).toBe('error');
		expect(run.error?.message).toMatch(/no way/);
		for (const { jobId } of jobs) expect(run.error?.description).toContain(jobId);
		expect(Date.now() - Date.UTC(2026, 0, 1)).toBeGreaterThanOrEqual(60_000);
		expect(run.seenBy.Done).toBeUndefined();
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'a refused one fails its item alone under %s, and the run pauses for the others',
		async (onError) => {
			playTtapi({ seconds: 60, submit: refused });
			const stored = await pauseAndStore({ items, node: { onError } });
			await passes(60);
			const { resumed } = await stored.callback(callbackFor('job-1'));
			const all = [...resumed!.seenBy.Done, ...(resumed!.seenBy.Failed ?? [])];
			expect(all.filter(({ json }) => json.status === 'SUCCESS')).toHaveLength(2);
			expect(all.filter(({ json }) => 'error' in json)).toHaveLength(1);
		},
	);

	test('Stop ends the run within a second, and nothing is paused', async () => {
		playTtapi({ seconds: 9999 });
		let stoppedAt = 0;
		const run = await runUntilPause({
			items,
			parameters: { options: { maxInFlight: 1 } },
			during: ({ cancel }) => {
				setTimeout(() => {
					stoppedAt = Date.now();
					cancel();
				}, 7_000);
			},
		});
		expect(run.saved).toEqual(['canceled']);
		expect(Date.now() - stoppedAt).toBeLessThanOrEqual(1_000);
		expect(submits()).toHaveLength(1);
	});
});

describe('Retry On Fail pays no job again when the run pauses', () => {
	const retry = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };
	const prompt = 'the same for all';

	// A first item with an error would make the engine run the node again, although it has paused.
	test.each<[string, Partial<INode>]>([
		['Stop', {}],
		['Continue', { onError: 'continueRegularOutput' }],
		['Continue (error output)', { onError: 'continueErrorOutput' }],
	])('under "%s"', async (_title, node) => {
		playTtapi({ seconds: 60 });
		const run = await runUntilPause({ items, node: { ...retry, ...node }, parameters: { prompt } });
		expect(run.status).toBe('waiting');
		expect(submits()).toHaveLength(3);
	});

	test('under "Continue", where the first item was refused', async () => {
		playTtapi({
			seconds: 60,
			submit: (_, tries) =>
				tries === 1 ? { status: 400, body: { status: 'FAILED', message: 'no' } } : undefined,
		});
		const node = { ...retry, onError: 'continueRegularOutput' as const };
		const stored = await pauseAndStore({ items, node, parameters: { prompt } });
		expect(submits()).toHaveLength(3);
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(resumed?.seenBy.Done.map(({ json }) => 'error' in json)).toEqual([true, false, false]);
	});
});

test("a person's Retry of an execution that failed after the pause begins with the node's input", async () => {
	const run = await resumeAfter({ fails: banned });
	const [entry] = run.run.data.executionData!.nodeExecutionStack;
	expect(entry.data.main[0]?.map(({ json }) => json)).toEqual(items);
});
