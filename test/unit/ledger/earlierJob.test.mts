import { describe, expect, test } from '@jest/globals';
import type { IExecuteFunctions } from 'n8n-workflow';

import {
	DoubtfulError,
	InputError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { fingerprint } from '../../../nodes/TtapiMidjourney/ledger/fingerprint.ts';
import { Ledger, type LedgerEntry } from '../../../nodes/TtapiMidjourney/ledger/ledger.ts';
import { findEarlierJob } from '../../../nodes/TtapiMidjourney/ledger/earlierJob.ts';
import { SharedHistory } from '../../../nodes/TtapiMidjourney/ledger/sharedHistory.ts';
import { doneBody, failedBody, refusal, waitingBody } from '../support/bodies.mts';
import { caught } from '../support/caught.mts';
import { fakeClient, http, line } from '../support/fakeClient.mts';
import { VirtualClock } from '../support/virtualClock.mts';
import { HISTORY, OPERATIONS } from '../../operations.mts';

const BODY = { prompt: 'a cat', mode: 'fast' };
const PATH = OPERATIONS.imagine.path;
const HASH = fingerprint(PATH, BODY);
const DOUBT = { message: 'The job may exist', description: 'x', httpStatus: 504 };
const done = http(200, doneBody({ jobId: 'j' }, { jobId: 'j' }));

/** A rerun of item 0, an hour after what the ledger holds of it. */
function rerun(
	noted: Array<Partial<LedgerEntry>>,
	answers: Parameters<typeof fakeClient>[0],
	{ body = async (): Promise<Record<string, unknown>> => BODY, after = 2 * 3_600_000 } = {},
) {
	const entries = noted.map((entry) => ({ hash: HASH, sentAt: 0, ...entry }));
	const other = { hash: HASH, sentAt: 2, jobId: 'of another item' };
	const nodeContext = { ledger: { 0: { 0: entries, 1: [other] } } };
	const ledger = Ledger.of({
		getContext: () => nodeContext,
		getWorkflowDataProxy: () => ({ $runIndex: 0 }),
	} as unknown as IExecuteFunctions);
	const clock = new VirtualClock();
	const { client, requests } = fakeClient(answers);
	const request = {
		index: 0,
		path: PATH,
		family: 'image',
		action: 'imagine',
		prompt: 'a cat',
		body,
	} as const;
	const earlierJob = async () => {
		await clock.advance(after);
		const history = new SharedHistory(client, clock);
		return await clock.run(findEarlierJob({ client, clock, ledger, history }, request));
	};
	return { earlierJob, ledger, requests };
}

test('an item that nothing was submitted for is not looked at, and its body not made', async () => {
	const body = async () => {
		throw new Error('not to be made');
	};
	const { earlierJob, requests } = rerun([], [done], { body });
	expect(await earlierJob()).toBeUndefined();
	expect(requests).toEqual([]);
});

test.each([
	['that has ended', done, 'SUCCESS'],
	['that has not', http(200, waitingBody('j')), 'PENDING_QUEUE'],
])(
	'a job %s is given back, with what is known of it from its submit',
	async (_title, answer, status) => {
		const { earlierJob } = rerun([{ jobId: 'j' }], [answer]);
		expect(await earlierJob()).toMatchObject({
			answer: { job: { jobId: 'j', status } },
			receipt: { job: { jobId: 'j', status: 'SUBMITTED', action: 'imagine', prompt: 'a cat' } },
		});
	},
);

test('a job that failed and may work another time is none; it stays noted until another takes its place', async () => {
	const { earlierJob, ledger } = rerun(
		[{ jobId: 'j' }],
		[http(200, failedBody('Job Timeout', 'j'))],
	);
	expect(await earlierJob()).toBeUndefined();
	expect(ledger.has('j')).toBe(true);
	ledger.write(0, { hash: HASH, sentAt: 5, jobId: 'new' });
	expect(ledger.has('j')).toBe(false);
});

test('a job that failed for good is its error again, and stays noted', async () => {
	const { earlierJob, ledger } = rerun(
		[{ jobId: 'j' }],
		[http(200, failedBody('[Image denied]', 'j'))],
	);
	expect(await caught(earlierJob(), TtapiError)).toMatchObject({ jobId: 'j', status: 'FAILED' });
	expect(ledger.has('j')).toBe(true);
});

test('a refusal is its error again, without a question', async () => {
	const note = { message: 'Banned prompt', description: 'Change it', httpStatus: 400 };
	const { earlierJob, requests } = rerun([{ refusal: note }], [done]);
	expect(await caught(earlierJob(), TtapiError)).toMatchObject(note);
	expect(requests).toEqual([]);
});

describe('a job that TTAPI does not know', () => {
	const unknown = http(404, refusal('job not found'));

	test('is an error that says so, and stays noted', async () => {
		const { earlierJob, ledger } = rerun([{ jobId: 'j' }], [unknown]);
		const error = await caught(earlierJob(), TtapiError);
		expect(error).toMatchObject({ jobId: 'j', httpStatus: 404 });
		expect(error.message).toMatch(/does not know the job j that an earlier attempt submitted/);
		expect(ledger.has('j')).toBe(true);
	});

	test('may only be a moment old', async () => {
		const { earlierJob } = rerun([{ jobId: 'j' }], [unknown, unknown, unknown, done], {
			after: 1000,
		});
		expect((await earlierJob())?.answer.job.status).toBe('SUCCESS');
	});
});

describe('a doubtful submit', () => {
	const history = (...rows: object[]) => ({ line: `GET ${HISTORY}`, rows });
	const world =
		({ line: path, rows }: ReturnType<typeof history>, hookUrl?: string) =>
		(request: Parameters<typeof line>[0]) =>
			line(request) === path
				? http(200, { status: 'SUCCESS', data: rows })
				: http(200, doneBody({ jobId: 'j', hookUrl }, { jobId: 'j' }));
	const row = { job_id: 'j', action: 'imagine', prompt: 'a cat' };

	test('whose job is found is that job from now on', async () => {
		const answers = world(history(row), 'https://n8n.example.com/?job=m');
		const { earlierJob, ledger } = rerun([{ doubt: DOUBT, mark: 'm' }], answers);
		expect((await earlierJob())?.answer.job.jobId).toBe('j');
		expect(ledger.jobs).toContainEqual({ jobId: 'j', itemIndex: 0 });
	});

	test('with candidates is the same error, with them', async () => {
		const { earlierJob, ledger } = rerun([{ doubt: DOUBT }], world(history(row)));
		const error = await caught(earlierJob(), DoubtfulError);
		expect(error).toMatchObject({ message: DOUBT.message, httpStatus: 504 });
		expect(error.description).toMatch(/\bj\b.*Job > Wait/);
		expect(ledger.doubtful).toEqual([{ itemIndex: 0, candidates: ['j'] }]);
	});

	test('that surely cost nothing may be sent again, after an hour', async () => {
		expect(await rerun([{ doubt: DOUBT }], world(history())).earlierJob()).toBeUndefined();
	});

	test('whose answer named a job is never sent again', async () => {
		const doubt = { ...DOUBT, jobId: 'named' };
		const { earlierJob, ledger } = rerun([{ doubt }], world(history()));
		expect(await caught(earlierJob(), DoubtfulError)).toMatchObject({ jobId: 'named' });
		expect(ledger.doubtful).toEqual([{ itemIndex: 0, candidates: ['named'] }]);
	});

	test('that may still cost something is the same error', async () => {
		const { earlierJob, ledger } = rerun([{ doubt: DOUBT }], world(history()), {
			after: 1_200_000,
		});
		await caught(earlierJob(), DoubtfulError);
		expect(ledger.knows(0)).toBe(true);
	});
});

describe('a body that cannot be made any more', () => {
	const body = async () => {
		throw new InputError('The image is gone', 'x');
	};

	test('is an error with the last job of the item', async () => {
		const noted = [{ jobId: 'i' }, { hash: 'edited', sentAt: 1, jobId: 'j' }];
		const error = await caught(rerun(noted, [done], { body }).earlierJob(), TtapiError);
		expect(error.message).toMatch(/The image is gone.*submitted job j for this item/);
		expect(error).toMatchObject({ jobId: 'j', description: expect.stringMatching(/Job > Wait/) });
	});

	test('is its own error where no job is known', async () => {
		const { earlierJob } = rerun([{ doubt: DOUBT }], [done], { body });
		expect((await caught(earlierJob(), InputError)).message).toBe('The image is gone');
	});
});
