import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { toErrorItem } from '../../../nodes/TtapiMidjourney/output/nodeErrors.ts';
import type { Done } from '../../../nodes/TtapiMidjourney/output/outcome.ts';
import {
	pause,
	pauseOf,
	unfinishedJobs,
	type Pause,
	type PausedItem,
} from '../../../nodes/TtapiMidjourney/pausing/pause.ts';
import { answerWith, receipt, waitingBody } from '../support/bodies.mts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';
import { fakeWebhook } from '../support/fakeWebhook.mts';
import { unfinished } from '../support/pauses.mts';

const RESUME_URL = 'https://n8n.example.com/webhook-waiting/1?signature=secret-token';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const asItem = (item: PausedItem | ReturnType<typeof unfinished>): PausedItem =>
	'settings' in item ? { kind: 'unfinished', job: item } : item;

/** Pauses with these items, and gives all that n8n is told. */
async function pauseWith(
	items: Array<PausedItem | ReturnType<typeof unfinished>>,
	given: FakeN8n = {},
	submitted = [{ jobId: 'a', itemIndex: 0 }],
) {
	const fake = fakeContext({ items: items.map((_, n) => ({ json: { input: n } })), ...given });
	const shown = await pause(fake.context, items.map(asItem), submitted, {
		credential: { apiKey: 'key', baseUrl: 'https://api.ttapi.io' },
		resumeUrl: RESUME_URL,
	});
	return {
		...fake,
		shown,
		stored: fake.nodeContext.pause as unknown as Pause,
		/** What n8n hands on when the time is over (docs/n8n.md, A pause whose time is up). */
		passedOn: fake.executeData.data.main[0] as INodeExecutionData[],
		until: fake.putExecutionToWait.mock.calls[0][0],
	};
}

const done: Done = {
	kind: 'done',
	items: [
		{
			json: { jobId: 'done', status: 'SUCCESS' },
			binary: { data: { data: 'bytes', mimeType: 'image/png' } },
		},
	],
};
const failed: Done = {
	kind: 'done',
	items: [
		toErrorItem(
			new TtapiError('Job bad failed', {
				description: 'Change it.',
				jobId: 'bad',
				status: 'FAILED',
			}),
		),
	],
};

describe('what is stored with the execution', () => {
	test('is plain data: n8n writes it to its database and reads it again', async () => {
		const answer = answerWith(waitingBody('a'));
		const { stored } = await pauseWith([unfinished('a', 0, { answer }), done, failed]);
		expect(JSON.parse(JSON.stringify(stored))).toEqual(stored);
		expect(structuredClone(stored)).toEqual(stored);
	});

	test('has all that the resume needs of each job', async () => {
		const job = unfinished('a', 0, { settings: { download: 'grid', simplify: false } });
		const { stored } = await pauseWith([job, done], {}, [{ jobId: 'a', itemIndex: 0 }]);
		expect(stored).toMatchObject({
			continuesOnFail: false,
			items: [{ job }, done],
			submitted: [{ jobId: 'a', itemIndex: 0 }],
		});
	});

	test.each([true, false])('has whether the node continues on fail: %s', async (continueOnFail) => {
		const { stored } = await pauseWith([unfinished('a', 0)], { continueOnFail });
		expect(stored.continuesOnFail).toBe(continueOnFail);
	});

	test('has an id of its own for each pause, even of the same execution at the same moment', async () => {
		const ids = await Promise.all(
			Array.from({ length: 50 }, async () => (await pauseWith([unfinished('a', 0)])).stored.id),
		);
		expect(new Set(ids).size).toBe(50);
	});

	test('shows no callback URL, at whatever depth TTAPI repeats it', async () => {
		const echo = { hookUrl: RESUME_URL, hook_url: RESUME_URL, list: [{ HookUrl: RESUME_URL }] };
		const job = unfinished('a', 0, {
			body: { ...receipt('a'), ...echo, data: { jobId: 'a', ...echo } } as never,
			answer: answerWith({ ...waitingBody('a'), hookUrl: RESUME_URL, data: { more: [echo] } }),
		});
		const { stored, passedOn } = await pauseWith([job, unfinished('b', 1)]);
		expect(JSON.stringify([stored, passedOn])).not.toMatch(/secret-token|hook_?url/i);
		expect(stored.items[0]).toMatchObject({ job: { receipt: { body: { data: { jobId: 'a' } } } } });
	});
});

