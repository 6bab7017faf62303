import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { connectionError, sent } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { playTtapi, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const imagine = async (world: World, parameters: IDataObject = {}, items = 1) => {
	playTtapi(world);
	return await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}` })),
		parameters,
	});
};
/** Seconds between the submit and each look. */
const looks = () => {
	const [submit, ...rest] = sent;
	return rest.map(({ at }) => (at - submit.at) / 1000);
};

describe('when a job is looked at', () => {
	test.each([
		['turbo', 3],
		['fast', 5],
		['relax', 10],
	])('%s: first after about %s s', async (mode, seconds) => {
		await imagine({ seconds: 0 }, { mode });
		expect(looks()).toHaveLength(1);
		expect(Math.abs(looks()[0] / seconds - 1)).toBeLessThanOrEqual(0.06);
	});

	test('then at growing distances of at most 30 s, the first one aside', async () => {
		await imagine({ seconds: 300 }, { options: { maxWait: 1000 } });
		const distances = looks().map((at, n, all) => at - (all[n - 1] ?? 0));
		for (const [n, distance] of distances.entries()) {
			expect(distance).toBeLessThanOrEqual(30 * 1.06);
			if (n > 1 && distances[n - 1] < 27) expect(distance).toBeGreaterThan(distances[n - 1]);
		}
	});

	test('not at all before Retry-After is over', async () => {
		const busy = { status: 429, headers: { 'retry-after': '25' } };
		await imagine({ seconds: 1, fetch: (_sent, n) => (n === 1 ? busy : undefined) });
		const [first, second] = looks();
		expect(second - first).toBeGreaterThanOrEqual(25);
	});

	test('only status says that it has ended: progress 100 and a preview do not', async () => {
		const preview = {
			json: {
				status: 'ON_QUEUE',
				jobId: 'job-1',
				message: '',
				data: { progress: '100', cdnImage: 'https://x.png' },
			},
		};
		const { items } = await imagine({
			seconds: 1,
			fetch: (_sent, n) => (n <= 3 ? preview : undefined),
		});
		expect(looks().length).toBeGreaterThan(3);
		expect(items[0].json.status).toBe('SUCCESS');
	});
});

describe('a wait that runs out', () => {
	test.each([
		['360 s: TTAPI gives a fast job 300', {}, 360],
		['660 s in relax mode: TTAPI gives it 600', { mode: 'relax' }, 660],
		['a minute more than the job timeout', { options: { timeout: 1200 } }, 1260],
		['what Max Wait says', { options: { timeout: 1200, maxWait: 47 } }, 47],
	])('lasts %s', async (_title, parameters, seconds) => {
		const { error } = await imagine({ seconds: 9999 }, parameters);
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: `Job job-1 did not end within ${seconds} s: it is still ON_QUEUE`,
			description: expect.stringContaining('Job > Wait'),
			context: { itemIndex: 0 },
		});
		expect(Math.round(looks().at(-1)!)).toBe(seconds);
	});

	test('continues with the job id even if TTAPI could not be asked at all', async () => {
		const { items } = await imagine(
			{ fetch: () => connectionError('ECONNRESET') },
			{ options: { maxWait: 60, onTimeout: 'continue' } },
		);
		expect(items[0].json).toMatchObject({
			jobId: 'job-1',
			status: 'SUBMITTED',
			prompt: 'prompt 0',
			timedOut: true,
		});
	});

	test('as an error says why TTAPI could not be asked', async () => {
		const { error } = await imagine(
			{ fetch: () => ({ status: 502 }) },
			{ options: { maxWait: 60 } },
		);
		expect(error?.message).toMatch(/job-1 .* 502/);
	});

	test('a good item has no timedOut', async () => {
		const { items } = await imagine({}, { options: { onTimeout: 'continue' } });
		expect(items[0].json).not.toHaveProperty('timedOut');
	});
});

describe('job.wait', () => {
	const wait = async (world: World, options: IDataObject = {}, jobIds = ['j']) => {
		playTtapi(world);
		return await runWorkflow(workflowOf('job.wait'), {
			items: jobIds.map((jobId) => ({ jobId })),
			parameters: { options },
		});
	};
	const state = (status: string, jobId = 'j', message = '') => ({
		json: { status, jobId, message, data: [] },
	});

	test('looks at once, and goes on until the job has ended', async () => {
		const { items } = await wait({ fetch: (_sent, n) => state(n < 4 ? 'ON_QUEUE' : 'SUCCESS') });
		expect(sent[0].at).toBe(0);
		expect(sent).toHaveLength(4);
		expect(items[0].json.status).toBe('SUCCESS');
	});

	test('waits 1260 s from the start of the node', async () => {
		const { error } = await wait({ fetch: () => state('PENDING_QUEUE') });
		expect(error?.message).toBe('Job j did not end within 1260 s: it is still PENDING_QUEUE');
		expect(sent.at(-1)!.at).toBe(1_260_000);
	});

	test('looks once even with no time at all', async () => {
		const { items } = await wait({ fetch: () => state('SUCCESS') }, { maxWait: 0 });
		expect(items[0].json.status).toBe('SUCCESS');
	});

	test('continues with the unfinished job, marked, where that is chosen', async () => {
		const { items } = await wait(
			{ fetch: () => state('ON_QUEUE') },
			{ maxWait: 30, onTimeout: 'continue' },
		);
		expect(items[0].json).toMatchObject({ jobId: 'j', status: 'ON_QUEUE', timedOut: true });
	});

	test('continues with the job id even if TTAPI could not be asked at all', async () => {
		const { items, error } = await wait(
			{ fetch: () => ({ status: 502 }) },
			{ maxWait: 30, onTimeout: 'continue' },
		);
		expect(error).toBeUndefined();
		expect(items[0].json).toMatchObject({ jobId: 'j', timedOut: true });
	});

	test('a failed job is an error; for job.get it is an ordinary item', async () => {
		const { error } = await wait({ fetch: () => state('FAILED', 'j', '[Image denied]') });
		expect(error).toMatchObject({
			name: 'NodeApiError',
			message: 'Job j failed: "[Image denied]"',
		});
		const { items } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'j' }] });
		expect(items[0].json).toMatchObject({ status: 'FAILED', message: '[Image denied]' });
	});

	test('waits for many at once', async () => {
		await wait(
			{ fetch: ({ query, at }) => state(at < 60_000 ? 'ON_QUEUE' : 'SUCCESS', query.jobId) },
			{},
			Array.from({ length: 25 }, (_, n) => `j${n}`),
		);
		expect(sent.at(-1)!.at).toBeLessThan(120_000);
	});
});

describe('the hint above the output', () => {
	test.each([
		[
			'counts jobs and quota, and says how long they took',
			{ seconds: 30, data: () => ({ quota: '2.5' }) },
			{},
			3,
			/3 jobs submitted, 7\.5 quota in all, (?:\d+ to )?\d+ s each$/,
		],
		[
			'leaves out the quota where TTAPI does not say it',
			{ data: () => ({ quota: null }) },
			{},
			1,
			/^(?!.*quota).*1 job submitted, \d+ s$/,
		],
		['counts jobs that are not waited for', {}, { waitForResult: 'none' }, 2, /2 jobs submitted$/],
	])('%s', async (_title, world, parameters, items, sentence) => {
		const { hints } = await imagine(world, parameters, items);
		expect(hints).toEqual([{ message: expect.stringMatching(sentence), location: 'outputPane' }]);
	});

	test('is not there where nothing was submitted or waited for', async () => {
		playTtapi({
			fetch: () => ({ json: { status: 'SUCCESS', jobId: 'j', message: '', data: { quota: 3 } } }),
		});
		const { hints } = await runWorkflow(workflowOf('job.get'), { items: [{ jobId: 'j' }] });
		expect(hints).toEqual([]);
	});
});
