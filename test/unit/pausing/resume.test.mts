import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';

import { answerWith, waitingBody } from '../support/bodies.mts';
import { callBack, callbackFor, ttapi, type Look } from '../support/callbacks.mts';
import { file } from '../support/downloads.mts';
import { API_KEY } from '../support/fakeHttp.mts';
import { FakeResponse } from '../support/fakeResponse.mts';
import { askedFor, useFakeTime, type FakeCall } from '../support/fakeWebhook.mts';
import { pauseFor, unfinished } from '../support/pauses.mts';

beforeEach(() => void useFakeTime());
afterEach(() => {
	jest.useRealTimers();
	jest.restoreAllMocks();
});

/** Jobs in the order of their ids, the first one submitted first. */
const oneByOne = (ids: string[]) =>
	ids.map((jobId, index) => unfinished(jobId, index, { age: 100 - index }));

const all = (ids: string[], look: Look) => Object.fromEntries(ids.map((jobId) => [jobId, look]));

const AB = ['a', 'b'];

describe('a callback resumes the execution', () => {
	test('when all its jobs have ended: n8n answers once it goes on', async () => {
		const called = await callBack(pauseFor(AB), all(AB, 'SUCCESS'), { body: callbackFor('b') });
		expect(called.items?.map(({ json }) => [json.jobId, json.status])).toEqual([
			...[
				['a', 'SUCCESS'],
				['b', 'SUCCESS'],
			],
		]);
		expect(called.result.noWebhookResponse).toBeUndefined();
		expect(called.result.webhookResponse).toEqual({ message: expect.any(String) });
		expect(called.answered).toBeUndefined();
	});

	test('not when another job has not ended', async () => {
		const called = await callBack(
			pauseFor(AB),
			{ a: 'ON_QUEUE', b: 'SUCCESS' },
			{ body: callbackFor('b') },
		);
		expect(called).toMatchObject({ items: undefined, answered: 200 });
		expect(called.result.noWebhookResponse).toBe(true);
	});

	test('not because it says so: TTAPI is asked', async () => {
		const called = await callBack(pauseFor(['a']), { a: 'ON_QUEUE' }, { body: callbackFor('a') });
		expect(called).toMatchObject({ items: undefined, answered: 200 });
	});

	test('with what TTAPI says, not with what the caller says', async () => {
		const body = { status: 'FAILED', jobId: 'a', message: 'forged', data: { jobId: 'a' } };
		const called = await callBack(pauseFor(['a']), { a: 'SUCCESS' }, { body });
		expect(called.items).toMatchObject([{ json: { jobId: 'a', status: 'SUCCESS' } }]);
		expect(JSON.stringify(called.items)).not.toMatch(/forged/);
	});

	test('not where the paused node has stored nothing', async () => {
		const called = await callBack(undefined, {}, { body: callbackFor('a') });
		expect(called).toMatchObject({ items: undefined, answered: 200, asked: [] });
	});
});

/** Everything that anybody may post to the resume URL. */
const FOREIGN: Array<[string, unknown]> = [
	['the job of another node', callbackFor('of another node')],
	['nothing', {}],
	['a list', []],
	['a text', 'callback'],
	['a number', 42],
	['null, which is valid JSON', null],
	['no body at all', undefined],
	['a yes', true],
	['no data', { status: 'SUCCESS', data: null }],
	['an object as the id', { jobId: { toString: 'a' }, data: [] }],
	['a list as the id', { jobId: ['a'] }],
	['a key that is none', JSON.parse('{"__proto__": {"jobId": "a"}, "constructor": "a"}')],
	['an id in other letters', { jobId: 'A' }],
	['an id with a space', { jobId: ' a' }],
	['a very long id', { jobId: 'a'.repeat(100_000) }],
];

