import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';

import { HISTORY, cutOut } from '../operations.mts';
import { answer, connectionError, sent, servers, type Answer, type Sent } from './support/http.mts';
import { logs } from './support/logs.mts';
import { itemWith, png } from './support/pictures.mts';
import { N8N_URL } from './support/pausing.mts';
import { contextOf, retry } from './support/retry.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { API, PAID, playTtapi, type World, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const paths: readonly string[] = Object.values(PAID);
const submits = () => sent.filter(({ path }) => paths.includes(path));
const questions = () => sent.filter(({ path }) => path === HISTORY);

/** A job that TTAPI took although its answer got lost. */
interface LostJob {
	jobId: string;
	/** In ms since the test's start. */
	endsAt: number;
	/** What the history says of it. */
	row: Record<string, unknown>;
	/** What TTAPI echoes; undefined: nothing. */
	hookUrl?: unknown;
}

/** A TTAPI whose answers to a submit get lost, all of them or those of one prompt, until the test says otherwise. */
function losing(world: World & { lost?: Answer; of?: string } = {}) {
	const now: World & { lost?: Answer; of?: string } = { lost: { status: 504 }, ...world };
	const lostJobs: LostJob[] = [];
	const rowsAt = (at: number) => lostJobs.filter(({ endsAt }) => at >= endsAt);
	const jobs = playTtapi({
		...world,
		submit: (request, tries) =>
			now.submit?.(request, tries) ??
			(now.of === undefined || request.body.prompt === now.of ? now.lost : undefined),
		fetch: (request, looks) => {
			const found = lostJobs.find(({ jobId }) => jobId === request.query.jobId);
			if (!found) return now.fetch?.(request, looks);
			const { jobId, endsAt, row, hookUrl } = found;
			if (request.at < endsAt)
				return { json: { status: 'ON_QUEUE', jobId, message: '', data: { hookUrl } } };
			const data = { jobId, action: row.action, prompt: row.prompt, hookUrl, quota: 3 };
			return { json: { status: 'SUCCESS', jobId, message: 'success', data } };
		},
		history: (request, asked) => {
			const other = now.history?.(request, asked);
			if (other || lostJobs.length === 0) return other;
			const data = rowsAt(request.at).map(({ jobId, row }) => ({ job_id: jobId, ...row }));
			return { json: { status: 'SUCCESS', message: 'success', data } };
		},
	});
	return { now, jobs, lostJobs };
}

/** TTAPI has taken every submit, whose answer is lost; `job` changes what it knows of it. */
function losesTheAnswerOnly(
	seconds: number,
	job: (sent: Sent) => Partial<LostJob> = () => ({}),
	world: World = {},
) {
	const played = losing({
		...world,
		submit: (request) => {
			played.lostJobs.push({
				jobId: `lost-${played.lostJobs.length + 1}`,
				endsAt: request.at + seconds * 1000,
				hookUrl: request.body.hookUrl ?? '',
				row: { action: 'imagine', prompt: request.body.prompt, status: 2 },
				...job(request),
			});
			return connectionError('ECONNRESET');
		},
	});
	return played;
}

const imagine = async (prompts: string[] = ['a cat'], options: RunOptions = {}) =>
	await runWorkflow(workflowOf('imagine'), {
		n8nUrl: N8N_URL,
		items: prompts.map((prompt) => ({ prompt })),
		...options,
	});
const calledBack = { parameters: { waitForResult: 'callback' } };
const retried = (maxTries: number): Partial<INode> => ({
	retryOnFail: true,
	maxTries,
	waitBetweenTries: 0,
});

