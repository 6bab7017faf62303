/** What TTAPI and its pictures may answer against all expectation, and what must not be made of it. */
import { describe, expect, test } from '@jest/globals';

import { FETCH } from '../operations.mts';
import { answer, connectionError, sent, type Answer, type Sent } from './support/http.mts';
import { png } from './support/pictures.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, PAID, playTtapi, refused, UNKNOWN_JOB, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const imagine = async (
	world: World,
	parameters: RunOptions['parameters'] = {},
	{ items = 1, node = {} as RunOptions['node'] } = {},
) => {
	playTtapi(world);
	// "Unknown" may mean the method: then fetch is asked by POST, too.
	answer('POST', `${API}${FETCH.image}`, UNKNOWN_JOB);
	return await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}` })),
		parameters,
		node,
	});
};
const LONG = 'x'.repeat(3_000_000);
const HTML = { 'content-type': 'text/html' };
const submits = () => sent.filter(({ path }) => path === PAID.imagine);
const looks = () => sent.filter(({ method, path }) => method === 'GET' && path.endsWith('/fetch'));

describe('a submit', () => {
	test.each([
		['with data.jobId', { data: { jobId: 'paid-1' } }],
		['with jobId alone', { jobId: 'paid-1' }],
	])(
		'that is accepted is accepted, even if its message says "queue is full": %s',
		async (_t, id) => {
			const { items } = await imagine(
				{
					submit: () => ({
						json: {
							status: 'SUCCESS',
							message: 'Accepted. The fast queue is full, it waits',
							...id,
						},
					}),
				},
				{ waitForResult: 'none' },
			);
			expect(items.map(({ json }) => json.jobId)).toEqual(['paid-1']);
			expect(submits()).toHaveLength(1);
		},
	);

	test.each([
		[499, '0'],
		[429, '0'],
		[499, '-5'],
		[429, 'Thu, 01 Jan 2015 00:00:00 GMT'],
	])(
		'that is refused with %s and Retry-After: %s is not repeated without a wait',
		async (...given) => {
			const [status, retryAfter] = given;
			const busy: Answer = { status, headers: { 'retry-after': retryAfter } };
			const { items } = await imagine({
				submit: ({ at }, tries) => (at < 60_000 && tries <= 100 ? busy : undefined),
			});
			expect(items[0].json.status).toBe('SUCCESS');
			expect(submits().length).toBeGreaterThan(2);
			expect(submits().length).toBeLessThan(30);
		},
	);

	test('to a queue that is full for ever fails all items after about one Max Wait', async () => {
		const startedAt = Date.now();
		const { items } = await imagine(
			{ submit: () => ({ status: 499 }) },
			{ options: { maxWait: 100 } },
			{ items: 30, node: { onError: 'continueRegularOutput' } },
		);
		expect(items.map(({ json, pairedItem }) => [json, pairedItem])).toEqual(
			Array.from({ length: 30 }, (_, item) => [
				{
					error: {
						message: expect.stringContaining('full for 100 s'),
						description: expect.stringContaining('Nothing was paid'),
					},
				},
				{ item },
			]),
		);
		expect((Date.now() - startedAt) / 1000).toBeGreaterThanOrEqual(100);
		expect((Date.now() - startedAt) / 1000).toBeLessThan(150);
	});
});

describe('a look', () => {
	const somebodyElses: Answer = {
		json: {
			status: 'SUCCESS',
			jobId: 'somebody-else',
			message: 'success',
			data: { jobId: 'somebody-else', cdnImage: 'https://cdn.ttapi.io/else.png' },
		},
	};

	test.each<[string, Answer]>([
		['{}', { json: {} }],
		['404', { status: 404, body: {} }],
		['another job', somebodyElses],
	])('right after the submit that answers %s does not end the wait', async (_title, first) => {
		const { items } = await imagine({ fetch: (_sent, n) => (n === 1 ? first : undefined) });
		expect(items).toMatchObject([
			{
				json: {
					jobId: 'job-1',
					status: 'SUCCESS',
					cdnImage: 'https://cdn.ttapi.io/job-1.png',
				},
			},
		]);
		expect(submits()).toHaveLength(1);
		expect(looks().length).toBeGreaterThan(1);
	});

	test('that answers about another job is never the result', async () => {
		const { items, error } = await imagine({ fetch: () => somebodyElses });
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/^Job job-1 did not end.*about another job/);
		for (const operation of ['job.get', 'job.wait'] as const) {
			const run = await runWorkflow(workflowOf(operation), { items: [{ jobId: 'job-1' }] });
			expect(run.items).toEqual([]);
			expect(run.error?.message).toMatch(/job-1.*about another job/);
		}
	});

	test('that answers "unknown" for ever does not give up an accepted job before its time', async () => {
		const { error } = await imagine({ fetch: () => UNKNOWN_JOB });
		expect(error?.message).toMatch(/^Job job-1 did not end.*TTAPI does not know the job job-1$/);
		expect(looks().at(-1)!.at).toBeGreaterThan(300_000);
	});

	const page = (status: number): Answer => ({ status, body: '<html>', headers: HTML });

	test.each<[string, Answer]>([
		['an unknown task', refused(200, 'The associated task does not exist or has expired.')],
		['an unknown task with 400', refused(400, 'Associated task status error.')],
		['an unknown task in Chinese', refused(200, '任务不存在')],
		['FAILED without a job id', refused(200, 'Try again later')],
		['another refusal', refused(400, 'Bad request')],
		['a new state', { json: { status: 'RUNNING', jobId: 'job-1', message: '', data: [] } }],
		...[302, 400, 401, 403, 404, 502].map((status): [string, Answer] => [
			`a page with ${status}`,
			page(status),
		]),
		['a page with 200', page(200)],
		['JSON of a gateway', { status: 404, body: { status: 404, message: 'Not Found' } }],
	])(
		'at an accepted job that is answered with %s is repeated, however old it is',
		async (...given) => {
			const [, odd] = given;
			const { items } = await imagine(
				{
					seconds: 100,
					fetch: ({ at }, n) => (n === 2 || (at > 70_000 && at < 95_000) ? odd : undefined),
				},
				{ options: { maxWait: 300 } },
				{ items: 3 },
			);
			expect(items.map(({ json }) => json.status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
			expect(submits()).toHaveLength(3);
		},
	);

	test.each([401, 403])(
		'that TTAPI itself answers with %s ends the wait only the third time in a row',
		async (status) => {
			const no = refused(status, 'no');
			const { items } = await imagine({
				seconds: 60,
				fetch: (_sent, n) => (n % 3 ? no : undefined),
			});
			expect(items[0].json.status).toBe('SUCCESS');
		},
	);

	test.each([401, 403])(
		'that TTAPI itself answers with %s for ever ends the wait: the error names the job',
		async (status) => {
			const no = refused(status, 'no');
			const { error } = await imagine({ fetch: () => no });
			expect(error?.message).toMatch(/job job-1.*no$/);
			expect(error?.httpCode).toBe(String(status));
		},
	);
});

test.each<[string, World]>([
	['refuses a submit', { submit: () => refused(400, LONG) }],
	['fails a job', { fails: () => LONG }],
	['answers a look', { fetch: () => refused(200, LONG) }],
])('what TTAPI says with 3 MB when it %s is repeated in short', async (_title, world) => {
	const { error } = await imagine(world);
	expect(error!.message).toContain('x'.repeat(300));
	expect(error!.message.length).toBeLessThan(500);
	expect(error!.description!.length).toBeLessThan(1000);
});

test('a violation that TTAPI explains at length is not sent again by a retry', async () => {
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 };
	await imagine({ submit: () => refused(400, `${LONG} [Banned prompt detected]`) }, {}, { node });
	expect(submits()).toHaveLength(1);
});

test('a finished job does not time out because the network is not back yet', async () => {
	// As after an hour of the machine's sleep: the last look and those just after it do not work.
	const away = ({ at }: Sent) =>
		at >= 50_000 && at < 75_000 ? connectionError('ENOTFOUND') : undefined;
	const { items } = await imagine({ seconds: 55, fetch: away }, { options: { maxWait: 60 } });
	expect(items.map(({ json }) => json.status)).toEqual(['SUCCESS']);
});

describe('a picture without a single byte', () => {
	const PICTURE = 'https://cdn.ttapi.io/job-1.png';
	const headers = { 'content-type': 'image/png' };
	const empty: Answer = { status: 200, body: Buffer.alloc(0), headers };
	const asked = () => sent.filter(({ host }) => host === 'cdn.ttapi.io');

	test('is tried again', async () => {
		answer('GET', PICTURE, empty, { status: 200, body: png(), headers });
		const { items } = await imagine({}, { download: 'grid' });
		expect(items[0].binary!.data.bytes).toBe(png().length);
		expect(asked()).toHaveLength(2);
	});

	test('is an error with the job id, in the end', async () => {
		answer('GET', PICTURE, empty);
		const { items, error } = await imagine({}, { download: 'grid' });
		expect(items).toEqual([]);
		expect(error?.message).toMatch(/job-1.*could not be downloaded.*empty/);
		expect(asked()).toHaveLength(3);
	});
});