describe('the deadline', () => {
	const DEADLINE_MS = 350_000;
	const deadlines = async () => {
		const now = Date.now();
		const { until, stored } = await pauseWith([
			unfinished('a', 0, { age: 10, settings: { maxWaitMs: 100_000 } }),
			unfinished('b', 1, { age: 50, settings: { maxWaitMs: 400_000 } }),
			unfinished('c', 2, { age: 5, settings: { maxWaitMs: 20_000 } }),
			done,
		]);
		return { ofCallbacks: stored.until - now, ofN8n: until.getTime() - now };
	};

	test('is when the patience with the last job is over, and some seconds for its callback', async () => {
		const { ofCallbacks } = await deadlines();
		expect(ofCallbacks).toBeGreaterThanOrEqual(DEADLINE_MS + 5_000);
		expect(ofCallbacks).toBeLessThanOrEqual(DEADLINE_MS + 30_000);
	});

	test('of n8n is so much later that its timer is not set while callbacks may resume', async () => {
		const { ofCallbacks, ofN8n } = await deadlines();
		// n8n's wait tracker sets timers 70 s ahead, and a callback does not clear them.
		expect(ofN8n - ofCallbacks).toBeGreaterThan(70_000);
		expect(ofN8n - DEADLINE_MS).toBeLessThan(120_000);
	});
});

const ERROR = {
	message: 'Job a did not end within 360 s: it is still PENDING_QUEUE',
	description: expect.stringMatching(/continues at TTAPI.*Job > Wait/),
	jobId: 'a',
	status: 'PENDING_QUEUE',
};

describe('what n8n hands on when the time is over', () => {
	test.each([
		['stop', 'error', 'handed on'],
		['stop', 'continue', 'handed on'],
		['continue', 'error', 'an error item'],
		['continue', 'continue', 'handed on'],
	] as const)('under "%s", On Timeout %s: the unfinished job is %s', async (...row) => {
		const [onFail, onTimeout, expected] = row;
		const answer = answerWith(waitingBody('a'));
		const { passedOn } = await pauseWith(
			[unfinished('a', 0, { answer, settings: { onTimeout } })],
			{
				continueOnFail: onFail === 'continue',
			},
		);
		const { json, ...item } = passedOn[0];
		expect(item).toEqual({ pairedItem: { item: 0 } });
		if (expected === 'an error item') expect(json).toEqual({ error: ERROR });
		else
			expect(json).toMatchObject({
				jobId: 'a',
				status: 'PENDING_QUEUE',
				timedOut: true,
				action: 'imagine',
				prompt: 'prompt 0',
			});
	});

	test('says what is known from the submit where no look has worked', async () => {
		const { passedOn } = await pauseWith([unfinished('a', 0)]);
		expect(passedOn[0].json).toMatchObject({
			jobId: 'a',
			status: 'SUBMITTED',
			timedOut: true,
			prompt: 'prompt 0',
		});
		const { passedOn: continued } = await pauseWith([unfinished('a', 0)], { continueOnFail: true });
		expect(continued[0].json).toMatchObject({ error: { jobId: 'a', status: 'SUBMITTED' } });
	});

	test('is the body of TTAPI where it is not simplified', async () => {
		const settings = { simplify: false };
		const { passedOn } = await pauseWith([unfinished('a', 0, { settings })]);
		expect(passedOn[0].json).toEqual({ ...receipt('a'), timedOut: true });
	});

	test('keeps what is done before the pause: its json and its binary, paired with its input', async () => {
		const { passedOn } = await pauseWith([unfinished('a', 0), done, failed], {
			continueOnFail: true,
		});
		expect(passedOn.slice(1)).toEqual([
			...[done, failed].map((item, at) => ({
				...item.items[0],
				pairedItem: { item: at + 1 },
			})),
		]);
	});

	test('is in the order of the input, one for one', async () => {
		const items = ['a', 'b', 'c'].map((jobId, index) => unfinished(jobId, index));
		const { passedOn } = await pauseWith(items);
		expect(passedOn.map(({ json, pairedItem }) => [json.jobId, pairedItem])).toEqual([
			...['a', 'b', 'c'].map((jobId, item) => [jobId, { item }]),
		]);
	});

	test('is never the rest of the input, where Execute Once leaves the node one item of several', async () => {
		const { executeData } = await pauseWith([unfinished('a', 0)], {
			items: [{ json: { n: 0 } }, { json: { n: 1 } }, { json: { n: 2 } }],
		});
		expect(executeData.data.main[0]).toMatchObject([{ json: { jobId: 'a' } }]);
	});

	test('leaves the items of the node before as they are', async () => {
		const input = [{ json: { prompt: 'mine' } }];
		await pauseWith([unfinished('a', 0)], { items: input });
		expect(input).toEqual([{ json: { prompt: 'mine' } }]);
	});
});

