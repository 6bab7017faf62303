import { describe, expect, test } from '@jest/globals';

import {
	failedJobError,
	failureReason,
	isViolation,
} from '../../../nodes/TtapiMidjourney/jobs/failure.ts';
import { failedBody, JOB_ID, jobIn } from '../support/bodies.mts';

const WORTH_ANOTHER_TRY = [
	'Job Timeout',
	'[Internal error]',
	'[Internal server error]',
	'[Bad response]',
	'Failed to process your command',
	'Execution error',
	'Unknown Integration',
	'Unknown Message',
];

const NEVER_AGAIN_BY_ITSELF = [
	'[Banned prompt detected]',
	'[Image denied]',
	'[Invalid link]',
	'[Invalid parameter]',
	'[Invalid prompt]',
	'[TTAPI prompt filter]',
	'[TTAPI image filter]',
];

describe('why a job failed', () => {
	test.each(WORTH_ANOTHER_TRY)('"%s" is worth another try', (message) => {
		const { worthAnotherTry, description } = failureReason(message);
		expect(worthAnotherTry).toBe(true);
		expect(description).toMatch(/submit it again/);
		expect(description).toMatch(/returns the quota/);
	});

	test.each(NEVER_AGAIN_BY_ITSELF)('"%s" is never tried again by itself', (message) => {
		const { worthAnotherTry, description } = failureReason(message);
		expect(worthAnotherTry).toBe(false);
		expect(description).toMatch(/Do not send it again unchanged.* 30 .* quota/);
	});

	test('is found within a longer message, whatever its case', () => {
		const message = 'Sorry: [BANNED PROMPT DETECTED] your prompt holds "blood"';
		expect(failureReason(message)).toBe(failureReason('[Banned prompt detected]'));
	});

	test('a violation counts before trouble that is named beside it', () => {
		expect(failureReason('[Invalid parameter] Execution error').worthAnotherTry).toBe(false);
	});

	test.each(['', 'something nobody has seen'])('"%s" is taken with caution', (message) => {
		const { worthAnotherTry, description } = failureReason(message);
		expect(worthAnotherTry).toBe(false);
		expect(description).not.toBe('');
	});
});

describe('a violation', () => {
	test.each([
		...NEVER_AGAIN_BY_ITSELF,
		'banned prompt words：sexy',
		'Banned prompt words: sexy, blood',
		'sorry: [IMAGE DENIED]',
	])('is "%s"', (message) => {
		expect(isViolation(message)).toBe(true);
	});

	test.each([
		...WORTH_ANOTHER_TRY,
		'',
		'something nobody has seen',
		"'action' parameter error!",
		'"prompt" cannot be empty.',
		'No available accounts',
		'The fast queue is full',
	])('is not "%s"', (message) => {
		expect(isViolation(message)).toBe(false);
	});
});

describe('the error of a failed job', () => {
	test("carries TTAPI's reason, the job id and what to do", () => {
		const error = failedJobError(jobIn(failedBody('[Invalid parameter]')));
		expect(error.message).toBe(`Job ${JOB_ID} failed: "[Invalid parameter]"`);
		expect(error).toMatchObject({
			jobId: JOB_ID,
			status: 'FAILED',
			description: failureReason('[Invalid parameter]').description,
		});
	});

	test('says so where TTAPI gave no reason', () => {
		const error = failedJobError(jobIn(failedBody('')));
		expect(error.message).toMatch(/without a reason/);
	});
});