describe('a callback for no job of this pause', () => {
	test.each(FOREIGN)('(%s) is told 200, and the execution goes on waiting', async (_, body) => {
		const called = await callBack(pauseFor(['a']), { a: 'ON_QUEUE' }, { body });
		expect(called).toMatchObject({ items: undefined, answered: 200, asked: ['a'] });
	});

	test.each(FOREIGN)(
		'(%s) makes the node look at its own jobs: it goes on when they have ended',
		async (_, body) => {
			const called = await callBack(pauseFor(['a']), { a: 'SUCCESS' }, { body });
			expect(called.items).toMatchObject([{ json: { jobId: 'a' } }]);
		},
	);

	test('never makes the node ask for the job that it names', async () => {
		const called = await callBack(pauseFor(AB), all(AB, 'ON_QUEUE'), {
			body: callbackFor('other'),
		});
		expect(called.asked).not.toContain('other');
	});
});

describe('several callbacks to one pause', () => {
	const IDS = ['a', 'b', 'c', 'd', 'e'];

	test('at the same moment ask for each job once, and resume the execution once', async () => {
		const pause = pauseFor(oneByOne(IDS));
		const calling = IDS.map(
			async (jobId) =>
				await callBack(pause, all(IDS, 'SUCCESS'), {
					body: callbackFor(jobId),
					credentialId: 'one',
				}),
		);
		const called = await Promise.all(calling);
		expect(called.flatMap(({ asked }) => asked).sort()).toEqual(IDS);
		expect(called.filter(({ items }) => items !== undefined)).toHaveLength(1);
		expect(called.every(({ answered = 200 }) => answered === 200)).toBe(true);
	});

	test('one after the other do not ask again for a job that was seen ended', async () => {
		const pause = pauseFor(AB);
		const first = await callBack(
			pause,
			{ a: 'SUCCESS', b: 'ON_QUEUE' },
			{ body: callbackFor('a') },
		);
		const second = await callBack(pause, all(AB, 'SUCCESS'), { body: callbackFor('b') });
		expect([first.asked, second.asked]).toEqual([['a', 'b'], ['b']]);
		expect(second.items).toHaveLength(2);
	});

	test('ask again for a job that TTAPI could not be asked for', async () => {
		const pause = pauseFor(AB);
		const first = await callBack(
			pause,
			{ a: [500, 500, 'SUCCESS'], b: 'SUCCESS' },
			{ body: callbackFor('b') },
		);
		expect(first.asked).toEqual(['b', 'a', 'a', 'a']);
		expect(first.items).toHaveLength(2);
	});

	test('ask again for a job whose time was over: it may have ended since', async () => {
		const jobs = [
			unfinished('a', 0, { age: 200, settings: { maxWaitMs: 150_000 } }),
			unfinished('b', 1, { age: 100 }),
			unfinished('c', 2, { age: 90 }),
		];
		const pause = pauseFor(jobs);
		const looks = { a: ['ON_QUEUE', 'SUCCESS'], b: 'SUCCESS', c: ['ON_QUEUE', 'SUCCESS'] };
		const api = ttapi(looks as never);
		await callBack(pause, {}, { api, body: callbackFor('a') });
		const { items } = await callBack(pause, {}, { api, body: callbackFor('c') });
		expect(items?.map(({ json }) => json.status)).toEqual(Array(3).fill('SUCCESS'));
	});

	test('ask again for all after ten minutes: the links of results do not last for ever', async () => {
		const settings = { maxWaitMs: 3_600_000 };
		const jobs = AB.map((jobId, index) => unfinished(jobId, index, { settings }));
		const pause = pauseFor(jobs, { until: Date.now() + 3_600_000 });
		await callBack(pause, { a: 'SUCCESS', b: 'ON_QUEUE' }, { body: callbackFor('a') });
		await jest.advanceTimersByTimeAsync(10 * 60_000);
		const second = await callBack(pause, all(AB, 'SUCCESS'), { body: callbackFor('b') });
		expect([...second.asked].sort()).toEqual(AB);
	});
});

