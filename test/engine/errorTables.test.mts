/** Each row of the two tables (jobs/answers.ts, jobs/failure.ts; docs/errors-and-costs.md), as the node behaves. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { ANSWERS, type AnswerName } from '../../nodes/TtapiMidjourney/jobs/answers.ts';
import {
	FAILURE_REASONS,
	failureReason,
	type FailureReason,
} from '../../nodes/TtapiMidjourney/jobs/failure.ts';
import { FETCH } from '../operations.mts';
import { answer, connectionError, sent, type Answer } from './support/http.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, PAID, playTtapi, UNKNOWN_JOB, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

/** An answer that falls under a row. */
interface Example {
	title: string;
	given: Answer;
	/** The HTTP status, where there is an answer. */
	status?: number;
	/** TTAPI's words, or what is wrong with the connection: the error repeats them. */
	said?: string;
	/** Where the answer means this row: HTTP 200 with FAILED is a job's state for a fetch. */
	only?: 'submit' | 'fetch';
}

const refused = (status: number, said: string): Example => ({
	title: `HTTP ${status}: ${said}`,
	status,
	given: { status, body: { status: 'FAILED', message: said, data: null } },
	said,
	...(status === 200 ? { only: 'submit' } : {}),
});
const bare = (status: number, body: unknown = '<html>'): Example => ({
	title: `HTTP ${status} with ${JSON.stringify(body)}`,
	status,
	given: { status, body },
});
const lost = (code: string, said: string): Example => ({
	title: code,
	given: connectionError(code),
	said,
});

const VIOLATIONS = FAILURE_REASONS.filter(({ violation }) => violation);

const EXAMPLES: Record<AnswerName, Example[]> = {
	notPassedOn: [bare(401, 'Unauthorized'), bare(404), bare(405, {})],
	notTtapi: [
		bare(400),
		bare(402),
		bare(403),
		bare(422),
		bare(400, { message: 'The queue is full' }),
	],
	queueFull: [
		refused(400, 'Queue full'),
		refused(200, '队列已满，请稍后尝试'),
		refused(499, 'queue exhausted'),
		refused(400, 'The fast queue is full, please wait'),
		refused(200, 'queue is full'),
		bare(499),
	],
	tooManyRequests: [bare(429), refused(429, 'too many requests')],
	noAccount: [400, 200].map((status) => ({
		...refused(status, 'No available accounts'),
		said: undefined,
	})),
	violation: [400, 200].flatMap((status) => [
		refused(status, 'banned prompt words：sexy'),
		...VIOLATIONS.map(({ says }) => refused(status, `[${says[0].toUpperCase()}] sorry`)),
	]),
	wrong: [
		refused(400, "'action' parameter error!"),
		refused(400, '"prompt" cannot be empty.'),
		refused(200, 'Prompt is not valid'),
	],
	keyRefused: [refused(401, 'Wrong TT-API-KEY or email is not activated.')],
	noQuota: [refused(402, 'not enough quota')],
	blocked: [refused(403, 'blocked')],
	// The error has words of its own for it.
	unknownJob: [
		refused(404, 'job not found'),
		refused(400, 'jobId does not exist'),
		refused(400, '任务不存在'),
		refused(200, 'The associated task does not exist or has expired.'),
	].map((example) => ({ ...example, said: undefined, only: 'fetch' })),
	notFound: [{ ...refused(404, 'no such endpoint'), only: 'submit' }],
	tooLarge: [
		refused(413, 'too large'),
		{ ...bare(413), only: 'submit' },
		{ ...bare(414), only: 'submit' },
	],
	redirect: [301, 302, 303, 307, 308].map((status) => ({
		title: `HTTP ${status}`,
		status,
		given: { status, headers: { location: 'https://elsewhere.example.com/' } },
	})),
	serverError: [
		...[500, 503, 520, 408, 425].map((status) => bare(status, {})),
		...[bare(502), refused(504, 'timeout')].map((example) => ({ ...example, said: undefined })),
	],
	otherRefusal: [refused(418, 'I am a teapot'), refused(422, 'no')],
	noJobId: [
		bare(200),
		{ ...bare(200, { status: 'SUCCESS', message: 'success', data: null }), only: 'submit' },
	],
	unreachable: [
		lost('ECONNREFUSED', 'the connection was refused'),
		lost('ENOTFOUND', 'its host name is not known'),
		lost('EAI_AGAIN', 'its host name could not be looked up'),
	],
	untrusted: [
		lost('SELF_SIGNED_CERT_IN_CHAIN', 'SELF_SIGNED_CERT_IN_CHAIN'),
		lost('CERT_HAS_EXPIRED', 'CERT_HAS_EXPIRED'),
	],
	answerLost: [
		lost('ECONNRESET', 'the connection broke off'),
		lost('EPIPE', 'the connection broke off'),
		lost('ETIMEDOUT', 'no answer came in time'),
		lost('ECONNABORTED', 'no answer came in time'),
	],
};