describe('what is shown while the execution is paused', () => {
	test.each([true, false])(
		'has no key "error": n8n would run the node again with Retry On Fail, continue on fail %s',
		async (continueOnFail) => {
			const { shown } = await pauseWith([failed, unfinished('a', 1), done], { continueOnFail });
			for (const { json } of shown) expect(json).not.toHaveProperty('error');
		},
	);

	test('says how each job stands, and what has become of the others', async () => {
		const answer = answerWith(waitingBody('a'));
		const { shown } = await pauseWith([unfinished('a', 0, { answer }), done, failed], {
			continueOnFail: true,
		});
		expect(shown[0]).toMatchObject({ json: { jobId: 'a', status: 'PENDING_QUEUE' } });
		expect(shown[0].json).not.toHaveProperty('timedOut');
		expect(shown[1]).toEqual({ ...done.items[0], pairedItem: { item: 1 } });
		expect(JSON.stringify(shown[2])).toContain('Job bad failed');
	});

	test('is another list than the one that is handed on: n8n empties it', async () => {
		const { shown, passedOn } = await pauseWith([unfinished('a', 0), done]);
		shown.splice(0);
		expect(passedOn).toHaveLength(2);
	});
});

test('what the node got is kept, for whoever retries the execution after it failed', async () => {
	const items = [{ json: { prompt: 'mine' } }, { json: { prompt: 'yours' } }];
	const { stored } = await pauseWith([unfinished('a', 0), done], { items });
	expect(stored.input).toEqual(items);
});

describe('what the paused node stored', () => {
	const NAME = 'TTAPI Midjourney';
	const inRun = (nodeContext: unknown) => ({
		runExecutionData: { executionData: { contextData: { [`node:${NAME}`]: nodeContext } } },
	});
	const inExpression = (nodeContext: unknown) => ({ evaluate: () => nodeContext });

	test.each([
		['the data of the run', inRun],
		["the node's context, where n8n does not show the run", inExpression],
	])('is found in %s', async (_title, given) => {
		const { nodeContext, stored } = await pauseWith([unfinished('a', 0), done]);
		expect(pauseOf(fakeWebhook(given(nodeContext)).context)).toBe(stored);
	});

	test('is not asked for by an expression where the run is there: that takes time', async () => {
		const { nodeContext } = await pauseWith([unfinished('a', 0)]);
		const { context, expressions } = fakeWebhook(inRun(nodeContext));
		pauseOf(context);
		expect(expressions).toEqual([]);
	});

	describe.each([
		undefined,
		null,
		{},
		{ pause: null },
		{ pause: {} },
		{ pause: 'text' },
		'text',
		[],
	])('is nothing where there is no pause: %j', (nodeContext) => {
		test.each([inRun, inExpression])('%p', (given) => {
			expect(pauseOf(fakeWebhook(given(nodeContext)).context)).toBeUndefined();
		});
	});

	test('says which jobs it waits for', async () => {
		const jobs = [unfinished('a', 0), unfinished('b', 2)];
		const { stored } = await pauseWith([jobs[0], done, jobs[1]]);
		expect(unfinishedJobs(stored).map(({ receipt: { job } }) => job.jobId)).toEqual(['a', 'b']);
	});
});