describe('the jobs are looked at', () => {
	const IDS = ['a', 'b', 'c', 'd', 'e'];
	const pause = () => pauseFor(oneByOne(IDS));
	const first = async (body: unknown, looks: Record<string, Look | Look[]>) =>
		await callBack(pause(), { ...all(IDS, 'SUCCESS'), ...looks }, { body });

	test('the called one first, then the youngest, then all others, each once', async () => {
		const { asked, items } = await first(callbackFor('b'), {});
		expect(asked.slice(0, 2)).toEqual(['b', 'e']);
		expect([...asked].sort()).toEqual(IDS);
		expect(items).toHaveLength(5);
	});

	test('the youngest first where none of them is called', async () => {
		const { asked } = await first({}, {});
		expect(asked[0]).toBe('e');
		expect([...asked].sort()).toEqual(IDS);
	});

	test('the youngest by its submit, not by its place', async () => {
		const jobs = [90, 20, 50].map((age, index) => unfinished('abc'[index], index, { age }));
		const { asked } = await callBack(pauseFor(jobs), { b: 'ON_QUEUE' });
		expect(asked).toEqual(['b']);
	});

	test.each<[string, unknown, Record<string, Look>, string[]]>([
		['the called one', callbackFor('b'), { b: 500 }, ['b']],
		['the youngest', callbackFor('b'), { e: 'ON_QUEUE' }, ['b', 'e']],
		['the youngest, where none is called', {}, { e: 'ON_QUEUE' }, ['e']],
		['the called one, which is the youngest', callbackFor('e'), { d: 'ON_QUEUE' }, ['e', 'd']],
	])('no further where %s has not ended', async (_title, body, looks, asked) => {
		const called = await first(body, looks);
		expect([...new Set(called.asked)]).toEqual(asked);
		expect(called.items).toBeUndefined();
	});

	test('one that is said to have ended again and again for some seconds: fetch may lag behind', async () => {
		const called = await first(callbackFor('c'), { c: ['ON_QUEUE', 'ON_QUEUE', 'SUCCESS'] });
		expect(called.asked.slice(0, 4)).toEqual(['c', 'c', 'c', 'e']);
		expect(called.items).toHaveLength(5);
		expect(called.tookMs).toBeLessThan(5_000);
	});

	test('one that stays unfinished not for ever: its callback is answered, and the call ends', async () => {
		const called = await first(callbackFor('c'), { c: 'ON_QUEUE' });
		expect(called).toMatchObject({ items: undefined, answered: 200 });
		expect(called.answeredMs).toBeLessThanOrEqual(2_000);
		expect(called.asked.length).toBeGreaterThan(5);
		expect(called.tookMs).toBeLessThan(11_000);
	});

	test('one that is not called only once: it may run for minutes', async () => {
		const called = await first(callbackFor('c'), { e: 'ON_QUEUE' });
		expect(called.asked).toEqual(['c', 'e']);
		expect(called.tookMs).toBeLessThan(500);
	});

	test('10 at once at most', async () => {
		const ids = Array.from({ length: 40 }, (_, n) => `job${n}`);
		let now = 0;
		let most = 0;
		const answers = ttapi(all(ids, 'SUCCESS'));
		const api: FakeCall['api'] = async (request) => {
			most = Math.max(most, ++now);
			await new Promise((resolve) => setTimeout(resolve, 300));
			now--;
			return answers(request);
		};
		const { items } = await callBack(pauseFor(oneByOne(ids)), {}, { api });
		expect(items).toHaveLength(40);
		expect(most).toBeGreaterThan(1);
		expect(most).toBeLessThanOrEqual(10);
	});

	test('again where a look did not work, before the callback is answered', async () => {
		const { items } = await first(callbackFor('b'), { a: [502, 'SUCCESS'], b: [429, 'SUCCESS'] });
		expect(items).toHaveLength(5);
	});

	test('in no other way than each by its own id', async () => {
		const { apiRequests } = await first(callbackFor('c'), {});
		expect(apiRequests).toHaveLength(5);
		for (const { url } of apiRequests) expect(url).toMatch(/\/fetch$/);
	});
});

