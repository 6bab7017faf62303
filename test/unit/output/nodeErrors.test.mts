import { describe, expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { toErrorItem, toNodeError } from '../../../nodes/TtapiMidjourney/output/nodeErrors.ts';
import {
	InputError,
	StoppedError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';

const NODE = { name: 'TTAPI Midjourney', type: 'ttapiMidjourney', parameters: {} } as INode;

const failed = new TtapiError('Job abc failed: "Job Timeout"', {
	description: 'Submit it again.',
	jobId: 'abc',
	status: 'FAILED',
});
const refused = new TtapiError('TTAPI refused the API key', {
	description: 'Check the key.',
	httpStatus: 401,
});
const wrong = new InputError('Prompt is empty', 'Describe the picture.');

describe('what n8n shows', () => {
	test.each([
		['NodeApiError', 'what TTAPI says', refused],
		['NodeApiError', 'a job that failed', failed],
		['NodeOperationError', 'what the user gave', wrong],
		['NodeOperationError', 'a Stop', new StoppedError()],
	])('is a %s for %s', (name, _, error) => {
		expect(toNodeError(NODE, error, 0).name).toBe(name);
	});

	test.each([failed, refused, wrong])('says what happened and what to do now: %s', (error) => {
		expect(toNodeError(NODE, error, 0)).toMatchObject({
			message: error.message,
			description: error.description,
		});
	});

	test('has the index of the item', () => {
		expect(toNodeError(NODE, failed, 3).context).toMatchObject({ itemIndex: 3 });
		expect(toNodeError(NODE, wrong, 3).context).toMatchObject({ itemIndex: 3 });
	});

	test("has TTAPI's status, where there is one", () => {
		expect(toNodeError(NODE, refused, 0)).toMatchObject({ httpCode: '401' });
	});

	test.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT', 'ECONNRESET'])(
		'keeps its own words where they name %s',
		(code) => {
			const message = `TTAPI cannot be reached: the request failed (${code})`;
			const error = new TtapiError(message, { description: 'Check the network.' });
			expect(toNodeError(NODE, error, 0)).toMatchObject({
				message,
				description: 'Check the network.',
			});
		},
	);

	test('lists every job that was paid for', () => {
		const paid = [
			{ jobId: 'abc', itemIndex: 0 },
			{ jobId: 'def', itemIndex: 4 },
		];
		const { description } = toNodeError(NODE, refused, 0, paid);
		expect(description).toMatch(/Check the key\.[^]*abc \(item 0\), def \(item 4\)/);
	});

	test('says which other items were not submitted', () => {
		const { description } = toNodeError(NODE, refused, 0, [], [], [1, 3, 4, 5, 59]);
		expect(description).toMatch(/nothing was paid for them: 1, 3-5, 59$/);
	});

	test.each([new TypeError('a bug'), 'a text'])(
		'is something for what nobody expected: %s',
		(error) => {
			const shown = toNodeError(NODE, error, 0);
			expect(shown.message).toMatch(/a bug|a text/);
			expect(shown.name).toBe('NodeOperationError');
		},
	);

	test('does not ask to report a Stop', () => {
		expect(toNodeError(NODE, new StoppedError(), 0).description ?? '').not.toMatch(/unexpected/);
	});
});

describe('the item under "Continue"', () => {
	test('has the error alone in json, with the job id and the last state, and no item.error', () => {
		expect(toErrorItem(failed)).toEqual({
			json: {
				error: {
					message: failed.message,
					description: failed.description,
					jobId: 'abc',
					status: 'FAILED',
				},
			},
		});
	});

	test.each([
		['there was no job', refused],
		['the input was wrong', wrong],
	])('has no job id where %s', (_, error) => {
		expect(toErrorItem(error)).toEqual({
			json: { error: { message: error.message, description: error.description } },
		});
	});

	test.each([new TypeError('a bug'), 'a bug'])('takes anything: %s', (error) => {
		expect(toErrorItem(error).json).toMatchObject({ error: { message: 'a bug' } });
	});
});