const MAX_WAIT_S = 90;
const imagine = async (world: World, { items = 1, ...more }: RunSettings = {}) => {
	playTtapi(world);
	// "Unknown" may mean the method: then a job is asked for by POST, too.
	answer('POST', FETCH_URL, world.fetch ? (sent) => world.fetch!(sent, 1)! : NOT_FOUND);
	return await runWorkflow(workflowOf('imagine'), {
		items: Array.from({ length: items }, (_, n) => ({ prompt: `prompt ${n}` })),
		parameters: { options: { maxWait: MAX_WAIT_S, maxInFlight: 1 } },
		...more,
	});
};
type RunSettings = Pick<RunOptions, 'node'> & { items?: number };

const FETCH_URL = `${API}${FETCH.image}`;
const NOT_FOUND: Answer = UNKNOWN_JOB;
const CONTINUE = { onError: 'continueRegularOutput' } as const;
/** n8n runs the node three times, unless it comes through. */
const RETRY = { retryOnFail: true, maxTries: 3, waitBetweenTries: 100 } as const;

const submits = () => sent.filter(({ path }) => path === PAID.imagine);
/** What the error says when all tries to read were in vain, whatever the answers were. */
const READ_IN_VAIN = {
	happened: 'TTAPI could not be asked for',
	toDo: 'The job itself continues.',
};
const errorIn = (json: IDataObject) => json.error as { message: string; description: string };

const ROWS = Object.keys(ANSWERS) as AnswerName[];
const examplesFor = (where: 'submit' | 'fetch') =>
	ROWS.flatMap((row) =>
		EXAMPLES[row]
			.filter(({ only = where }) => only === where)
			.map((example) => [row, example.title, example] as const),
	);

test.each(ROWS)('the row "%s" has an example', (row) => {
	expect(EXAMPLES[row].length).toBeGreaterThan(0);
});

describe.each(examplesFor('submit'))(
	'a submit, %s, %s',
	(row, _title, { given, status, said = '' }) => {
		const meaning = ANSWERS[row];
		// A host without a history: what it says is tested elsewhere.
		const world: World = { submit: () => given, history: () => NOT_FOUND };

		test(`is sent again: ${meaning.submitAgain}; the error says what happened, what to do and what it costs`, async () => {
			const { error } = await imagine(world);
			expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
			expect(error?.message).toContain(meaning.happened);
			expect(error?.message.includes('may or may not exist')).toBe(meaning.costs === 'perhaps');
			expect(error?.description?.includes('Nothing was paid')).toBe(meaning.costs === 'nothing');
			expect(error?.description).toContain(meaning.toDo);
			switch (meaning.submitAgain) {
				case 'never':
					expect(error?.message).toContain(said);
					expect(error?.httpCode ?? undefined).toBe(status?.toString());
					return expect(submits()).toHaveLength(1);
				case 'threeTimes':
					expect(error?.message).toContain(said);
					return expect(submits()).toHaveLength(4);
				default:
					expect(submits().length).toBeGreaterThan(2);
					expect(submits().at(-1)!.at).toBeLessThanOrEqual(MAX_WAIT_S * 1000);
			}
		});
	},
);