const TROUBLE: Array<[string, Look]> = [
	['HTTP 500', 500],
	['HTTP 502', 502],
	['HTTP 429', 429],
	['a broken connection', Object.assign(new Error('reset'), { code: 'ECONNRESET' })],
	['a refused connection', Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })],
	['an answer without a status', { jobId: 'a', message: 'hello' }],
	['an answer about another job', callbackFor('other')],
	['a refused key', 401],
	['a blocked account', 403],
];

describe.each(TROUBLE)('%s', (_title, look) => {
	/** The jobs that a callback for job a leads to, up to the one with trouble. */
	const AT: Array<[string, string[], string]> = [
		['the called job', ['a'], 'a'],
		['the youngest job', ['a', 'b'], 'b'],
		['one of the other jobs', ['a', 'b', 'c'], 'b'],
	];

	test.each(AT)('at %s for a short while: the execution is resumed', async (_, ids, at) => {
		const looks = { ...all(ids, 'SUCCESS'), [at]: [look, 'SUCCESS'] as Look[] };
		const called = await callBack(pauseFor(oneByOne(ids)), looks, { body: callbackFor('a') });
		expect(called.items).toHaveLength(ids.length);
		expect(called.answered).toBeUndefined();
		expect(called.tookMs).toBeLessThan(2_000);
	});

	test.each(AT)('at %s for 7 s: answered in time, then resumed', async (_, ids, at) => {
		const answers = ttapi(all(ids, 'SUCCESS'));
		const trouble = ttapi({ [at]: look });
		const began = Date.now();
		const called = await callBack(
			pauseFor(oneByOne(ids)),
			{},
			{
				body: callbackFor('a'),
				api: (request) => {
					const isDown = Date.now() < began + 7_000 && askedFor([request])[0] === at;
					return (isDown ? trouble : answers)(request);
				},
			},
		);
		expect(called).toMatchObject({ answered: 200, result: { noWebhookResponse: true } });
		expect(called.answeredMs).toBeLessThanOrEqual(2_000);
		expect(called.items).toHaveLength(ids.length);
		expect(called.tookMs).toBeLessThan(11_000);
	});

	test.each(AT)('at %s for long: answered in time, and the call ends', async (_, ids, at) => {
		const looks = { ...all(ids, 'SUCCESS'), [at]: look };
		const called = await callBack(pauseFor(oneByOne(ids)), looks, { body: callbackFor('a') });
		expect(called).toMatchObject({ items: undefined, answered: 200 });
		expect(called.answeredMs).toBeLessThanOrEqual(2_000);
		expect(called.tookMs).toBeLessThan(11_000);
	});

	test('is over with the next callback', async () => {
		const pause = pauseFor(['a']);
		await callBack(pause, { a: look }, { body: callbackFor('a') });
		const called = await callBack(pause, { a: 'SUCCESS' }, { body: callbackFor('a') });
		expect(called.items).toHaveLength(1);
	});
});

test('of several callbacks that cannot be settled one call stays open, and resumes', async () => {
	const pause = pauseFor(AB);
	const began = Date.now();
	const answers = ttapi(all(AB, 'SUCCESS'));
	const api: FakeCall['api'] = (request) =>
		Date.now() < began + 6_000 ? { statusCode: 502, body: {} } : answers(request);
	const calls = await Promise.all(
		['a', 'b', 'a', 'b'].map(
			async (jobId) => await callBack(pause, {}, { api, body: callbackFor(jobId) }),
		),
	);
	expect(calls.map(({ answered }) => answered)).toEqual([200, 200, 200, 200]);
	expect(calls.filter(({ tookMs }) => tookMs > 2_500)).toHaveLength(1);
	expect(calls.filter(({ items }) => items)).toHaveLength(1);
});

