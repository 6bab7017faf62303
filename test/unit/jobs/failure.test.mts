import { describe, expect, test } from '@jest/globals';

import {
	FAILURE_REASONS,
	failedJobError,
	failureAdvice,
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
		expect(failureReason(message).transient).toBe(true);
		expect(failureAdvice(message)).toMatch(/Submit it again.* returns the quota.* A retry /);
	});

	test.each(NEVER_AGAIN_BY_ITSELF)('"%s" is never tried again by itself, by nothing', (message) => {
		expect(failureReason(message).transient).toBe(false);
		const advice = failureAdvice(message);
		expect(advice).toMatch(/Do not send it again unchanged.* 30 .* quota/);
		expect(advice).toMatch(/does not submit it again by itself.* Retry On Fail .* retried/);
		expect(advice).not.toMatch(/Submit it again|returns the quota/);
	});

	test.each(FAILURE_REASONS)('$says: the error says what happened and what to do', (reason) => {
		const advice = failureAdvice(reason.says[0] ?? '');
		expect(advice).toContain(`${reason.happened}. ${reason.toDo} `);
	});

	test.each(FAILURE_REASONS.flatMap(({ says }) => says))(
		'"%s" is a text of TTAPI\'s documents',
		(text) => {
			const documented = [...WORTH_ANOTHER_TRY, ...NEVER_AGAIN_BY_ITSELF];
			expect(documented.filter((message) => message.includes(text))).toHaveLength(1);
		},
	);

	test('is found within a longer message, whatever its case', () => {
		const message = 'Sorry: [BANNED PROMPT DETECTED] your prompt holds "blood"';
		expect(failureReason(message)).toBe(failureReason('[Banned prompt detected]'));
	});

	test('a violation counts before trouble that is named beside it', () => {
		expect(failureReason('[Invalid parameter] Execution error').transient).toBe(false);
	});

	test.each(['', 'something nobody has seen'])('"%s" is taken with caution', (message) => {
		expect(failureReason(message)).toMatchObject({ transient: false, violation: false });
		expect(failureAdvice(message)).toMatch(/Check the prompt.* returns the quota/);
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
			description: failureAdvice('[Invalid parameter]'),
		});
	});

	test('says so where TTAPI gave no reason', () => {
		const error = failedJobError(jobIn(failedBody('')));
		expect(error.message).toMatch(/without a reason/);
	});
});