describe('a submit whose answer got lost', () => {
	test.each<[string, Answer]>([
		['a reset', connectionError('ECONNRESET')],
		['a timeout', connectionError('ETIMEDOUT')],
		['HTTP 500', { status: 500 }],
		['HTTP 502', { status: 502, body: '<html>' }],
		['HTTP 504', { status: 504 }],
		['no job id', { json: { status: 'SUCCESS', message: 'success', data: null } }],
	])('after %s is sent once, whatever runs the node again', async (_title, lost) => {
		losing({ lost });
		const first = await imagine(['a cat'], { node: retried(5) });
		expect(submits()).toHaveLength(1);
		expect(first.error?.message).toMatch(/may or may not exist/);
		expect(first.error?.context.itemIndex).toBe(0);
		await passes(60);
		const again = await retry(first);
		expect(submits()).toHaveLength(1);
		expect(again.error?.message).toBe(first.error?.message);
		expect(again.error?.description).toMatch(/not sent again/);
	});

	test.each(['poll', 'callback', 'none'])('is sent once with %s', async (waitForResult) => {
		losing();
		const { error } = await imagine(['a cat'], { parameters: { waitForResult }, node: retried(3) });
		expect(error?.message).toMatch(/may or may not exist/);
		expect(submits()).toHaveLength(1);
	});

	test('is sent once under "Continue", and the other items go on', async () => {
		const { jobs } = losing({ of: 'b' });
		const run = await imagine(['b', 'a', 'c'], {
			node: { ...retried(3), onError: 'continueRegularOutput' },
		});
		expect(submits().map(({ body }) => body.prompt)).toEqual(['b', 'a', 'c']);
		expect(run.items).toMatchObject([
			{ json: { error: { message: expect.stringMatching(/may or may not exist/) } } },
			{ json: { jobId: 'job-1' } },
			{ json: { jobId: 'job-2' } },
		]);
		expect(jobs).toHaveLength(2);
	});

	test('holds its slot while the history is asked: its job may be under way', async () => {
		losing({ of: 'b' });
		await imagine(['b', 'a'], {
			parameters: { options: { maxInFlight: 1 } },
			node: { onError: 'continueRegularOutput' },
		});
		const [, second] = submits();
		expect(second.body.prompt).toBe('a');
		expect(second.at).toBeGreaterThanOrEqual(questions().at(-1)!.at);
		expect(questions().length).toBeGreaterThan(1);
	});
});