describe('a call of the watch', () => {
	test('for this pause resumes the execution', async () => {
		const pause = pauseFor(AB);
		const called = await callBack(pause, all(AB, 'SUCCESS'), { body: { pauseId: pause.id } });
		expect(called.items).toHaveLength(2);
	});

	test.each(['another pause', '', null, 1])(
		'for another pause is told that it is over: %j',
		async (pauseId) => {
			const called = await callBack(pauseFor(AB), all(AB, 'SUCCESS'), { body: { pauseId } });
			expect(called).toMatchObject({ items: undefined, answered: 409, asked: [] });
		},
	);

	test('is believed as little as a callback', async () => {
		const pause = pauseFor(AB);
		const called = await callBack(pause, all(AB, 'ON_QUEUE'), { body: { pauseId: pause.id } });
		expect(called).toMatchObject({ items: undefined, answered: 200 });
	});
});

describe('of several callbacks at the same moment', () => {
	test.each([2, 3, 10])('%i: one resumes, the others are told 200', async (count) => {
		const pause = pauseFor(AB);
		const calls = await Promise.all(
			Array.from({ length: count }, async () => await callBack(pause, all(AB, 'SUCCESS'))),
		);
		expect(calls.filter(({ items }) => items)).toHaveLength(1);
		const losers = calls.filter(({ items }) => !items);
		expect(losers.map(({ answered }) => answered)).toEqual(Array(count - 1).fill(200));
	});

	test('each with downloads: the files are downloaded once', async () => {
		const pause = pauseFor([unfinished('a', 0, { settings: { download: 'grid' } })]);
		const download = async () => file();
		const calls = await Promise.all(
			[1, 2, 3].map(async () => await callBack(pause, { a: 'SUCCESS' }, { download })),
		);
		expect(calls.flatMap(({ downloads }) => downloads)).toHaveLength(1);
		expect(calls.map(({ answered }) => answered)).toEqual([200, 200, 200]);
	});

	test('each pause of an execution is resumed by itself', async () => {
		const pauses = [pauseFor(['a']), pauseFor(['a'])];
		for (const pause of pauses) {
			expect((await callBack(pause, { a: 'SUCCESS' })).items).toHaveLength(1);
		}
	});
});

describe('a pause that was resumed', () => {
	test.each([
		['is not resumed again where n8n went on', 200, undefined],
		['is resumed by the next callback where n8n could not go on: 409', 409, 1],
		['is resumed by the next callback where n8n could not go on: 500', 500, 1],
	])('%s', async (_title, status, items) => {
		const pause = pauseFor(['a']);
		const first = await callBack(pause, { a: 'SUCCESS' });
		expect(first.items).toHaveLength(1);
		first.response.answeredByN8n(status);
		const next = await callBack(pause, { a: 'SUCCESS' });
		expect(next.items?.length).toBe(items);
		expect(next.answered).toBe(items ? undefined : 200);
	});
});

describe('near the end of its time', () => {
	const until = (ms: number) => pauseFor(['a'], { until: Date.now() + ms });

	test.each([60_000, 100])(
		'%i ms after it the execution is left to n8n, which ends the pause by itself',
		async (ms) => {
			const called = await callBack(until(-ms), { a: 'SUCCESS' });
			expect(called).toMatchObject({ items: undefined, answered: 200 });
		},
	);

	test.each([500, 60_000])('%i ms before it the execution is resumed', async (ms) => {
		expect((await callBack(until(ms), { a: 'SUCCESS' })).items).toHaveLength(1);
	});

	test('nothing is downloaded after it', async () => {
		const jobs = [unfinished('a', 0, { settings: { download: 'grid' } })];
		const pause = pauseFor(jobs, { until: Date.now() - 100 });
		const called = await callBack(pause, { a: 'SUCCESS' }, { download: () => file() });
		expect(called).toMatchObject({ items: undefined, answered: 200, downloads: [] });
	});

	test('nothing is resumed where n8n was held up until after it', async () => {
		const pause = pauseFor([unfinished('a', 0, { settings: { download: 'grid' } })], {
			until: Date.now() + 20_000,
		});
		const download = async () => {
			jest.setSystemTime(Date.now() + 25_000);
			return file();
		};
		const called = await callBack(pause, { a: 'SUCCESS' }, { download });
		expect(called.result).toEqual({ noWebhookResponse: true });
	});
});

