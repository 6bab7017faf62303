import { describe, expect, test } from '@jest/globals';

import { answer, sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi, refused } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const prompts = (...names: string[]) => names.map((prompt) => ({ prompt }));
const submits = () => sent.filter(({ path }) => (Object.values(PAID) as string[]).includes(path));
const fails = ({ body }: { body: { prompt: string } }) =>
	body.prompt === 'bad' ? 'Execution error' : undefined;

describe('the first error of a run', () => {
	test('ends the submits; what is in flight is waited for', async () => {
		const jobs = playTtapi({ fails, seconds: ({ body }) => (body.prompt === 'bad' ? 10 : 60) });
		await runWorkflow(workflowOf('imagine'), {
			items: prompts('slow', 'bad', 'never 1', 'never 2'),
			parameters: { options: { maxInFlight: 2 } },
		});
		expect(jobs.map(({ body }) => body.prompt)).toEqual(['slow', 'bad']);
		const lastLook = sent.filter(({ query }) => query.jobId === 'job-1').at(-1)!;
		expect(lastLook.at).toBeGreaterThanOrEqual(60_000);
	});

	test('keeps the others from being downloaded: their files would be thrown away', async () => {
		playTtapi({ fails, seconds: ({ body }) => (body.prompt === 'bad' ? 10 : 60) });
		const { error } = await runWorkflow(workflowOf('imagine'), {
			items: prompts('slow', 'bad'),
			parameters: { download: 'grid' },
		});
		expect(error?.message).toMatch(/^Job job-2 failed/);
		expect(sent.filter(({ path }) => path.endsWith('.png'))).toEqual([]);
	});

	test('ends the wait for a slot, too', async () => {
		playTtapi({
			fails,
			seconds: 20,
			submit: ({ body }) =>
				body.prompt === 'waits' ? { status: 499, body: { message: 'queue' } } : undefined,
		});
		await runWorkflow(workflowOf('imagine'), { items: prompts('bad', 'waits') });
		const failedAt = sent.filter(({ query }) => query.jobId === 'job-1').at(-1)!.at;
		expect(submits().filter(({ at }) => at > failedAt)).toEqual([]);
	});

	test.each(['401 of a later submit', 'broken download'])(
		'names them for a %s, too',
		async (trouble) => {
			const isDownload = trouble === 'broken download';
			playTtapi({
				submit: ({ body }) => (body.prompt === 'bad' && !isDownload ? refused(401) : undefined),
			});
			for (const n of [1, 2]) answer('GET', `https://cdn.ttapi.io/job-${n}.png`, { status: 404 });
			const { error } = await runWorkflow(workflowOf('imagine'), {
				items: prompts('a', 'bad'),
				parameters: isDownload ? { download: 'grid' } : {},
			});
			expect(error?.description).toContain('job-1');
		},
	);

	test('is the one that came first, not the one of the first item', async () => {
		playTtapi({
			fails: () => 'Job Timeout',
			seconds: ({ body }) => (body.prompt === 'slow' ? 60 : 10),
		});
		const { error } = await runWorkflow(workflowOf('imagine'), { items: prompts('slow', 'quick') });
		expect(error).toMatchObject({
			message: expect.stringContaining('job-2'),
			context: { itemIndex: 1 },
		});
	});

	test('keeps a job from being submitted whose pictures were still being loaded', async () => {
		playTtapi();
		const slow = async () => {
			await new Promise((resolve) => setTimeout(resolve, 5_000));
			return { status: 200, body: png() };
		};
		answer('GET', 'https://example.com/none.png', { status: 404 });
		answer('GET', 'https://example.com/slow.png', slow);
		const { error } = await runWorkflow(workflowOf('blend'), {
			items: [{ picture: 'none' }, { picture: 'slow' }],
			parameters: {
				imageInput: 'url',
				imageUrls: '=https://example.com/{{ $json.picture }}.png\nhttps://example.com/slow.png',
			},
		});
		expect(error?.context.itemIndex).toBe(0);
		expect(submits()).toEqual([]);
	});
});

describe('an input error in any item is raised before any submit', () => {
	test('of an empty prompt in the last item', async () => {
		playTtapi();
		const { error } = await runWorkflow(workflowOf('imagine'), { items: prompts('a', 'b', '') });
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 2 } });
		expect(sent).toEqual([]);
	});

	test('of a timeout that TTAPI would not take', async () => {
		playTtapi();
		const { error } = await runWorkflow(workflowOf('imagine'), {
			items: [
				{ prompt: 'a', t: 300 },
				{ prompt: 'b', t: 299 },
			],
			parameters: { options: { timeout: '={{ $json.t }}' } },
		});
		expect(error?.context.itemIndex).toBe(1);
		expect(sent).toEqual([]);
	});

	test.each([
		['a missing binary field', { other: png() }],
		['a binary field that is no picture', { data: Buffer.from('<html>') }],
	])('of %s', async (_title, fields) => {
		playTtapi();
		const { error } = await runWorkflow(workflowOf('describe'), {
			items: [itemWith({ data: png() }), itemWith(fields as Record<string, Buffer>)],
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect(submits()).toEqual([]);
	});

	test('of a mask of another size than its job', async () => {
		const known = (jobId: string) => ({
			json: { status: 'SUCCESS', jobId, message: '', data: { width: 64, height: 64 } },
		});
		playTtapi({
			fetch: ({ query }) => (query.jobId.startsWith('up') ? known(query.jobId) : undefined),
		});
		const { error } = await runWorkflow(workflowOf('inpaint'), {
			items: [
				itemWith({ data: png(64, 64) }, { jobId: 'up-1' }),
				itemWith({ data: png(64, 63) }, { jobId: 'up-2' }),
			],
		});
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 1 } });
		expect(submits()).toEqual([]);
	});
});
