import { describe, expect, test } from '@jest/globals';
import type { IWorkflowBase } from 'n8n-workflow';

import { FETCH } from '../operations.mts';
import { answer, sent } from './support/http.mts';
import { logs } from './support/logs.mts';
import {
	N8N_URL,
	Stored,
	callbackFor,
	pauseAndStore,
	renamed,
	runUntilPause,
} from './support/pausing.mts';
import { png } from './support/pictures.mts';
import { NODE_NAME, runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const items = [{ prompt: 'cat' }, { prompt: 'dog' }, { prompt: 'owl' }];
const submits = () => sent.filter(({ method }) => method === 'POST');
const looks = () => sent.filter(({ path }) => path === FETCH.image);
const image = { status: 200, body: png(), headers: { 'content-type': 'image/png' } };

describe('a run that waits by callbacks', () => {
	test('submits all jobs, looks at each once more, and pauses: nothing behind it runs', async () => {
		playTtapi({ seconds: 60 });
		const run = await runUntilPause({ items });
		expect(run.status).toBe('waiting');
		expect(run.saved).toEqual(['waiting']);
		expect(run.seenBy.Done).toBeUndefined();
		expect(submits()).toHaveLength(3);
		expect(looks().map(({ query }) => query.jobId)).toEqual(['job-1', 'job-2', 'job-3']);
	});

	test("tells TTAPI this node's own resume URL in the execution, with its token", async () => {
		playTtapi({ seconds: 60 });
		const { execution } = await runUntilPause({ items: items.slice(0, 1) });
		// n8n's own form: the URL of the execution, the path of the node's webhook, and `signature`.
		const [url, mark] = submits()[0].body.hookUrl.split('&job=');
		expect(url).toBe(
			`${N8N_URL}/webhook-waiting/execution/${encodeURIComponent(NODE_NAME)}?signature=${execution.data.resumeToken}`,
		);
		// Behind it, what tells this job's URL from those of the others.
		expect(mark).toMatch(/^[\da-f-]{36}$/);
	});

	test('does not pause where all jobs have ended at the last look', async () => {
		playTtapi({ seconds: 0 });
		const run = await runUntilPause({ items });
		expect(run.status).toBe('success');
		expect(run.seenBy.Done.map(({ json }) => json.prompt)).toEqual(['cat', 'dog', 'owl']);
	});

	test('does not pause where the others have ended while the files of the first were downloaded', async () => {
		playTtapi({ seconds: ({ body }) => (body.prompt === 'cat' ? 0 : 5) });
		const slowly = async () => {
			await new Promise((resolve) => setTimeout(resolve, 10_000));
			return image;
		};
		answer('GET', 'https://cdn.ttapi.io/job-1.png', slowly);
		answer('GET', 'https://cdn.ttapi.io/job-2.png', image);
		const parameters = { download: 'grid' };
		const run = await runUntilPause({ items: items.slice(0, 2), parameters });
		expect(run.status).toBe('success');
		expect(run.seenBy.Done.map(({ binary }) => binary?.data.fileName)).toEqual([
			...['job-1.png', 'job-2.png'],
		]);
	});

	test('polls while there are more jobs than slots, and keeps the slots full', async () => {
		const jobs = playTtapi({ seconds: 20 });
		const stored = await pauseAndStore({ items, parameters: { options: { maxInFlight: 1 } } });
		expect(jobs.map(({ acceptedAt }) => acceptedAt >= 0)).toHaveLength(3);
		expect(jobs[2].acceptedAt).toBeGreaterThanOrEqual(40_000);
		const [pause] = [stored.context.pause as { items: object[] }];
		expect(pause.items.map((item) => 'job' in item)).toEqual([false, false, true]);
	});

	test('counts the time of each job from its own submit', async () => {
		const began = Date.now();
		const jobs = playTtapi({ seconds: ({ body }) => (body.prompt === 'dog' ? 20 : 9999) });
		const stored = await pauseAndStore({ items, parameters: { options: { maxInFlight: 2 } } });
		const { items: paused } = stored.context.pause as {
			items: Array<{ job?: { submittedAt: number } }>;
		};
		const submitted = paused.map(({ job }) => job && job.submittedAt - began);
		expect(jobs[2].acceptedAt).toBeGreaterThanOrEqual(20_000);
		expect(submitted).toEqual([jobs[0].acceptedAt, undefined, jobs[2].acceptedAt]);
	});

	test('stores no callback URL and no key with the execution', async () => {
		playTtapi({
			seconds: 60,
			fetch: ({ query }) => ({
				json: {
					status: 'ON_QUEUE',
					jobId: query.jobId,
					hookUrl: 'https://a.example/?signature=s',
					data: { hookUrl: 'https://a.example/?signature=s' },
				},
			}),
		});
		const { written } = await pauseAndStore({ items });
		expect(written).not.toMatch(/hookUrl":|signature=|key-that-nobody-may-see/);
	});

	test('pauses until the patience with the last job is over', async () => {
		playTtapi({ seconds: 9999 });
		const began = Date.now();
		const stored = await pauseAndStore({ items, parameters: { options: { maxWait: 100 } } });
		// And a minute more: n8n's timer must not be set while a callback may resume the execution.
		expect(stored.until - began).toBeGreaterThanOrEqual(170_000);
		expect(stored.until - began).toBeLessThan(220_000);
	});

	test('logs the id of each job: the only trace that a crash leaves', async () => {
		playTtapi({ seconds: 60 });
		await runUntilPause({ items });
		const said = logs.filter(({ level }) => level === 'info').map(({ message }) => message);
		for (const jobId of ['job-1', 'job-2', 'job-3']) expect(said.join()).toContain(jobId);
	});

	test('leaves the output of the node before as it is', async () => {
		playTtapi({ seconds: 60 });
		const { seenBy } = await runUntilPause({ items });
		expect(seenBy.Trigger.map(({ json }) => json)).toEqual(items);
	});
});

describe('a callback', () => {
	test('resumes the execution when the last job has ended: each result on its own item', async () => {
		playTtapi({ seconds: ({ body }) => ({ cat: 90, dog: 30, owl: 60 })[body.prompt as 'cat'] });
		const stored = await pauseAndStore({ items });
		await passes(31);
		// Without `workflowData` the caller gets its answer and the execution goes on waiting.
		expect(await stored.callback(callbackFor('job-2'))).toMatchObject({
			status: 200,
			resumed: undefined,
		});
		await passes(60);
		const { status, resumed } = await stored.callback(callbackFor('job-1'));
		expect(status).toBe(200);
		expect(resumed?.status).toBe('success');
		expect(resumed?.seenBy.Done.map(({ json }) => [json.jobId, json.prompt])).toEqual([
			...[
				['job-1', 'cat'],
				['job-2', 'dog'],
				['job-3', 'owl'],
			],
		]);
		expect(submits()).toHaveLength(3);
	});

	test('resumes it with items that lead back to where each came from', async () => {
		playTtapi({ seconds: 30 });
		const workflow = workflowOf('imagine') as IWorkflowBase;
		const at = workflow.nodes.findIndex(({ name }) => name === 'Done');
		const hookUrl = '=https://x.example.com/{{ $("Trigger").item.json.prompt }}';
		const parameters = { operation: 'action', action: 'upsample1', options: { hookUrl } };
		const node = workflow.nodes.find(({ name }) => name === NODE_NAME)!;
		workflow.nodes[at] = { ...node, id: 'second', name: 'Done', parameters };
		const stored = await pauseAndStore({ items }, workflow);
		await passes(30);
		await stored.callback(callbackFor('job-3'));
		const bodies = submits().filter(({ path }) => path === PAID.action);
		expect(bodies.map(({ body }) => [body.jobId, body.hookUrl])).toEqual(
			['cat', 'dog', 'owl'].map((prompt, n) => [`job-${n + 1}`, `https://x.example.com/${prompt}`]),
		);
	});

	test('is answered in time where TTAPI cannot be asked, and the execution goes on when it can', async () => {
		let isDown = false;
		playTtapi({ seconds: 30, fetch: () => (isDown ? { status: 502 } : undefined) });
		const stored = await pauseAndStore({ items });
		await passes(30);
		isDown = true;
		setTimeout(() => (isDown = false), 8_000);
		const called = Date.now();
		const { status, answeredAt, resumed } = await stored.callback(callbackFor('job-1'));
		expect(status).toBe(200);
		expect(answeredAt! - called).toBeLessThanOrEqual(2_000);
		expect(resumed?.status ?? 'later').toMatch(/success|later/);
	});

	test('keeps the files of the jobs that had ended before the pause, and downloads the others', async () => {
		playTtapi({ seconds: 20 });
		for (const n of [1, 2]) answer('GET', `https://cdn.ttapi.io/job-${n}.png`, image);
		const stored = await pauseAndStore({
			items: items.slice(0, 2),
			parameters: { download: 'grid', options: { maxInFlight: 1 } },
		});
		expect(sent.filter(({ host }) => host === 'cdn.ttapi.io')).toHaveLength(1);
		await passes(20);
		const { resumed } = await stored.callback(callbackFor('job-2'));
		expect(resumed?.seenBy.Done.map(({ binary }) => binary?.data.fileName)).toEqual([
			...['job-1.png', 'job-2.png'],
		]);
		expect(sent.filter(({ host }) => host === 'cdn.ttapi.io')).toHaveLength(2);
	});

	test.each([
		`it's "quoted"`,
		'}} braces {{ $json }}',
		'back\\slash \\u0041',
		'🎨 Bilder für Zoë',
		'two\nlines',
		'$("Trigger")',
	])('finds the paused node by its name: %j', async (nodeName) => {
		playTtapi({ seconds: 20 });
		const stored = await pauseAndStore({ items, nodeName }, renamed(nodeName));
		await passes(20);
		// An expression gives `webhook()` the context that execute() wrote into.
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(resumed?.seenBy.Done).toHaveLength(3);
	});

	test('of several at the same moment resumes it once', async () => {
		playTtapi({ seconds: 20 });
		const stored = await pauseAndStore({ items });
		await passes(20);
		const calls = [];
		for (const n of [1, 2, 3]) calls.push(await stored.callback(callbackFor(`job-${n}`)));
		expect(calls.filter(({ resumed }) => resumed)).toHaveLength(1);
		expect(calls.map(({ status }) => status)).toEqual([200, 200, 200]);
	});
});

describe('two runs of the node in one execution', () => {
	/** Two branches that lead into our node: it runs once for each. */
	function twice(): object {
		const workflow = workflowOf('imagine') as IWorkflowBase;
		const done = workflow.nodes.find(({ name }) => name === 'Done')!;
		const to = (...names: string[]) => ({
			main: [names.map((node) => ({ node, type: 'main' as const, index: 0 }))],
		});
		workflow.nodes.push({ ...done, id: 'a', name: 'A' }, { ...done, id: 'b', name: 'B' });
		Object.assign(workflow.connections, {
			Trigger: to('A', 'B'),
			A: to(NODE_NAME),
			B: to(NODE_NAME),
		});
		return workflow;
	}

	test('pause one after the other, each for its own jobs', async () => {
		playTtapi({ seconds: 60 });
		const first = await pauseAndStore({ items: items.slice(0, 2) }, twice());
		await passes(60);
		const { resumed } = await first.callback(callbackFor('job-2'));
		expect(resumed?.status).toBe('waiting');
		expect(submits()).toHaveLength(4);

		const second = new Stored(resumed!);
		// A late callback of the first run: all pauses of an execution share one resume URL.
		expect(await second.callback(callbackFor('job-1'))).toMatchObject({
			status: 200,
			resumed: undefined,
		});
		await passes(60);
		const last = (await second.callback(callbackFor('job-4'))).resumed;
		expect(last?.status).toBe('success');
		const outputs = last?.runs.map(({ data }) => data?.main[0]?.map(({ json }) => json.jobId));
		expect(outputs).toEqual([
			...[
				['job-1', 'job-2'],
				['job-3', 'job-4'],
			],
		]);
	});

	test('end by time one after the other, too', async () => {
		playTtapi({ seconds: 9999 });
		const first = await pauseAndStore({ items: items.slice(0, 1) }, twice());
		await passes(361);
		const resumed = await first.timeIsUp();
		expect(resumed.status).toBe('waiting');
		await passes(361);
		const last = await new Stored(resumed).timeIsUp();
		const outputs = last.runs.map(({ data }) => data?.main[0]?.map(({ json }) => json.jobId));
		expect(outputs).toEqual([['job-1'], ['job-2']]);
	});
});

describe('it polls instead, and says so in a hint:', () => {
	test.each<[string, Parameters<typeof runUntilPause>, RegExp]>([
		['a workflow that was never saved', [{ workflowId: undefined }], /saved/],
		['a call of an agent', [{}, workflowOf('imagine', { tool: true })], /agent/],
		[
			'one item per image',
			[{ parameters: { download: 'itemPerImage' } }],
			/polled instead of paused.*one item per file/,
		],
		[
			'one item per video',
			[
				{
					items: [{ prompt: 'cat', imageUrl: 'https://example.com/cat.png' }],
					parameters: { download: 'itemPerImage' },
				},
				workflowOf('video.create'),
			],
			/polled instead of paused.*one item per file/,
		],
	])('%s', async (_title, [options, workflow], hint) => {
		playTtapi({ seconds: 30 });
		for (const corner of ['tl', 'tr', 'bl', 'br'])
			answer('GET', `https://cdn.ttapi.io/job-1_${corner}.png`, image);
		for (const n of [0, 1, 2, 3])
			answer('GET', `https://cdn.ttapi.io/job-1_${n}.mp4`, {
				status: 200,
				body: Buffer.from('film'),
			});
		const run = await runUntilPause({ items: items.slice(0, 1), ...options }, workflow);
		expect(run.status).toBe('success');
		expect(run.seenBy.Done[0].json.status).toBe('SUCCESS');
		expect(run.hints).toMatchObject([{ message: expect.stringMatching(hint) }]);
		expect(submits()[0].body).not.toHaveProperty('hookUrl');
	});
});

describe('where TTAPI cannot reach n8n', () => {
	const n8nUrl = 'http://localhost:5678';

	test('the run fails before anything is sent', async () => {
		const run = await runUntilPause({ items, n8nUrl });
		expect(run.error).toMatchObject({
			name: 'NodeOperationError',
			message: expect.stringMatching(/localhost is not public/),
			description: expect.stringMatching(/Nothing was paid/),
		});
		expect(sent).toEqual([]);
	});

	test('every item fails where the node continues, and nothing is sent', async () => {
		const node = { onError: 'continueRegularOutput' as const };
		const run = await runUntilPause({ items, n8nUrl, node });
		expect(run.seenBy.Done).toHaveLength(3);
		for (const { json } of run.seenBy.Done) expect(Object.keys(json)).toEqual(['error']);
		expect(sent).toEqual([]);
	});

	test('it pauses all the same where TTAPI is in the private network, too', async () => {
		const base = 'http://localhost:3000';
		playTtapi({ seconds: 60, base });
		const credential = { baseUrl: 'custom', customBaseUrl: base };
		expect(await runUntilPause({ items, n8nUrl, credential })).toMatchObject({ status: 'waiting' });
	});
});

describe('what cannot wait by callbacks', () => {
	test('a second callback URL is refused before anything is sent', async () => {
		const options = { hookUrl: 'https://n8n.example.com/webhook/ttapi' };
		const run = await runUntilPause({ items, parameters: { options } });
		expect(run.error?.message).toMatch(/Callback URL/);
		expect(sent).toEqual([]);
	});

	test.each(['job.get', 'prompt.check'] as const)(
		'%s does as ever, although the setting is left over from another operation',
		async (operation) => {
			answer('GET', 'https://api.ttapi.io/midjourney/v1/fetch', {
				json: { status: 'ON_QUEUE', jobId: 'a', data: [] },
			});
			answer('POST', 'https://api.ttapi.io/midjourney/v1/promptCheck', {
				json: { status: 'SUCCESS', message: 'success', data: 'fine' },
			});
			const run = await runWorkflow(workflowOf(operation), {
				items: [{ jobId: 'a', prompt: 'cat' }],
				parameters: { waitForResult: 'callback' },
			});
			expect(run.status).toBe('success');
			expect(run.hints.map(({ message }) => message).join()).not.toMatch(/paused/);
		},
	);
});
