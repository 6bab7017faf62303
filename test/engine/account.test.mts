import { describe, expect, test } from '@jest/globals';

import { INFO } from '../operations.mts';
import { API_KEY } from './support/credentials.mts';
import { answer, sent, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API, refused } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const account = {
	email: 'me@example.com',
	balance: 12.5,
	freeze_balance: 3,
	max_queue: 10,
	created_at: '2024-01-01 00:00:00',
};
const ask = async (given: Answer | Answer[]) => {
	answer('GET', API + INFO, ...[given].flat());
	return await runWorkflow(workflowOf('account.get'));
};
const says = (data: unknown) => ({ json: { status: 'SUCCESS', message: 'success', data } });

describe('the account', () => {
	test('is asked for once, and free', async () => {
		const { items } = await ask(says(account));
		expect(items).toEqual([
			{
				json: {
					email: 'me@example.com',
					balance: 12.5,
					frozenBalance: 3,
					maxQueue: 10,
					createdAt: '2024-01-01 00:00:00',
				},
				pairedItem: { item: 0 },
			},
		]);
		expect(sent).toMatchObject([{ method: 'GET', path: INFO, headers: { 'tt-api-key': API_KEY } }]);
	});

	test('has numbers also where TTAPI spells them as texts', async () => {
		const texts = { ...account, balance: '12.50', freeze_balance: '0', max_queue: '5' };
		const { items } = await ask(says(texts));
		expect(items[0].json).toMatchObject({ balance: 12.5, frozenBalance: 0, maxQueue: 5 });
	});

	test('has every key, whatever TTAPI leaves out', async () => {
		const { items } = await ask(says({ balance: null, email: '', max_queue: 'many' }));
		expect(items[0].json).toEqual({
			email: null,
			balance: null,
			frozenBalance: null,
			maxQueue: null,
			createdAt: null,
		});
	});

	test.each<[string, Answer, string]>([
		['a refused key', refused(401, 'Wrong TT-API-KEY'), '401'],
		['a blocked account', refused(403), '403'],
	])('is an error that says what to do: %s', async (_title, given, httpCode) => {
		const { error, items } = await ask(given);
		expect(error).toMatchObject({ name: 'NodeApiError', httpCode, context: { itemIndex: 0 } });
		expect(error?.description?.length).toBeGreaterThan(10);
		expect([items, sent.length]).toEqual([[], 1]);
	});

	test('is an error, not an empty item, where TTAPI says no in a 200', async () => {
		const { error } = await ask({ json: { status: 'FAILED', message: 'no', data: null } });
		expect(error).toMatchObject({ name: 'NodeApiError', message: expect.stringContaining('no') });
	});

	test.each<[string, Answer]>([
		['404 without words', { status: 404, body: 'Not Found' }],
		['404 with an empty body', { status: 404, body: {} }],
		['405 without words', { status: 405, body: {} }],
		['200 without data', { json: { status: 'SUCCESS', message: '', data: null } }],
		['200 with a list', { json: { status: 'SUCCESS', data: [] } }],
	])('is not told by a host that answers %s, and has no job ID', async (_title, given) => {
		const { error, items } = await ask(given);
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/does not say anything of the account/);
		expect(error?.description).toMatch(/Base URL/);
		expect(error?.description).not.toMatch(/job id/i);
		expect(items).toEqual([]);
		// A proxy may have answered instead of TTAPI.
		expect(sent).toHaveLength('json' in given ? 1 : 5);
	});

	test('is asked for again where TTAPI is in trouble', async () => {
		const { items } = await ask([{ status: 502 }, { status: 429 }, says(account)]);
		expect(items).toHaveLength(1);
		expect(sent).toHaveLength(3);
	});
});