describe('the history', () => {
	test('is asked for free at growing intervals, for two minutes at most', async () => {
		losing();
		await imagine();
		const asked = questions();
		expect(asked[0]).toMatchObject({
			method: 'GET',
			query: { page: '1', limit: '100', order: 'desc' },
		});
		expect(asked.at(-1)!.at).toBeGreaterThan(60_000);
		expect(asked.at(-1)!.at).toBeLessThanOrEqual(120_000);
		const gaps = asked.slice(1).map(({ at }, n) => at - asked[n].at);
		expect(gaps.at(-1)!).toBeGreaterThan(2 * gaps[0]);
	});

	test('is asked no longer than Max Wait', async () => {
		losing();
		await imagine(['a cat'], { parameters: { options: { maxWait: 20 } } });
		expect(questions().at(-1)!.at).toBeLessThanOrEqual(20_000);
	});

	test('is asked once more by each later attempt', async () => {
		losing();
		const first = await imagine();
		sent.length = 0;
		await retry(first);
		expect(questions()).toHaveLength(1);
	});

	test.each([
		['by prompt', (rows: object[]) => rows],
		['as { list, total }', (rows: object[]) => ({ list: rows, total: rows.length })],
	])('names the candidates: %s', async (_title, shape) => {
		const { now } = losing();
		const row = (job_id: string, prompt: string, more = {}) => ({
			job_id,
			prompt,
			action: 'imagine',
			status: 2,
			...more,
		});
		now.history = ({ at }) => ({
			json: {
				status: 'SUCCESS',
				data: shape(
					at < 30_000
						? []
						: [
								row('right', 'a cat'),
								row('spaced', ' a  cat\n'),
								row('other-prompt', 'a dog'),
								row('other-action', 'a cat', { action: 'upsample1' }),
								row('older', 'a cat', { created_at: '2025-12-31T23:58:00Z' }),
								row('old', 'a cat', { created_at: 1_767_225_600 - 3600 }),
								row('since', 'a cat', { created_at: '2026-01-01T00:00:10.000Z' }),
							],
				),
			},
		});
		const { error } = await imagine();
		for (const jobId of ['right', 'spaced', 'since'])
			expect(error?.description).toMatch(new RegExp(`\\b${jobId}\\b`));
		for (const jobId of ['other-prompt', 'other-action', 'older', 'old,'])
			expect(error?.description).not.toContain(jobId);
		expect(error?.description).toMatch(/Job > Wait/);
		// They end the search.
		expect(questions().at(-1)!.at).toBeLessThan(60_000);
		expect(submits()).toHaveLength(1);
	});

	test('names no job that is known to be that of another item', async () => {
		const { now, jobs } = losing({ seconds: 5 });
		let submits = 0;
		// The same prompt twice: the second answer is lost, and its job with it.
		now.submit = () => (++submits === 2 ? { status: 504 } : undefined);
		now.lost = undefined;
		const { error } = await imagine(['a cat', 'a cat']);
		expect(jobs).toHaveLength(1);
		expect(error?.description).toMatch(/does not have it so far/);
		expect(error?.description).toMatch(/job-1 \(item 0\)/);
	});

	test.each([
		['404', refused(404), ['GET']],
		// One of TTAPI's pages says that the history is asked for by POST.
		['405', refused(405), ['GET', 'POST']],
		['200 without rows', { json: { status: 'FAILED', message: 'no', data: null } }, ['GET']],
	] as Array<[string, Answer, string[]]>)(
		'that the host does not have (%s) is asked once',
		async (_t, history, methods) => {
			losing({ history: () => history });
			answer('POST', API + HISTORY, history);
			const { error } = await imagine();
			expect(questions().map(({ method }) => method)).toEqual(methods);
			expect(error?.message).toMatch(/may or may not exist/);
			expect(error?.description).toMatch(/dashboard/);
		},
	);

	test.each([
		['HTTP 503', { status: 503 }],
		['a web page', { status: 200, body: '<html>' }],
		['a reset', connectionError('ECONNRESET')],
	] as Array<[string, Answer]>)('that is broken (%s) is asked again', async (_title, history) => {
		const { now } = losing();
		now.history = (_sent, asked) => (asked < 4 ? history : undefined);
		const { error } = await imagine();
		expect(questions().length).toBeGreaterThan(4);
		expect(error?.message).toMatch(/may or may not exist/);
		expect(error?.description).toMatch(/does not have it so far/);
	});

	test('that stays broken says nothing: the error says where to look', async () => {
		losing({ history: () => ({ status: 503 }) });
		const { error } = await imagine();
		expect(error?.description).toMatch(/dashboard/);
		expect(questions().at(-1)!.at).toBeLessThanOrEqual(120_000);
	});

	test.each<[OperationName, string, object, IDataObject]>([
		['action', 'upsample1', { jobId: 'grid' }, { action: 'upsample1' }],
		[
			'blend',
			'blend',
			itemWith({ data: png(10, 10), more: png(20, 20) }),
			{ binaryPropertyName: 'data, more' },
		],
		['describe', 'describe', itemWith({ data: png() }), {}],
		['getSeed', 'seed', { jobId: 'grid' }, {}],
	])(
		'names jobs of the same action where there is no prompt: %s',
		async (operation, action, item, parameters) => {
			losing({
				before: { grid: ['upsample1'] },
				history: () => ({
					json: {
						data: [
							{ job_id: 'right', action, prompt: 'what TTAPI has made of it' },
							{ job_id: 'wrong', action: 'reroll', prompt: '' },
						],
					},
				}),
			});
			const { error } = await runWorkflow(workflowOf(operation), {
				items: [item as never],
				parameters,
			});
			expect(error?.description).toMatch(/\bright\b/);
			expect(error?.description).not.toMatch(/\bwrong\b/);
		},
	);
});

