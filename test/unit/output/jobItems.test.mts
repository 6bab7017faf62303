import { describe, expect, test } from '@jest/globals';

import {
	DownloadError,
	OutOfTimeError,
} from '../../../nodes/TtapiMidjourney/downloads/downloadError.ts';
import {
	UnavailableError,
	type JobDownloads,
} from '../../../nodes/TtapiMidjourney/downloads/jobDownloads.ts';
import { TtapiError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	jobItems,
	jobItemsAnyway,
	resultOf,
} from '../../../nodes/TtapiMidjourney/output/jobItems.ts';
import { answerWith, doneBody, doneJob, JOB_ID, waitingBody } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';

const RESULT = { answer: answerWith(doneBody()) };
const SETTINGS = { simplify: true, download: 'images' } as const;

/** Downloads that all fail. */
const failing = (error: DownloadError) =>
	({
		of: async () => {
			throw new UnavailableError(doneJob(), error);
		},
	}) as unknown as JobDownloads;

describe('a finished job whose files are not there', () => {
	const gone = failing(new DownloadError('HTTP 404', false, true));

	test('is one item without files that says so, if the time was over', async () => {
		const items = await jobItems(RESULT, SETTINGS, failing(new OutOfTimeError()));
		expect(items).toEqual([
			{
				json: expect.objectContaining({
					jobId: JOB_ID,
					status: 'SUCCESS',
					downloadError: expect.stringMatching(/time was over.*Job > Get/),
				}),
			},
		]);
	});

	test('is an error for any other reason', async () => {
		await expect(jobItems(RESULT, SETTINGS, gone)).rejects.toThrow(/HTTP 404/);
	});

	test('is an item for another reason, too, if the caller tolerates it', async () => {
		const [{ json }] = await jobItemsAnyway(RESULT, SETTINGS, gone, () => true);
		expect(json).toMatchObject({ jobId: JOB_ID, downloadError: expect.stringMatching(/404/) });
	});
});

describe('a wait that ran out', () => {
	const receipt = answerWith(waitingBody());
	const errorAfter = async (waitedMs: number) =>
		await caught(
			(async () =>
				resultOf(
					receipt,
					{ end: 'timedOut', answer: receipt, waitedMs },
					{ onTimeout: 'error', maxWaitMs: 300_000 },
				))(),
			TtapiError,
		);

	// Times of a clock that goes on in fractions may add up to a little less.
	test.each([300_000, 299_999.999_999, 301_000])(
		'after %s of 300,000 ms advises to raise Max Wait',
		async (waitedMs) => {
			const error = await errorAfter(waitedMs);
			expect(error.message).toMatch(/did not end within 30\d s/);
			expect(error.description).toMatch(/Max Wait/);
		},
	);

	test("before Max Wait was over ended because of n8n's own timeout, and says what to raise", async () => {
		const error = await errorAfter(117_000);
		expect(error.message).toMatch(/did not end before n8n's own execution timeout/);
		expect(error.description).toMatch(/Job > Wait.*Timeout Workflow/);
		expect(error.description).not.toMatch(/Max Wait/);
	});
});
