import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';
import { Readable } from 'node:stream';

import { BINARY_MODES, useBinaryMode } from './support/binary.mts';
import { answer, sent, type Answer } from './support/http.mts';
import { logs } from './support/logs.mts';
import { png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

/** Stops the execution after `seconds`, and says how many ms it took to end, and what was asked after the stop. */
async function stopAfter(
	seconds: number,
	world: World,
	{ parameters = {}, items = 3, operation = 'imagine' as OperationName, node = {} } = {},
) {
	let stopped = { at: 0, requests: 0 };
	playTtapi(world);
	const run = await runWorkflow(workflowOf(operation), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}`, jobId: 'job-1' })),
		parameters: parameters as IDataObject,
		node,
		during: ({ cancel }) => {
			setTimeout(() => {
				stopped = { at: Date.now(), requests: sent.length };
				cancel();
			}, seconds * 1000);
		},
	});
	return { run, took: Date.now() - stopped.at, after: sent.slice(stopped.requests) };
}

const never: Answer = () => new Promise(() => {});
/** Its first bytes, and nothing behind them. */
const silent: Answer = () => {
	const body = new Readable({ read() {} });
	body.push(png());
	return { status: 200, headers: { 'content-type': 'image/png' }, body };
};
const full: Answer = { status: 499 };

describe('Stop ends the node within a second, and nothing is asked any more:', () => {
	test.each<[string, World, object?]>([
		['while jobs are waited for', { seconds: 300 }],
		['while more items than slots wait for a slot', { seconds: 300 }, { items: 30 }],
		['while the queue is full', { submit: () => full }],
		[
			'while Retry-After runs',
			{ submit: () => ({ status: 429, headers: { 'retry-after': '120' } }) },
		],
		['while TTAPI is not to be reached', { fetch: () => ({ status: 502 }) }],
		['while a look is not answered', { fetch: () => never }],
		['while a submit is not answered', { submit: () => never }],
		[
			'in job.wait',
			{ fetch: () => ({ json: { status: 'ON_QUEUE', jobId: 'job-1', data: [] } }) },
			{ operation: 'job.wait' },
		],
		[
			'in job.get that asks again',
			{ fetch: () => ({ status: 429, headers: { 'retry-after': '50' } }) },
			{ operation: 'job.get' },
		],
		['under Continue', { seconds: 300 }, { node: { onError: 'continueRegularOutput' } }],
		[
			'under Continue (error output)',
			{ seconds: 300 },
			{ node: { onError: 'continueErrorOutput' } },
		],
	])('%s', async (...[, world, more]) => {
		const { run, took, after } = await stopAfter(7, world, more);
		expect(run.saved).toEqual(['canceled']);
		expect(took).toBeLessThanOrEqual(1000);
		expect(after).toEqual([]);
		expect(run.seenBy.Done).toBeUndefined();
	});

	describe.each(BINARY_MODES)('files kept in the mode %s:', (mode) => {
		beforeEach(async () => await useBinaryMode(mode));

		test.each<[string, Answer]>([
			['is not answered', never],
			['brings nothing any more', silent],
			['is tried again', { status: 503 }],
		])('while a download %s', async (_title, given) => {
			answer('GET', 'https://cdn.ttapi.io/job-1.png', given);
			const { run, took, after } = await stopAfter(
				7.5,
				{ seconds: 1 },
				{ items: 1, parameters: { download: 'grid' } },
			);
			expect(run.saved).toEqual(['canceled']);
			expect(took).toBeLessThanOrEqual(1000);
			expect(after).toEqual([]);
		});
	});
});

test('the ids of the jobs that go on at TTAPI are in the log', async () => {
	await stopAfter(7, { seconds: 300 });
	const said = JSON.stringify(logs.filter(({ level }) => level !== 'debug'));
	for (const jobId of ['job-1', 'job-2', 'job-3']) expect(said).toContain(jobId);
});

test('each id is logged the moment it is known', async () => {
	await stopAfter(1, { seconds: 300 }, { items: 2 });
	const known = logs.filter(({ level }) => level === 'info').map(({ message }) => message);
	expect(known).toEqual(['job-1', 'job-2'].map((jobId) => expect.stringContaining(jobId)));
});

describe('a submit that Stop has overtaken', () => {
	/** Accepted 20 s after it was sent. */
	const late = async (): Promise<Answer> => {
		await new Promise((resolve) => setTimeout(resolve, 20_000));
		return { json: { status: 'SUCCESS', message: 'success', data: { jobId: 'late-1' } } };
	};

	test('is answered all the same: the id of its job is logged as soon as it is known', async () => {
		const { run, took } = await stopAfter(1, { submit: () => late }, { items: 1 });
		expect(run.saved).toEqual(['canceled']);
		expect(took).toBeLessThanOrEqual(1000);
		expect(JSON.stringify(logs)).not.toContain('late-1');
		await passes(25);
		const known = logs.filter(({ level }) => level === 'info');
		expect(known).toMatchObject([{ meta: { jobId: 'late-1', itemIndex: 0 } }]);
	});
});

test('the items whose submits had no answer yet are in the log: their jobs may exist', async () => {
	// Item 1 is refused and item 2 accepted; 0 and 3 are never answered.
	const answers: Record<string, Answer> = {
		'prompt 0': never,
		'prompt 1': { status: 400, body: { status: 'FAILED', message: 'no' } },
		'prompt 3': never,
	};
	await stopAfter(
		1,
		{ submit: ({ body }) => answers[body.prompt], seconds: 300 },
		{ items: 4, node: { onError: 'continueRegularOutput' } },
	);
	const warnings = logs.filter(({ level }) => level === 'warn');
	expect(warnings).toMatchObject([
		{ message: expect.stringMatching(/these items may exist: 0, 3/) },
	]);
	expect(warnings[0].meta).toMatchObject({ jobIds: ['job-1'], itemsUnderWay: [0, 3] });
});

test('a Stop after another error of the same run is in the log, too', async () => {
	// Item 1 is refused, which ends the run; items 0 and 2 are in flight when it is stopped.
	const { run } = await stopAfter(7, {
		submit: ({ body }) =>
			body.prompt === 'prompt 1'
				? { status: 400, body: { status: 'FAILED', message: 'no' } }
				: undefined,
		seconds: 300,
	});
	expect(run.saved).toEqual(['canceled']);
	const warnings = logs.filter(({ level }) => level === 'warn');
	expect(warnings.map(({ meta }) => meta)).toMatchObject([{ jobIds: ['job-1', 'job-2'] }]);
});

test('under Continue no further item is begun after a Stop: none may exist that was never sent', async () => {
	await stopAfter(
		7,
		{ submit: () => never },
		{ items: 25, node: { onError: 'continueRegularOutput' } },
	);
	const warnings = logs.filter(({ level }) => level === 'warn');
	const first10 = Array.from({ length: 10 }, (_, index) => index);
	expect(warnings.map(({ meta }) => meta)).toMatchObject([{ itemsUnderWay: first10 }]);
});
