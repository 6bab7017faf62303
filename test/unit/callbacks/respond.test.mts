import { beforeEach, describe, expect, test } from '@jest/globals';

import { dealWith, respond } from '../../../nodes/TtapiMidjourney/callbacks/respond.ts';
import { callbackFor } from '../support/callbacks.mts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

let fake: ReturnType<typeof fakeWebhook>;

beforeEach(() => {
	fake = fakeWebhook({ body: callbackFor('a') });
});

test.each([200, 400, 401, 413, 503] as const)(
	'%i goes to the caller at once, with a reason in JSON, and n8n neither answers nor starts anything',
	(httpStatus) => {
		expect(respond(fake.context, httpStatus, 'because')).toEqual({ noWebhookResponse: true });
		expect(fake.response).toMatchObject({
			statusCode: httpStatus,
			headers: {},
			body: { message: 'because' },
			headersSent: true,
		});
	},
);

test.each([200, 503] as const)('says nothing where the caller has its answer: %i', (httpStatus) => {
	fake.response.answeredByN8n(200);
	expect(respond(fake.context, httpStatus, 'late')).toEqual({ noWebhookResponse: true });
	expect(fake.response).toMatchObject({ statusCode: 200, headers: {} });
});

describe('an error', () => {
	const deal = async (given = fake) =>
		await dealWith(given.context, async () => {
			throw new Error('a bug');
		});

	test('is answered 200, because any other answer would not make TTAPI come again', async () => {
		expect(await deal()).toEqual({ noWebhookResponse: true });
		expect(fake.response.statusCode).toBe(200);
	});

	test('is logged, with the job ID and the node', async () => {
		await deal();
		expect(fake.logger.error.mock.calls).toEqual([
			[
				expect.stringMatching(/for job a to the node "TTAPI Midjourney": a bug/),
				{ workflowId: 'workflow', executionId: 'execution' },
			],
		]);
	});

	test.each([undefined, 'text', {}, { jobId: 'x'.repeat(1_000) }])(
		'is logged in short, whatever the body is: %j',
		async (body) => {
			fake = fakeWebhook({ body });
			await deal(fake);
			expect(String(fake.logger.error.mock.calls[0][0]).length).toBeLessThan(250);
		},
	);
});
