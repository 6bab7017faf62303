/** What stands in the way of a run that follows another attempt: errors, Stop, slots, jobs that have not ended. */
import { describe, expect, test } from '@jest/globals';

import { FETCH } from '../operations.mts';
import { sent, type Answer } from './support/http.mts';
import { logs } from './support/logs.mts';
import { contextOf, retry } from './support/retry.mts';
import { runWorkflow, type Result, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const submits = () => sent.filter(({ path }) => (Object.values(PAID) as string[]).includes(path));
const submitted = () => submits().map(({ body }) => body.prompt as string);
const looks = () => sent.filter(({ path }) => path === FETCH.image);

const imagine = async (items: string[], options: RunOptions = {}) =>
	await runWorkflow(workflowOf('imagine'), {
		n8nUrl: 'https://n8n.example.com',
		items: items.map((prompt) => ({ prompt })),
		...options,
	});

/** A TTAPI whose answers a test changes as it goes. */
function changingTtapi(world: World = {}) {
	const now: World = { ...world };
	const jobs = playTtapi({
		seconds: (job) => (typeof now.seconds === 'function' ? now.seconds(job) : (now.seconds ?? 20)),
		fails: (job) => now.fails?.(job),
		submit: (...asked) => now.submit?.(...asked),
		fetch: (...asked) => now.fetch?.(...asked),
	});
	return { now, jobs };
}

/** An execution that has failed at "b", with the job of "a" paid: it runs for `seconds`, and was waited for as `maxWait` says. */
async function failedWith(
	{ seconds = 20, maxWait = 10, ...world }: World & { seconds?: number; maxWait?: number } = {},
	{ parameters, ...options }: RunOptions = {},
) {
	const { now, jobs } = changingTtapi({
		seconds,
		submit: ({ body }) => (body.prompt === 'b' ? refused(402) : undefined),
		...world,
	});
	const failed = await imagine(['a', 'b'], {
		...options,
		parameters: { ...parameters, options: { maxWait, ...(parameters?.options as object) } },
	});
	expect(failed.status).toBe('error');
	expect(failed.error?.description).toContain('job-1 (item 0)');
	sent.length = 0;
	logs.splice(0);
	return { failed, now, jobs };
}

const says = (status: number, message: string): Answer => ({
	status,
	body: { status: 'FAILED', message },
});

describe('an error of the look at a paid job: nothing is submitted, and all ids are named', () => {
	test.each<[string, World['fetch'], object]>([
		[
			'a job that TTAPI does not know any more',
			() => says(404, 'job not found'),
			{
				message: expect.stringMatching(/does not know the job job-1 that an earlier attempt/),
				description: expect.stringMatching(/not submitted again/),
				httpCode: '404',
			},
		],
		['a key that is refused', () => says(401, 'Wrong TT-API-KEY'), { httpCode: '401' }],
		['a blocked account', () => says(403, 'blocked'), { httpCode: '403' }],
		['a TTAPI in trouble', () => ({ status: 502 }), { httpCode: '502' }],
		['a page of a proxy', () => ({ status: 200, body: '<html>' }), {}],
	])('%s', async (_title, fetch, expected) => {
		const { failed, now } = await failedWith();
		await passes(120);
		Object.assign(now, { fetch, submit: undefined });
		const again = await retry(failed);
		expect(again.error).toMatchObject({ name: 'NodeApiError', ...expected });
		expect(again.error?.context.itemIndex).toBe(0);
		expect(again.error?.message).toContain('job-1');
		expect(again.error?.description).toContain('job-1 (item 0)');
		expect(submits()).toEqual([]);
		// And the next Retry finds the job all the same.
		now.fetch = undefined;
		const third = await retry(again, { parameters: { options: { maxWait: 300 } } });
		expect(third.items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2']);
	});

	test('under "Continue" it is the error of its item, and the others go on', async () => {
		const { now } = changingTtapi({
			fails: ({ body }) => (body.prompt === 'a' ? 'Job Timeout' : undefined),
		});
		let attempts = 0;
		// The first item fails, so that n8n runs the node again.
		now.fetch = ({ query, at }) => {
			if (at > 100_000 && query.jobId === 'job-2') return says(404, 'job not found');
			attempts++;
			return undefined;
		};
		const run = await imagine(['a', 'b', 'c'], {
			node: {
				retryOnFail: true,
				maxTries: 2,
				waitBetweenTries: 0,
				onError: 'continueRegularOutput',
			},
			parameters: { options: { pollInterval: 110 } },
		});
		expect(attempts).toBeGreaterThan(0);
		expect(submitted()).toEqual(['a', 'b', 'c', 'a']);
		expect(run.items).toMatchObject([
			{ json: { error: { jobId: 'job-4' } } },
			{ json: { error: { jobId: 'job-2', message: expect.stringContaining('does not know') } } },
			{ json: { jobId: 'job-3' } },
		]);
	});
});

describe('an error before anything is asked names the paid jobs, too:', () => {
	test.each<[string, RunOptions]>([
		['an empty prompt', { parameters: { prompt: "={{ $json.prompt === 'b' ? '' : 'a' }}" } }],
		['a credential without a key', { credential: { apiKey: '' } }],
		['an address that the key must not go to', { credential: { baseUrl: 'http://a.example.com' } }],
	])('%s', async (_title, changes) => {
		const { failed } = await failedWith();
		const again = await retry(failed, changes);
		expect(again.error).toMatchObject({
			name: 'NodeOperationError',
			description: expect.stringContaining('job-1 (item 0)'),
		});
		expect(submits()).toEqual([]);
	});
});

describe('a paid job that has not ended', () => {
	test('is waited for', async () => {
		const { failed, now } = await failedWith({ seconds: 100 });
		now.submit = undefined;
		const again = await retry(failed);
		expect(again.error?.message).toMatch(/job-[12] did not end within 10 s/);
		expect(submitted()).toEqual(['b']);
		sent.length = 0;
		const third = await retry(again, { parameters: { options: { maxWait: 200 } } });
		expect(third.items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2']);
		expect(submits()).toEqual([]);
	});

	test('is waited for as long as Max Wait says, from the start of this run', async () => {
		const { failed, now } = await failedWith({ seconds: 9999 });
		now.submit = undefined;
		await passes(600);
		const began = Date.now();
		const again = await retry(failed, { parameters: { options: { maxWait: 90 } } });
		expect(again.error?.message).toMatch(/did not end within 90 s/);
		expect(Date.now() - began).toBeGreaterThanOrEqual(90_000);
		expect(Date.now() - began).toBeLessThan(120_000);
	});

	test('is handed on with timedOut where the wait may run out', async () => {
		const { failed, now } = await failedWith({ seconds: 9999 });
		now.submit = undefined;
		const again = await retry(failed, { parameters: { options: { onTimeout: 'continue' } } });
		expect(again.items).toMatchObject([
			{ json: { jobId: 'job-1', prompt: 'a', status: 'ON_QUEUE', timedOut: true } },
			{ json: { jobId: 'job-2', prompt: 'b', status: 'ON_QUEUE', timedOut: true } },
		]);
		expect(submitted()).toEqual(['b']);
	});

	test('is handed on at once where nobody waits, as TTAPI knows it', async () => {
		const { failed, now } = await failedWith(
			{ seconds: 300 },
			{ parameters: { waitForResult: 'none' } },
		);
		now.submit = undefined;
		const again = await retry(failed);
		expect(again.items).toMatchObject([
			{ json: { jobId: 'job-1', prompt: 'a', status: 'ON_QUEUE' } },
			{ json: { jobId: 'job-2', prompt: 'b', status: 'SUBMITTED' } },
		]);
		expect(submitted()).toEqual(['b']);
		expect(looks()).toHaveLength(1);
	});

	test('is polled where the node pauses: its callback goes to the execution before', async () => {
		const { failed, now, jobs } = await failedWith(
			{ seconds: 100 },
			{ parameters: { waitForResult: 'callback' } },
		);
		now.submit = undefined;
		now.seconds = ({ jobId }) => (jobId === 'job-1' ? 100 : 5);
		const again = await retry(failed, { parameters: { options: { maxWait: 300 } } });
		expect(again.status).toBe('success');
		expect(again.items.map(({ json }) => [json.jobId, json.status])).toEqual([
			['job-1', 'SUCCESS'],
			['job-2', 'SUCCESS'],
		]);
		expect(again.hints).toMatchObject([
			{ message: expect.stringMatching(/polled instead of paused.*earlier attempt/) },
		]);
		expect(jobs).toHaveLength(2);
	});

	test('is polled, and then the execution pauses for the new ones', async () => {
		const { failed, now } = await failedWith(
			{ seconds: 60 },
			{ parameters: { waitForResult: 'callback' } },
		);
		now.submit = undefined;
		now.seconds = ({ jobId }) => (jobId === 'job-1' ? 60 : 9999);
		const again = await retry(failed, { parameters: { options: { maxWait: 300 } } });
		expect(again.status).toBe('waiting');
		expect(again.items.map(({ json }) => [json.jobId, json.status])).toEqual([
			['job-1', 'SUCCESS'],
			['job-2', 'ON_QUEUE'],
		]);
		expect(submits()[0].body.hookUrl).toContain('/webhook-waiting/retry');
	});

	test('takes one of the slots, before any new job', async () => {
		const { now, jobs } = changingTtapi({
			seconds: 200,
			submit: ({ body }) => (body.prompt === 'bad' ? refused(402) : undefined),
		});
		const failed = await imagine(['new 1', 'a', 'new 2', 'b', 'bad'], {
			parameters: {
				prompt: "={{ $json.prompt.startsWith('new') ? 'bad' : $json.prompt }}",
				options: { maxWait: 0 },
			},
			node: { onError: 'stopWorkflow' },
		});
		expect(failed.status).toBe('error');
		const paid = jobs.length;
		expect(paid).toBeGreaterThan(0);
		sent.length = 0;
		now.submit = undefined;
		await retry(failed, {
			parameters: { prompt: '={{ $json.prompt }}', options: { maxInFlight: 2, maxWait: 900 } },
		});
		// At no moment more than two of them have not ended.
		for (const { acceptedAt } of jobs.slice(paid)) {
			const unfinished = jobs.filter(
				(job) => job.acceptedAt <= acceptedAt && acceptedAt < job.acceptedAt + 200_000,
			);
			expect(unfinished.length).toBeLessThanOrEqual(2);
		}
		expect(jobs).toHaveLength(5);
	});
});

test('a paid job keeps the status that it was seen with, if TTAPI cannot be asked any more', async () => {
	const { now } = changingTtapi({
		seconds: 9999,
		submit: ({ body }) => (body.prompt === 'never' ? refused(402) : undefined),
	});
	const failed = await imagine(['a', 'never'], { parameters: { options: { maxWait: 10 } } });
	now.submit = undefined;
	const before = sent.length;
	now.fetch = () => (sent.length > before + 1 ? { status: 502 } : undefined);
	const again = await retry(failed, {
		parameters: { options: { maxWait: 60, onTimeout: 'continue' } },
	});
	expect(again.items[0].json).toMatchObject({ jobId: 'job-1', status: 'ON_QUEUE', timedOut: true });
});

describe('a paid job that fails again under "Stop"', () => {
	test('while others have not ended: those are waited for, nothing is submitted, all ids are named', async () => {
		const { now } = changingTtapi({
			seconds: ({ body }) => (body.prompt === 'slow' ? 120 : 5),
			fails: ({ body }) => (body.prompt === 'bad' ? '[Image denied]' : undefined),
			submit: ({ body }) => (body.prompt === 'never' ? refused(402) : undefined),
		});
		const failed = await imagine(['slow', 'bad', 'never'], {
			parameters: { options: { maxWait: 10 } },
		});
		now.submit = undefined;
		sent.length = 0;
		const parameters = { download: 'grid', options: { maxWait: 600 } };
		const again = await retry(failed, { parameters });
		expect(again.error?.message).toMatch(/job-2 failed/);
		expect(again.error?.description).toMatch(/job-1 \(item 0\), job-2 \(item 1\)/);
		// The files of a run that fails would be thrown away.
		expect(sent.filter(({ path }) => path.endsWith('.png'))).toEqual([]);
		expect(submits()).toEqual([]);
		const states = looks().filter(({ query }) => query.jobId === 'job-1');
		expect(states.at(-1)!.at).toBeGreaterThanOrEqual(120_000);
	});

	test('while it is waited for: no new job takes its slot', async () => {
		const { now, jobs } = changingTtapi({
			seconds: 60,
			fails: ({ jobId }) => (jobId === 'job-1' ? '[Image denied]' : undefined),
			submit: ({ body }) => (body.prompt === 'a' ? undefined : refused(402)),
		});
		const failed = await imagine(['a', 'b', 'c'], { parameters: { options: { maxWait: 10 } } });
		now.submit = undefined;
		const again = await retry(failed, {
			parameters: { options: { maxInFlight: 1, maxWait: 600 } },
		});
		expect(again.error?.message).toMatch(/job-1 failed/);
		expect(jobs).toHaveLength(1);
	});
});

describe('Stop while the jobs of an earlier attempt are looked at', () => {
	const never: Answer = () => new Promise(() => {});

	/** Stops the Retry after `seconds`, and says how many ms it took to end, and what was asked after the stop. */
	async function stopRetry(failed: Result, seconds: number, node: RunOptions['node'] = {}) {
		let stopped = { at: 0, requests: 0 };
		const run = await retry(failed, {
			node,
			parameters: { options: { maxWait: 300 } },
			during: ({ cancel }) => {
				setTimeout(() => {
					stopped = { at: Date.now(), requests: sent.length };
					cancel();
				}, seconds * 1000);
			},
		});
		return { run, took: Date.now() - stopped.at, after: sent.slice(stopped.requests) };
	}

	describe.each(['stopWorkflow', 'continueRegularOutput'] as const)('under %s:', (onError) => {
		test.each<[string, World['fetch'], number]>([
			['which TTAPI does not answer', () => never, 7],
			['which TTAPI is too busy for', () => ({ status: 503 }), 7],
			['which have not ended', undefined, 15],
		])(
			'%s: it ends within a second, and the ids are in the log',
			async (_title, fetch, seconds) => {
				const { failed, now } = await failedWith({ seconds: 9999 });
				Object.assign(now, { submit: undefined, fetch });
				const { run, took, after } = await stopRetry(failed, seconds, { onError });
				expect(run.saved).toEqual(['canceled']);
				expect(took).toBeLessThanOrEqual(1000);
				expect(after).toEqual([]);
				expect(logs.filter(({ level }) => level === 'warn')).toMatchObject([
					{ meta: { jobIds: expect.arrayContaining(['job-1']) } },
				]);
			},
		);
	});

	test('where another one has failed for good: the ids are in the log, too', async () => {
		const { now } = changingTtapi({
			seconds: ({ body }) => (body.prompt === 'slow' ? 9999 : 5),
			fails: ({ body }) => (body.prompt === 'bad' ? '[Image denied]' : undefined),
		});
		const failed = await imagine(['slow', 'bad'], { parameters: { options: { maxWait: 10 } } });
		now.submit = undefined;
		logs.splice(0);
		const { run, took } = await stopRetry(failed, 15);
		expect(run.saved).toEqual(['canceled']);
		expect(took).toBeLessThanOrEqual(1000);
		expect(logs.filter(({ level }) => level === 'warn')).toMatchObject([
			{ meta: { jobIds: ['job-1', 'job-2'] } },
		]);
	});
});

describe('what stands in the context', () => {
	test('is plain JSON, without key and callback URL', async () => {
		const said =
			'banned prompt words: https://n8n.example.com/webhook-waiting/execution?signature=';
		const { now } = changingTtapi({
			submit: ({ body }) => {
				if (body.prompt === 'refused') return says(400, `banned prompt words: ${body.hookUrl}`);
				return body.prompt === 'reset' ? { status: 500 } : undefined;
			},
		});
		now.fails = ({ body }) => (body.prompt === 'bad' ? '[Image denied]' : undefined);
		for (const onError of ['stopWorkflow', 'continueRegularOutput'] as const) {
			const run = await imagine(['a', 'reset', 'bad', 'refused'], {
				parameters: { waitForResult: 'callback', options: { maxInFlight: 10 } },
				node: { onError },
			});
			const context = contextOf(run);
			const text = JSON.stringify(context);
			expect(JSON.parse(text)).toEqual(context);
			expect(text).toMatch(/job-\d/);
			expect(text).not.toContain('key-that-nobody-may-see');
			expect(text).not.toContain(run.execution.data.resumeToken);
			expect(text).not.toContain(said);
			expect(text).not.toMatch(/hookUrl|webhook-waiting/);
		}
	});

	test('is nothing after a run without errors', async () => {
		changingTtapi();
		const context = contextOf(await imagine(['a', 'b', 'a']));
		expect(JSON.stringify(context)).not.toMatch(/job-|hash|sentAt/);
	});
});

test('the ids of an earlier attempt are named by every later one, until the run comes through', async () => {
	const { failed, now } = await failedWith();
	const second = await retry(failed);
	expect(second.error?.description).toContain('job-1 (item 0)');
	now.submit = undefined;
	now.fails = ({ body }) => (body.prompt === 'b' ? '[Image denied]' : undefined);
	const third = await retry(second, { parameters: { options: { maxWait: 300 } } });
	expect(third.error?.description).toMatch(/job-1 \(item 0\), job-2 \(item 1\)/);
});