describe('a job is adopted', () => {
	test('where TTAPI repeats the address that only its submit had', async () => {
		const { lostJobs } = losesTheAnswerOnly(30);
		const run = await imagine(['a cat', 'a cat'], calledBack);
		expect(run.status).toBe('success');
		expect(run.items.map(({ json }) => [json.jobId, json.status])).toEqual([
			['lost-1', 'SUCCESS'],
			['lost-2', 'SUCCESS'],
		]);
		expect(submits()).toHaveLength(2);
		expect(new Set(lostJobs.map(({ hookUrl }) => hookUrl)).size).toBe(2);
		const known = logs.filter(({ level }) => level === 'info').map(({ message }) => message);
		expect(known.join()).toMatch(/lost-1.*lost-2|lost-2.*lost-1/);
		expect(JSON.stringify(contextOf(run))).not.toContain('lost-');
	});

	test('also where TTAPI has translated the prompt', async () => {
		losesTheAnswerOnly(30, () => ({ row: { action: 'imagine', prompt: 'eine Katze' } }));
		const run = await imagine(['a cat'], calledBack);
		expect(run.items).toMatchObject([{ json: { jobId: 'lost-1' } }]);
	});

	test('although others have its prompt, and end earlier', async () => {
		const { lostJobs } = losesTheAnswerOnly(60);
		lostJobs.push({
			jobId: 'other',
			endsAt: 0,
			hookUrl: '',
			row: { action: 'imagine', prompt: 'a cat', status: 2 },
		});
		const run = await imagine(['a cat'], calledBack);
		expect(run.items).toMatchObject([{ json: { jobId: 'lost-2', status: 'SUCCESS' } }]);
	});

	test('by a Retry, in another execution with another address', async () => {
		const { lostJobs } = losesTheAnswerOnly(300);
		const first = await imagine(['a cat'], calledBack);
		expect(first.error?.description).toMatch(/does not have it so far/);
		await passes(300);
		const again = await retry(first);
		expect(again.items).toMatchObject([{ json: { jobId: 'lost-1', status: 'SUCCESS' } }]);
		expect(submits()).toHaveLength(1);
		expect(lostJobs).toHaveLength(1);
	});

	test('and the execution pauses for the others', async () => {
		const { now } = losesTheAnswerOnly(20, undefined, { seconds: 9999 });
		const lose = now.submit!;
		now.lost = undefined;
		now.submit = (request, tries) =>
			request.body.prompt === 'b' ? lose(request, tries) : undefined;
		const run = await imagine(['a', 'b'], calledBack);
		expect(run.status).toBe('waiting');
		expect(run.items.map(({ json }) => [json.jobId, json.status])).toEqual([
			['job-1', 'ON_QUEUE'],
			['lost-1', 'SUCCESS'],
		]);
	});
});

describe('a job is not adopted, but named,', () => {
	test.each<[string, () => Partial<LostJob>]>([
		['where TTAPI does not repeat the address', () => ({ hookUrl: undefined })],
		['where it says that it has none', () => ({ hookUrl: null })],
		['where it says an empty one', () => ({ hookUrl: '' })],
	])('%s', async (_title, job) => {
		losesTheAnswerOnly(30, job);
		const { error } = await imagine(['a cat'], calledBack);
		expect(error?.message).toMatch(/may or may not exist/);
		expect(error?.description).toMatch(/\blost-1\b/);
		expect(submits()).toHaveLength(1);
	});

	test('where the node polls', async () => {
		losesTheAnswerOnly(30);
		const { error } = await imagine();
		expect(error?.description).toMatch(/\blost-1\b/);
	});

	test('where the callback URL is the own one of a user, which goes out as it is', async () => {
		const hookUrl = 'https://user.example.com/hook?a=b&job=c#d';
		losesTheAnswerOnly(30);
		const { error } = await imagine(['a cat'], { parameters: { options: { hookUrl } } });
		expect(submits()[0].body.hookUrl).toBe(hookUrl);
		expect(error?.description).toMatch(/\blost-1\b/);
	});
});

