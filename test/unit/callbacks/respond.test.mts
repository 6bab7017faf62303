import { beforeEach, expect, test } from '@jest/globals';

import { respond } from '../../../nodes/TtapiMidjourney/callbacks/respond.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

let fake: ReturnType<typeof fakeWebhook>;

beforeEach(() => {
	fake = fakeWebhook();
});

test.each([200, 400, 401, 404, 413, 503] as const)(
	'%i goes to the caller at once, with a reason in JSON, and n8n neither answers nor starts anything',
	(httpStatus) => {
		expect(respond(fake.context, httpStatus, 'because')).toEqual({ noWebhookResponse: true });
		expect(fake.response).toMatchObject({
			statusCode: httpStatus,
			body: { message: 'because' },
			headersSent: true,
		});
	},
);

test('503 says when to come again, in seconds', () => {
	respond(fake.context, 503, 'not now');
	expect(Number(fake.response.headers['retry-after'])).toBeGreaterThanOrEqual(1);
});

test.each([200, 400, 401, 404, 413] as const)('%i does not ask to come again', (httpStatus) => {
	respond(fake.context, httpStatus, 'because');
	expect(fake.response.headers).toEqual({});
});

test.each([200, 503] as const)('says nothing where the caller has its answer: %i', (httpStatus) => {
	fake.response.answeredByN8n(200);
	expect(respond(fake.context, httpStatus, 'late')).toEqual({ noWebhookResponse: true });
	expect(fake.response).toMatchObject({ statusCode: 200, headers: {} });
});
