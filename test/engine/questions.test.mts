import { describe, expect, test } from '@jest/globals';

import { CHECK, STATUS } from '../operations.mts';
import { answer, type Answer } from './support/http.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { API } from './support/ttapi.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

describe('a free question hands on', () => {
	const ask = async (operation: OperationName) =>
		(await runWorkflow(workflowOf(operation), { items: [{ prompt: 'a cat' }] })).items;

	test.each([
		[
			'an allowed prompt',
			200,
			{ status: 'SUCCESS', message: 'success', data: 'Prompt verification successful.' },
			{ allowed: true, message: 'success', bannedWords: [] },
		],
		[
			'a banned word, as an answer',
			200,
			{ status: 'FAILED', message: 'banned prompt words：sexy', data: null },
			{ allowed: false, message: 'banned prompt words：sexy', bannedWords: ['sexy'] },
		],
		[
			'several banned words',
			200,
			{ status: 'FAILED', message: 'banned prompt words: a b, c' },
			{ allowed: false, message: 'banned prompt words: a b, c', bannedWords: ['a b', 'c'] },
		],
		[
			'a banned word with 400',
			400,
			{ status: 'FAILED', message: 'banned prompt words：sexy' },
			{ allowed: false, message: 'banned prompt words：sexy', bannedWords: ['sexy'] },
		],
		[
			'a refusal in other words',
			200,
			{ status: 'FAILED', message: 'too rude', data: null },
			{ allowed: false, message: 'too rude', bannedWords: [] },
		],
	])('%s', async (_title, status, body, json) => {
		answer('POST', `${API}${CHECK}`, { status, body });
		expect(await ask('prompt.check')).toEqual([{ json, pairedItem: { item: 0 } }]);
	});

	test.each<Answer>([
		{ json: {} },
		{ json: { status: 'ON_QUEUE' } },
		{ json: { status: 'FAILED' } },
		{ json: { status: 'FAILED', message: ' ', data: null } },
	])('no verdict where TTAPI gives none: %j', async (given) => {
		answer('POST', `${API}${CHECK}`, given);
		const { items, error } = await runWorkflow(workflowOf('prompt.check'), {
			items: [{ prompt: 'a cat' }],
		});
		expect(items).toEqual([]);
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.description?.length).toBeGreaterThan(10);
	});

	test('the service, one item a mode', async () => {
		const up = { status: 200, runningMessage: 'fine', averageExecute: 42.5 };
		const data = { fast: up, relax: { status: 500, runningMessage: 'down' }, turbo: null };
		answer('GET', `${API}${STATUS}`, { json: { status: 'SUCCESS', message: '', data } });
		expect(await ask('service.getStatus')).toEqual([
			{
				json: { mode: 'fast', available: true, message: 'fine', averageExecute: 42.5 },
				pairedItem: { item: 0 },
			},
			{
				json: { mode: 'relax', available: false, message: 'down', averageExecute: null },
				pairedItem: { item: 0 },
			},
			{
				json: { mode: 'turbo', available: false, message: '', averageExecute: null },
				pairedItem: { item: 0 },
			},
		]);
	});
});
