import { describe, expect, test } from '@jest/globals';

import { answer, sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow, type Result } from './support/runWorkflow.mts';
import { API, playTtapi, refused } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const BOTH = ['continueRegularOutput', 'continueErrorOutput'] as const;
const items = [{ prompt: 'good' }, { prompt: 'bad' }, { prompt: 'fine' }];
const banned = ({ body }: { body: { prompt: string } }) =>
	body.prompt === 'bad' ? '[Banned prompt detected]' : undefined;

/** The failed items, wherever they went. */
const failed = ({ items: regular, errorItems }: Result) =>
	[...regular, ...errorItems].filter(({ json }) => 'error' in json);

describe('Continue On Fail', () => {
	test('the older setting continueOnFail counts, too', async () => {
		playTtapi({ fails: banned });
		const run = await runWorkflow(workflowOf('imagine'), { items, node: { continueOnFail: true } });
		expect(run.items.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
	});

	describe.each(BOTH)('%s', (onError) => {
		test('no failed item has item.error, nor a key of its own beside `error`', async () => {
			playTtapi({ fails: () => 'Job Timeout' });
			const run = await runWorkflow(workflowOf('imagine'), { items, node: { onError } });
			for (const item of failed(run)) {
				expect(item).not.toHaveProperty('error');
				expect(Object.keys(item).sort()).toEqual(['json', 'pairedItem']);
				expect(Object.keys(item.json).filter((key) => key !== 'prompt')).toEqual(['error']);
			}
			expect(failed(run)).toHaveLength(3);
		});

		test('an input error names no job, and the good items are still submitted', async () => {
			playTtapi();
			const run = await runWorkflow(workflowOf('imagine'), {
				items: [{ prompt: 'good' }, { prompt: ' ' }, { prompt: 'fine' }],
				node: { onError },
			});
			expect(failed(run)).toHaveLength(1);
			expect(failed(run)[0].json.error).toEqual({
				message: expect.stringContaining('Prompt'),
				description: expect.any(String),
			});
			expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(2);
		});

		test('a refused submit names no job, and does not end the run', async () => {
			playTtapi({
				submit: ({ body }) =>
					body.prompt === 'bad'
						? { status: 200, body: { status: 'FAILED', message: 'no way', data: null } }
						: undefined,
			});
			const run = await runWorkflow(workflowOf('imagine'), { items, node: { onError } });
			expect(failed(run)[0].json.error).toEqual({
				message: expect.stringContaining('no way'),
				description: expect.any(String),
			});
			expect(run.seenBy.Done.filter(({ json }) => json.status === 'SUCCESS')).toHaveLength(2);
		});

		test('a broken download names the job and its state', async () => {
			playTtapi();
			for (const n of [1, 3])
				answer('GET', `https://cdn.ttapi.io/job-${n}.png`, {
					status: 200,
					body: png(),
					headers: { 'content-type': 'image/png' },
				});
			answer('GET', 'https://cdn.ttapi.io/job-2.png', { status: 404 });
			const run = await runWorkflow(workflowOf('imagine'), {
				items,
				parameters: { download: 'grid' },
				node: { onError },
			});
			expect(failed(run).map(({ json }) => json.error)).toMatchObject([
				{ jobId: 'job-2', status: 'SUCCESS' },
			]);
			expect(run.seenBy.Done.filter(({ binary }) => binary?.data)).toHaveLength(2);
		});

		test('a credential that cannot be used fails every item, and sends nothing', async () => {
			const run = await runWorkflow(workflowOf('imagine'), {
				items,
				node: { onError },
				credential: { baseUrl: 'custom', customBaseUrl: '' },
			});
			expect(failed(run).map(({ pairedItem }) => pairedItem)).toMatchObject([
				{ item: 0 },
				{ item: 1 },
				{ item: 2 },
			]);
			expect(sent).toEqual([]);
		});

		test('an unknown job fails its item alone', async () => {
			const known = { json: { status: 'ON_QUEUE', jobId: 'a', message: '', data: [] } };
			for (const path of ['v1', 'image-edits', 'video']) {
				for (const method of ['GET', 'POST'] as const) {
					answer(method, `${API}/midjourney/${path}/fetch`, ({ query }) =>
						query.jobId === 'a' ? known : { status: 404 },
					);
				}
			}
			const run = await runWorkflow(workflowOf('job.get'), {
				items: [{ jobId: 'a' }, { jobId: 'b' }],
				node: { onError },
			});
			expect(run.seenBy.Done.some(({ json }) => json.jobId === 'a')).toBe(true);
			expect(failed(run)[0].json.error).toMatchObject({ jobId: 'b' });
		});

		test('a picture that is none fails its item alone', async () => {
			playTtapi();
			const run = await runWorkflow(workflowOf('describe'), {
				items: [
					itemWith({ data: png() }),
					itemWith({ data: Buffer.from('text') }),
					itemWith({ other: png() }),
				],
				node: { onError },
			});
			expect(failed(run)).toHaveLength(2);
			expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
		});
	});

	test('a refused key ends the submits of all items: it is refused for each', async () => {
		playTtapi({
			submit: () => ({ status: 401, body: { status: 'FAILED', message: 'Wrong TT-API-KEY' } }),
		});
		const run = await runWorkflow(workflowOf('imagine'), {
			items: Array.from({ length: 30 }, () => ({ prompt: 'a' })),
			node: { onError: 'continueRegularOutput' },
		});
		expect(failed(run)).toHaveLength(30);
		expect(sent.length).toBeLessThanOrEqual(12);
		for (const { json } of failed(run))
			expect(json.error).toMatchObject({ message: expect.stringContaining('key') });
	});
});

describe('Retry On Fail', () => {
	const node = { retryOnFail: true, maxTries: 2, waitBetweenTries: 0 };
	const once = () => {
		let tries = 0;
		return () => (tries++ === 0 ? refused(402) : undefined);
	};

	test('runs the whole node again when it threw', async () => {
		playTtapi({ submit: once() });
		const run = await runWorkflow(workflowOf('imagine'), { items: [{ prompt: 'a' }], node });
		expect(run.status).toBe('success');
		expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(2);
	});

	test('runs the whole node again when the first item is an error item', async () => {
		playTtapi({ submit: once() });
		const run = await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			node: { ...node, onError: 'continueRegularOutput' },
		});
		expect(run.items[0].json.status).toBe('SUCCESS');
	});

	test('does not run it again for a good item: no key of it reads as an error', async () => {
		playTtapi();
		await runWorkflow(workflowOf('imagine'), {
			items: [{ prompt: 'a' }],
			node: { ...node, onError: 'continueRegularOutput' },
		});
		expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1);
	});
});
