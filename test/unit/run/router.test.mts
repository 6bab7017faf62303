import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import type { IDataObject, IHttpRequestOptions, INodeExecutionData } from 'n8n-workflow';

import { RESOURCES } from '../../../nodes/TtapiMidjourney/actions/resources.ts';
import { router } from '../../../nodes/TtapiMidjourney/run/router.ts';
import { doneBody, failedBody, receipt, refusal, type Body } from '../support/bodies.mts';
import { bytesOf, file } from '../support/downloads.mts';
import { fakeContext, type FakeN8n } from '../support/fakeContext.mts';
import { apiAnswer } from '../support/fakeHttp.mts';
import { settle } from '../support/virtualClock.mts';

const IMAGINE = { resource: 'image', operation: 'imagine', mode: 'fast', waitForResult: 'poll' };

beforeEach(() => {
	jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => void jest.useRealTimers());

const isSubmit = ({ method, url }: IHttpRequestOptions) =>
	method === 'POST' && !url.endsWith('/fetch');

/** Runs the node to its end: job n is the n-th that is submitted, and ends as `end` says at its first look. */
async function runNode(given: FakeN8n & { end?: (jobId: string) => Body }) {
	let submitted = 0;
	const { end = (jobId) => doneBody({ jobId }) } = given;
	const fake = fakeContext({
		api: async (request) => {
			await settle();
			if (isSubmit(request)) return apiAnswer(200, receipt(`job${++submitted}`));
			return apiAnswer(200, end((request.qs as { jobId: string }).jobId));
		},
		...given,
	});
	let isDone = false;
	const done = () => (isDone = true);
	const running = router(fake.context, RESOURCES);
	running.then(done, done);
	for (let step = 0; step < 3_000 && !isDone; step++) {
		await jest.advanceTimersByTimeAsync(1_000);
		await settle();
	}
	const [result] = await Promise.allSettled([running]);
	return {
		...fake,
		items: result.status === 'fulfilled' ? (result.value[0] as INodeExecutionData[]) : [],
		error: result.status === 'rejected' ? (result.reason as Error & IDataObject) : undefined,
		/** How many submits went out: each of them may be paid. */
		submits: fake.apiRequests.filter(isSubmit).length,
	};
}

/** Several items, one at a time. */
const oneByOne = (prompts: string[], more: object = {}) => ({
	items: prompts.map(() => ({ json: {} })),
	parameters: prompts.map((prompt) => ({
		...IMAGINE,
		prompt,
		options: { maxInFlight: 1 },
		...more,
	})),
});

describe('after the first error nothing more is submitted', () => {
	test('when a job failed', async () => {
		const run = await runNode({
			...oneByOne(['a', 'b', 'c']),
			end: (jobId) => failedBody('Job Timeout', jobId),
		});
		expect(run.error?.message).toMatch(/Job job1 failed/);
		expect(run.submits).toBe(1);
	});

	test('when a submit was refused', async () => {
		const run = await runNode({
			...oneByOne(['a', 'b', 'c']),
			api: async () => apiAnswer(400, refusal('prompt error')),
		});
		expect(run.error?.message).toMatch(/prompt error/);
		expect(run.submits).toBe(1);
	});

	test('when a wait ran out', async () => {
		const run = await runNode({
			...oneByOne(['a', 'b'], { options: { maxInFlight: 1, maxWait: 20 } }),
			end: (jobId) => doneBody({ jobId }, { status: 'ON_QUEUE' }),
		});
		expect(run.error?.message).toMatch(/job1 did not end within 20 s/);
		expect(run.submits).toBe(1);
	});

	test('when the picture for the next one is still being loaded', async () => {
		const blend = { ...IMAGINE, operation: 'blend', imageInput: 'url' };
		const urls = (host: string) => `https://${host}/1.png\nhttps://${host}/2.png`;
		const run = await runNode({
			items: [{ json: {} }, { json: {} }],
			parameters: [
				{ ...blend, imageUrls: urls('missing.example.com') },
				{ ...blend, imageUrls: urls('slow.example.com') },
			],
			download: async ({ url }) => {
				if (url.includes('missing')) return file(Buffer.from(''), {}, 404);
				await new Promise((resolve) => setTimeout(resolve, 10_000));
				return file();
			},
			helpers: { binaryToBuffer: bytesOf },
		});
		expect(run.error?.message).toMatch(/HTTP 404/);
		expect(run.submits).toBe(0);
	});
});

describe('after a key that is refused', () => {
	test.each([401, 403])('%i: no other item asks again, and each has the reason', async (status) => {
		const run = await runNode({
			...oneByOne(['a', 'b', 'c']),
			continueOnFail: true,
			api: async () => apiAnswer(status, refusal('no')),
		});
		expect(run.submits).toBe(1);
		expect(run.items.map(({ json }) => json.error)).toHaveLength(3);
		for (const { json } of run.items) expect(JSON.stringify(json)).toMatch(/key|blocked/);
	});
});

describe('the data of an execution', () => {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;

	test.each<[string, FakeN8n]>([
		['has succeeded', {}],
		['has failed', { api: () => apiAnswer(401, { status: 'FAILED', message: 'no' }) }],
	])('is not kept in memory once its run %s', async (_title, given) => {
		const run = async () => {
			const { context } = await runNode({ ...oneByOne(['a cat']), ...given });
			return new WeakRef(context);
		};
		const context = await run();
		for (let round = 0; round < 5 && context.deref(); round++) {
			await settle();
			collectGarbage();
		}
		// Not the context itself, which a failed test would print.
		expect(context.deref() === undefined).toBe(true);
	});
});