describe('whatever fails, nothing is thrown, and the execution goes on waiting:', () => {
	const broken = { ...pauseFor(['a']), items: [null] } as never;

	test.each<[string, FakeCall, ReturnType<typeof pauseFor>?]>([
		['the credential is missing', { credentialError: new Error('Credential not found') }],
		['the credential has no key', { credential: { apiKey: '' } }],
		['the address of the credential is empty', { credential: { baseUrl: '' } }],
		[
			'n8n gives no context of the node',
			{
				evaluate: () => {
					throw new TypeError('no context');
				},
			},
		],
		['the stored pause is broken', {}, broken],
		[
			'something else than an error is thrown',
			{
				evaluate: () => {
					throw 'text';
				},
			},
		],
	])('%s', async (_title, given, pause = pauseFor(['a'])) => {
		const called = await callBack(pause, { a: 'SUCCESS' }, given);
		expect(called).toMatchObject({ items: undefined, answered: 200 });
		expect(called.answeredMs).toBeLessThanOrEqual(2_000);
		expect(called.logger.error).toHaveBeenCalledTimes(1);
		expect(JSON.stringify(called.logger.error.mock.calls)).not.toContain(API_KEY);
	});

	test('the caller has its answer already', async () => {
		const sent = new FakeResponse();
		sent.answeredByN8n(200);
		const called = await callBack(pauseFor(['a']), { a: 'ON_QUEUE' }, { response: sent });
		expect(called.result).toEqual({ noWebhookResponse: true });
	});

	test.each(['none', 'grid'] as const)(
		'the items cannot be made: the next call may (download %s)',
		async (download) => {
			const pause = pauseFor([unfinished('a', 0, { settings: { download } })]);
			const looks = { a: 'FAILED' as const };
			const called = await callBack({ ...pause, submitted: null as never }, looks);
			expect(called).toMatchObject({ items: undefined, answered: 200 });
			expect((await callBack(pause, looks)).items).toHaveLength(1);
		},
	);

	test('the credential cannot be read for some seconds: the execution is resumed all the same', async () => {
		let tries = 0;
		const called = await callBack(
			pauseFor(['a']),
			{ a: 'SUCCESS' },
			{ credentialError: new Error('busy'), credentialFails: () => ++tries < 3 },
		);
		expect(called.answered).toBe(200);
		expect(called.items).toHaveLength(1);
	});
});

describe('the paused node is found by its name', () => {
	test.each([
		'TTAPI Midjourney',
		`it's "quoted" and \`ticked\``,
		'}} braces {{',
		'{{ $json.prompt }}',
		'back\\slash\\',
		'\\u0041',
		'$("other")',
		'two\nlines\r\n',
		'line\u2028separator',
		'🎨 Bilder für Zoë 図',
		'</script>',
		'${1 + 1}',
		'',
	])('%j', async (name) => {
		const pause = pauseFor(['a']);
		const asked: unknown[] = [];
		const evaluate = (expression: string) => {
			const { inner } = /^\{\{(?<inner>[^]*)\}\}$/.exec(expression)!.groups!;
			// What ends an expression for n8n must not be in it.
			expect(inner).not.toMatch(/[{}]/);
			const $ = (node: unknown) => (asked.push(node), { context: { pause } });
			const $execution = { resumeUrl: 'https://n8n.example.com/webhook-waiting/1' };
			return new Function('$', '$execution', `return ${inner}`)($, $execution) as unknown;
		};
		const called = await callBack(pause, { a: 'SUCCESS' }, { evaluate, node: { name } });
		expect(asked).toEqual([name]);
		expect(called.items).toHaveLength(1);
	});
});

test('what was last seen of a job does not count: TTAPI is asked', async () => {
	const answer = answerWith({ ...waitingBody('a'), status: 'SUCCESS' });
	const called = await callBack(pauseFor([unfinished('a', 0, { answer })]), { a: 'ON_QUEUE' });
	expect(called.items).toBeUndefined();
});