describe('a job is neither adopted nor named', () => {
	test('whose address is that of another submit', async () => {
		const other = `${N8N_URL}/webhook-waiting/execution?signature=x&job=5a1f8a86-3a3a-4a3a-8a3a-3a3a3a3a3a3a`;
		losesTheAnswerOnly(30, () => ({ hookUrl: other }));
		const { error } = await imagine(['a cat'], calledBack);
		expect(error?.description).not.toContain('lost-1');
		expect(error?.description).toMatch(/does not have it so far/);
	});
});

describe('it is submitted again', () => {
	const minutes = (n: number) => n * 60;
	const page = (data: unknown): Answer => ({ json: { status: 'SUCCESS', data } });
	const row = (n: number, more = {}) => ({
		job_id: `known-${n}`,
		action: 'imagine',
		prompt: `p ${n}`,
		status: 2,
		...more,
	});
	const rows = (count: number, more = {}) => Array.from({ length: count }, (_, n) => row(n, more));

	/** A Retry so many seconds after the doubtful submit, with a history that says this. */
	async function retryAfter(seconds: number, history: Answer | undefined, parameters = {}) {
		const { now } = losing();
		const first = await imagine(['a cat'], { parameters });
		await passes(seconds - sent.at(-1)!.at / 1000);
		now.lost = undefined;
		now.history = () => history;
		const again = await retry(first);
		return { again, isSentAgain: submits().length === 2 };
	}

	test.each(['poll', 'callback', 'none'])(
		'after an hour without any trace of it, once: %s',
		async (waitForResult) => {
			const { again, isSentAgain } = await retryAfter(minutes(60) + 60, page([]), {
				waitForResult,
			});
			expect(isSentAgain).toBe(true);
			expect(again.items).toMatchObject([{ json: { jobId: 'job-1' } }]);
		},
	);

	test('never earlier', async () => {
		const { again, isSentAgain } = await retryAfter(minutes(60) - 60, page([]));
		expect(isSentAgain).toBe(false);
		expect(again.error?.description).toMatch(/an hour or more/);
	});

	test.each<[string, Answer, boolean]>([
		['which the host does not have', refused(404), false],
		['which is broken', { status: 503 }, false],
		['which refuses the key', refused(401), false],
		['with an unknown job of the same action', page([row(1)]), false],
		['with an unknown job whose action it does not say', page([{ job_id: 'x' }]), false],
		['with the same prompt', page([row(1, { prompt: 'a cat' })]), false],
		['with an older job only', page([row(1, { created_at: '2025-12-31T23:00:00Z' })]), true],
		['with an unknown job of another action', page([row(1, { action: 'upsample1' })]), false],
		['with a full page of jobs, whose times it does not say', page(rows(100)), false],
		[
			'with a full page of younger jobs',
			page(rows(100, { created_at: '2026-01-01T00:10:00Z' })),
			false,
		],
		[
			'with a full page that reaches back to before the submit',
			page([
				...rows(50, { created_at: '2025-12-31T23:30:00Z' }),
				...rows(50, { created_at: '2025-12-31T23:00:00Z' }),
			]),
			true,
		],
		['with a row that nobody can read', page([null]), false],
	])('only if the history proves it: %s', async (_title, history, isProof) => {
		const { again, isSentAgain } = await retryAfter(minutes(70), history);
		expect(isSentAgain).toBe(isProof);
		expect(again.status).toBe(isProof ? 'success' : 'error');
	});

	test.each<[OperationName, INodeExecutionData | IDataObject]>([
		['edit', itemWith({ data: cutOut() }, { prompt: 'a cat' })],
		['video.create', { prompt: 'a cat', imageUrl: 'https://example.com/a.png' }],
	])('never, where the history may not list it: %s', async (operation, item) => {
		const { now } = losing({ history: () => page([]) });
		const first = await runWorkflow(workflowOf(operation), { items: [item] });
		await passes(minutes(120));
		now.lost = undefined;
		const again = await retry(first);
		expect(submits()).toHaveLength(1);
		expect(again.error?.message).toMatch(/may or may not exist/);
		expect(again.error?.description).toMatch(/dashboard/);
	});

	test('and a doubtful answer to that is remembered in its place', async () => {
		const { now } = losing();
		const first = await imagine();
		await passes(minutes(65));
		const second = await retry(first);
		expect(submits()).toHaveLength(2);
		now.lost = undefined;
		const third = await retry(second);
		expect(third.error?.message).toMatch(/may or may not exist/);
		expect(submits()).toHaveLength(2);
	});
});

