/** n8n stops an execution when its own timeout is over, and nothing of it comes out then. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { answer, sent, type Answer } from './support/http.mts';
import { logs } from './support/logs.mts';
import { runUntilPause } from './support/pausing.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const TIMEOUT_MS = 120_000;
const CONTINUE: Partial<RunOptions> = { node: { onError: 'continueRegularOutput' } };

interface Given extends RunOptions {
	/** How many items. */
	count?: number;
	timeoutMs?: number;
	operation?: OperationName;
}

/** Runs imagine under n8n's timeout, which stops it as n8n does. */
async function run(
	world: World,
	parameters: IDataObject = {},
	{ count = 1, timeoutMs = TIMEOUT_MS, operation = 'imagine', ...options }: Given = {},
) {
	const began = Date.now();
	playTtapi(world);
	const result = await runWorkflow(workflowOf(operation), {
		items: Array.from({ length: count }, (_, n) => ({ prompt: `prompt ${n}`, jobId: 'job-1' })),
		parameters,
		executionTimeoutTimestamp: began + timeoutMs,
		during: ({ cancel }) => void setTimeout(cancel, timeoutMs),
		...options,
	});
	return { ...result, tookMs: Date.now() - began };
}

const submits = () => sent.filter(({ method }) => method === 'POST');
const silent = async (): Promise<Answer> => await new Promise(() => {});

describe("before n8n's own timeout stops the execution", () => {
	test('the wait for a job ends, with its id and what to do', async () => {
		const { status, error, tookMs } = await run({ seconds: 9999 });
		expect(status).toBe('error');
		expect(tookMs).toBeLessThan(TIMEOUT_MS);
		expect(tookMs).toBeGreaterThan(TIMEOUT_MS - 5_000);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: "Job job-1 did not end before n8n's own execution timeout: it is still ON_QUEUE",
			description: expect.stringMatching(
				/continues.*Job > Wait.*Timeout Workflow[^]*job-1 \(item 0\)/,
			),
		});
	});

	test('the unfinished job is handed on if On Timeout is Continue, and what is behind runs', async () => {
		const options = { onTimeout: 'continue' };
		const { status, seenBy } = await run({ seconds: 9999 }, { options });
		expect(status).toBe('success');
		expect(seenBy.Done).toMatchObject([{ json: { jobId: 'job-1', timedOut: true } }]);
	});

	test('Job > Wait ends, too', async () => {
		const fetch = () => ({ json: { status: 'ON_QUEUE', jobId: 'job-1', message: '', data: [] } });
		const { status, error } = await run({ fetch }, {}, { operation: 'job.wait' });
		expect(status).toBe('error');
		expect(error?.message).toMatch(/job-1 did not end before n8n's own execution timeout/);
	});

	test('the wait ends although TTAPI does not answer any more', async () => {
		const fetch = ({ at }: { at: number }) => (at > 60_000 ? silent : undefined);
		const { status, error } = await run({ seconds: 9999, fetch });
		expect(status).toBe('error');
		expect(error?.message).toMatch(/job-1 did not end before n8n's own execution timeout/);
	});

	test('nothing more is submitted, and each item says so', async () => {
		const parameters = { options: { maxInFlight: 2 } };
		const { status, items } = await run({ seconds: 9999 }, parameters, { count: 5, ...CONTINUE });
		expect(status).toBe('success');
		expect(submits()).toHaveLength(2);
		const messages = items.map(({ json }) => (json.error as IDataObject).message);
		expect(messages.slice(0, 2)).toEqual([
			expect.stringContaining('Job job-1 did not end'),
			expect.stringContaining('Job job-2 did not end'),
		]);
		expect(new Set(messages.slice(2))).toEqual(
			new Set(["n8n's own execution timeout is too near, so the job was not submitted"]),
		);
		const [, , { json }] = items;
		expect(json.error).toMatchObject({ description: expect.stringMatching(/Nothing was paid/) });
	});

	test('the wait for a free slot ends', async () => {
		const { status, error, tookMs } = await run({ submit: () => ({ status: 499, body: {} }) });
		expect(status).toBe('error');
		expect(tookMs).toBeLessThan(TIMEOUT_MS);
		expect(error?.message).toMatch(/execution timeout is too near.*not submitted/);
	});

	test('the search for the job of a doubtful submit ends', async () => {
		const submit = () => ({ status: 500, body: {} });
		const { status, error } = await run({ submit }, {}, { timeoutMs: 60_000 });
		expect(status).toBe('error');
		expect(error?.message).toMatch(/may or may not exist/);
	});

	test('a submit without an answer is given up, and is in doubt', async () => {
		const { status, error } = await run({ submit: () => silent }, {}, { timeoutMs: 60_000 });
		expect(status).toBe('error');
		expect(error?.message).toMatch(/may or may not exist/);
	});

	test('such a submit is answered all the same: the id of its job is logged then', async () => {
		const late = async (): Promise<Answer> => {
			await new Promise((resolve) => setTimeout(resolve, 80_000));
			return { json: { status: 'SUCCESS', message: 'success', data: { jobId: 'late-1' } } };
		};
		await run({ submit: () => late }, {}, { timeoutMs: 60_000 });
		await passes(30);
		const known = logs.filter(({ level }) => level === 'info');
		expect(known).toMatchObject([{ meta: { jobId: 'late-1', itemIndex: 0 } }]);
	});

	test('downloads end, and the finished job says so', async () => {
		answer('GET', 'https://cdn.ttapi.io/job-1.png', silent);
		const { status, seenBy } = await run({}, { download: 'grid' }, { timeoutMs: 60_000 });
		expect(status).toBe('success');
		expect(seenBy.Done).toMatchObject([
			{ json: { status: 'SUCCESS', downloadError: expect.stringMatching(/time was over/) } },
		]);
	});
});

test('an execution that begins too near to the timeout submits nothing', async () => {
	const { error } = await run({}, {}, { timeoutMs: 2_000 });
	expect(submits()).toEqual([]);
	expect(error?.message).toMatch(/execution timeout is too near/);
});

test('a run that pauses does so, although its pause would end after the timeout', async () => {
	playTtapi({ seconds: 9999 });
	const options = { items: [{ prompt: 'cat' }], executionTimeoutTimestamp: Date.now() + 60_000 };
	expect(await runUntilPause(options)).toMatchObject({ status: 'waiting' });
});
