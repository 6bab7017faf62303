import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { INodeExecutionData } from 'n8n-workflow';

import { TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { toErrorItem } from '../../../nodes/TtapiMidjourney/output/nodeErrors.ts';
import {
	pause,
	storedPause,
	unfinishedJobs,
	type Pause,
	type PausedItem,
} from '../../../nodes/TtapiMidjourney/pausing/pause.ts';
import { answerWith, receipt, waitingBody } from '../support/bodies.mts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';
import { unfinished } from '../support/pauses.mts';

const RESUME_URL = 'https://n8n.example.com/webhook-waiting/1?signature=secret-token';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const asItem = (item: PausedItem | ReturnType<typeof unfinished>): PausedItem =>
	'settings' in item ? { job: item } : item;

/** Pauses with these items, and gives all that n8n is told. */
async function pauseWith(
	items: Array<PausedItem | ReturnType<typeof unfinished>>,
	given: FakeN8n = {},
	submitted = [{ jobId: 'a', itemIndex: 0 }],
) {
	const fake = fakeContext({ items: items.map((_, n) => ({ json: { input: n } })), ...given });
	const [shown] = await pause(fake.context, items.map(asItem), submitted);
	return {
		...fake,
		shown,
		stored: fake.nodeContext.pause as unknown as Pause,
		/** What n8n hands on when the time is over (n8n-engine.md 7). */
		passedOn: fake.executeData.data.main[0] as INodeExecutionData[],
		until: fake.putExecutionToWait.mock.calls[0][0],
	};
}

const done: PausedItem = {
	output: {
		json: { jobId: 'done', status: 'SUCCESS' },
		binary: { data: { data: 'bytes', mimeType: 'image/png' } },
		pairedItem: { item: 1 },
	},
};
const failed: PausedItem = {
	output: toErrorItem(
		new TtapiError('Job bad failed', { description: 'Change it.', jobId: 'bad', status: 'FAILED' }),
		2,
	),
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
	test('is when the patience with the last job is over', async () => {
		const now = Date.now();
		const { until, stored } = await pauseWith([
			unfinished('a', 0, { age: 10, settings: { maxWaitMs: 100_000 } }),
			unfinished('b', 1, { age: 50, settings: { maxWaitMs: 400_000 } }),
			unfinished('c', 2, { age: 5, settings: { maxWaitMs: 20_000 } }),
			done,
		]);
		expect(until.getTime() - now).toBe(350_000);
		expect(stored.until).toBe(until.getTime());
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
		const { passedOn, shown } = await pauseWith(
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
				...{ jobId: 'a', status: 'PENDING_QUEUE', timedOut: true },
				...{ action: 'imagine', prompt: 'prompt 0' },
			});
		expect(shown).toBe(passedOn);
	});

	test('says what is known from the submit where no look has worked', async () => {
		const { passedOn } = await pauseWith([unfinished('a', 0)]);
		expect(passedOn[0].json).toMatchObject({
			...{ jobId: 'a', status: 'SUBMITTED', timedOut: true, prompt: 'prompt 0' },
		});
		const { passedOn: continued } = await pauseWith([unfinished('a', 0)], { continueOnFail: true });
		expect(continued[0].json).toMatchObject({ error: { jobId: 'a', status: 'SUBMITTED' } });
	});

	test('is the body of TTAPI where it is not simplified', async () => {
		const settings = { simplify: false };
		const { passedOn } = await pauseWith([unfinished('a', 0, { settings })]);
		expect(passedOn[0].json).toEqual({ ...receipt('a'), timedOut: true });
	});

	test('keeps what is done before the pause: its json, its binary, its pairing', async () => {
		const { passedOn } = await pauseWith([unfinished('a', 0), done, failed], {
			continueOnFail: true,
		});
		expect(passedOn.slice(1)).toEqual([
			...[done, failed].map((item) => ('output' in item ? item.output : {})),
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

describe('what the paused node stored', () => {
	test('is found in its context', async () => {
		const { nodeContext, stored } = await pauseWith([unfinished('a', 0), done]);
		expect(storedPause(nodeContext)).toBe(stored);
	});

	test.each([undefined, null, {}, { pause: null }, { pause: {} }, { pause: 'text' }, 'text', []])(
		'is nothing where there is no pause: %j',
		(nodeContext) => expect(storedPause(nodeContext)).toBeUndefined(),
	);

	test('says which jobs it waits for', async () => {
		const jobs = [unfinished('a', 0), unfinished('b', 2)];
		const { stored } = await pauseWith([jobs[0], done, jobs[1]]);
		expect(unfinishedJobs(stored).map(({ receipt: { job } }) => job.jobId)).toEqual(['a', 'b']);
	});
});