describe.each(examplesFor('fetch'))('a fetch, %s, %s', (row, _title, { given, said = '' }) => {
	const meaning = ANSWERS[row];
	const { readAgain } = meaning;

	test(`is sent again: ${readAgain}; the error says what happened, to which job, and what to do`, async () => {
		answer('GET', FETCH_URL, given);
		answer('POST', FETCH_URL, given);
		const { error } = await runWorkflow(workflowOf('job.get'), {
			items: [{ jobId: 'job-x' }],
			parameters: { options: { family: 'image' } },
		});
		const { happened, toDo } = readAgain ? READ_IN_VAIN : meaning;
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toContain('job-x');
		expect(error?.message).toContain(happened);
		expect(error?.description).toContain(toDo);
		expect(error?.description).not.toContain('paid');
		if (!readAgain) expect(error?.message).toContain(said);
		expect(sent.filter(({ method }) => method === 'GET')).toHaveLength(readAgain ? 5 : 1);
		expect(sent.at(-1)!.at).toBeLessThan(60_000);
	});

	test('never leads to another submit', async () => {
		const { error } = await imagine({ fetch: () => given });
		expect(error?.message).toContain('job-1');
		expect(submits()).toHaveLength(1);
	});

	test('lets the wait for an accepted job go on', async () => {
		const { items } = await imagine({ fetch: (_sent, looks) => (looks <= 2 ? given : undefined) });
		expect(items.map(({ json }) => json.status)).toEqual(['SUCCESS']);
		expect(submits()).toHaveLength(1);
	});
});

const FINAL = ROWS.filter((row) => ANSWERS[row].submitAgain === 'never' && row !== 'unknownJob');

describe.each(FINAL)('under "continue", after a submit with %s', (row) => {
	const [{ given }] = EXAMPLES[row];
	const endsRun = 'endsRun' in ANSWERS[row];

	test(
		endsRun ? 'nothing more is submitted' : 'the next item is submitted all the same',
		async () => {
			const { items } = await imagine(
				{ submit: () => given, history: () => NOT_FOUND },
				{ items: 2, node: CONTINUE },
			);
			expect(submits()).toHaveLength(endsRun ? 1 : 2);
			for (const { json } of items) expect(errorIn(json).message).toContain(ANSWERS[row].happened);
			expect(items).toHaveLength(2);
		},
	);
});

/** The reasons, each in the words of a job; one that nobody knows, and none. */
const REASONS = FAILURE_REASONS.flatMap((reason): Array<[string, FailureReason]> =>
	reason.says.length > 0
		? reason.says.map((text) => [`[${text}] sorry`, reason])
		: ['something new', ''].map((text) => [text, reason]),
);

describe.each(REASONS)('a job that failed with "%s"', (message, reason) => {
	test('is an error that says why, what to do and what becomes of its quota', async () => {
		const { error } = await imagine({ fails: () => message });
		expect(error).toMatchObject({ name: 'NodeApiError', context: { itemIndex: 0 } });
		expect(error?.message).toBe(
			`Job job-1 failed: ${message ? `"${message}"` : 'without a reason'}`,
		);
		expect(error?.description).toContain(`${reason.happened}. ${reason.toDo}`);
		expect(error?.description).toContain(
			reason.violation
				? 'after 30 violations a day TTAPI keeps the quota'
				: 'TTAPI returns the quota',
		);
		expect(submits()).toHaveLength(1);
	});

	test(
		reason.transient ? 'is submitted again by a retry' : 'is not submitted again by a retry',
		async () => {
			const { error } = await imagine({ fails: () => message }, { node: RETRY });
			expect(submits()).toHaveLength(reason.transient ? 3 : 1);
			expect(error?.message).toContain('failed');
		},
	);
});

describe.each(EXAMPLES.violation)('a violation, $title,', ({ given, said = '' }) => {
	test('is not even asked for again by a retry, and the error says so', async () => {
		const { error } = await imagine({ submit: () => given }, { node: RETRY });
		expect(submits()).toHaveLength(1);
		expect(error?.description).toContain(failureReason(said).toDo);
		expect(error?.description).toMatch(/Do not send it again unchanged.* Retry On Fail/);
	});
});