describe("n8n's clock is not TTAPI's", () => {
	const HOUR = 3_600_000;
	const clocks: Array<[string, number]> = [
		['90 s fast', -90_000],
		['an hour fast', -HOUR],
		['an hour slow', HOUR],
	];
	const saysDate = [true, false];

	/** A TTAPI whose clock is that far ahead, and which has taken the job. */
	function off(aheadMs: number, says: boolean, seconds: number) {
		servers.aheadMs = says ? aheadMs : undefined;
		const submittedAt = new Date(Date.now() + aheadMs).toISOString();
		return losesTheAnswerOnly(seconds, ({ body }) => ({
			row: { action: 'imagine', prompt: body.prompt, status: 2, created_at: submittedAt },
		}));
	}

	describe.each(clocks)('%s', (_title, aheadMs) => {
		test.each(saysDate)('a Retry pays nothing twice (TTAPI says the date: %s)', async (says) => {
			const { now } = off(aheadMs, says, 1800);
			const first = await imagine();
			await passes(2 * 3600);
			now.submit = undefined;
			now.lost = undefined;
			const again = await retry(first);
			expect(submits()).toHaveLength(1);
			expect(again.error?.description).toMatch(/\blost-1\b/);
		});

		test.each(saysDate)('a pause finds its own job (TTAPI says the date: %s)', async (says) => {
			off(aheadMs, says, 30);
			const { items } = await imagine(['a cat'], calledBack);
			expect(items).toMatchObject([{ json: { jobId: 'lost-1', status: 'SUCCESS' } }]);
		});
	});
});

test('an edited prompt is a new job, also after a doubtful submit', async () => {
	const { now } = losing();
	const first = await imagine();
	now.lost = undefined;
	const again = await retry(first, { parameters: { prompt: 'a dog' } });
	expect(again.items).toMatchObject([{ json: { jobId: 'job-1', prompt: 'a dog' } }]);
});

describe('Stop while the history is searched', () => {
	test.each<[string, World['history']]>([
		['which has nothing yet', undefined],
		['which does not answer', () => () => new Promise(() => {})],
		['which is broken', () => ({ status: 503, headers: { 'retry-after': '100' } })],
	])(
		'%s: it ends within a second, and says which items and jobs there are',
		async (_title, history) => {
			const { now } = losing({ of: 'b', seconds: 300 });
			now.history = history;
			let stopped = { at: 0, requests: 0 };
			const run = await imagine(['a', 'b'], {
				during: ({ cancel }) => {
					setTimeout(() => {
						stopped = { at: Date.now(), requests: sent.length };
						cancel();
					}, 25_000);
				},
			});
			expect(run.saved).toEqual(['canceled']);
			expect(Date.now() - stopped.at).toBeLessThanOrEqual(1000);
			expect(sent.slice(stopped.requests)).toEqual([]);
			expect(logs.filter(({ level }) => level === 'warn')).toMatchObject([
				{ meta: { jobIds: ['job-1'], itemsUnderWay: [1] } },
			]);
		},
	);
});
