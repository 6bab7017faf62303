import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import {
	DoubtfulError,
	InputError,
	StoppedError,
	TransientError,
	TtapiError,
} from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import {
	NOT_SUBMITTED,
	Outage,
	OutageError,
	UnreachableError,
} from '../../../nodes/TtapiMidjourney/jobs/outage.ts';
import { caught } from '../support/caught.mts';
import { VirtualClock } from '../support/virtualClock.mts';

// Two minutes of virtual time take real time where the coverage is measured.
jest.setTimeout(30_000);

const facts = { description: '' };
const doubtful = (httpStatus = 503) =>
	new DoubtfulError('no clear answer', { ...facts, httpStatus });
const silent = () => new TransientError('no answer', { ...facts, httpStatus: 503 });

let clock: VirtualClock;
let outage: Outage;
/** When the question was asked. */
let askedAt: number[];
/** What comes of the question. */
let question: () => Promise<unknown>;

beforeEach(() => {
	clock = new VirtualClock();
	askedAt = [];
	question = async () => await Promise.reject(silent());
	outage = new Outage(clock.ofProcess, async () => {
		askedAt.push(clock.now());
		return await question();
	});
});

/** Submits once; counts whether it was sent. */
let sent = 0;
beforeEach(() => {
	sent = 0;
});
const submit = async (error?: Error) =>
	await outage.submit(async () => {
		sent++;
		if (error) throw error;
		return 'accepted';
	}, NOT_SUBMITTED);

const fails = async (times: number, error: Error = doubtful()) => {
	for (let n = 0; n < times; n++) await expect(submit(error)).rejects.toBe(error);
};

describe('submits without a clear answer', () => {
	test.each([
		['doubtful', doubtful()],
		['without a connection', new UnreachableError('no connection', facts)],
	])('stop the next one after three in a row: %s', async (_title, error) => {
		await fails(3, error);
		await caught(clock.run(submit()), OutageError);
		expect(sent).toBe(3);
	});

	test('do not stop it after two, nor if one was answered between them', async () => {
		await fails(2);
		await submit();
		await fails(2);
		expect(await submit()).toBe('accepted');
		expect(askedAt).toEqual([]);
	});

	test.each<[string, Error]>([
		['a refusal', new TtapiError('no', { ...facts, httpStatus: 402 })],
		['"No available accounts"', doubtful(400)],
		['too many requests', new TransientError('busy', { ...facts, httpStatus: 429 })],
	])('are none of those: %s', async (_title, error) => {
		await fails(2);
		await fails(1, error);
		await fails(2);
		expect(await submit()).toBe('accepted');
	});

	test('are not told from input that cannot be used: that was not sent', async () => {
		await fails(2);
		await fails(1, new InputError('no', ''));
		await fails(1);
		await caught(clock.run(submit()), OutageError);
	});
});

describe('an outage', () => {
	beforeEach(async () => await fails(3));

	test('is over as soon as the question is answered: all go at once', async () => {
		question = async () => (clock.now() < 30_000 ? await Promise.reject(silent()) : 'answer');
		const all = Promise.all(Array.from({ length: 20 }, async () => await submit()));
		expect(await clock.run(all)).toHaveLength(20);
		expect(clock.now()).toBeLessThanOrEqual(40_000);
	});

	test('is over if the question is refused: that is an answer', async () => {
		question = async () =>
			await Promise.reject(new TtapiError('no', { ...facts, httpStatus: 404 }));
		expect(await clock.run(submit())).toBe('accepted');
		expect(clock.now()).toBe(0);
	});

	test('is over at once if anything else is answered', async () => {
		const submitting = submit();
		await clock.advance(15_000);
		const asked = askedAt.length;
		outage.noteAnswer();
		expect(await submitting).toBe('accepted');
		await clock.advance(300_000);
		expect(askedAt).toHaveLength(asked);
	});

	test('is given up after two minutes, with a few questions for all, and stays so', async () => {
		const all = Array.from({ length: 100 }, async () => await caught(submit(), OutageError));
		const [error] = await clock.run(Promise.all(all));
		expect(error.message).toBe('TTAPI does not answer, so the job of this item was not submitted');
		expect(error.description).toMatch(/^Nothing was paid for it\./);
		expect(clock.now()).toBeGreaterThan(100_000);
		expect(clock.now()).toBeLessThanOrEqual(120_000);
		expect(askedAt.length).toBeLessThan(20);
		const before = clock.now();
		await caught(submit(), OutageError);
		expect([sent, clock.now()]).toEqual([3, before]);
	});

	test('that was given up is over once something is answered', async () => {
		await caught(clock.run(submit()), OutageError);
		outage.noteAnswer();
		expect(await submit()).toBe('accepted');
	});

	test('is asked about once more by whoever comes after two minutes', async () => {
		await clock.advance(200_000);
		question = async () => 'answer';
		expect(await clock.run(submit())).toBe('accepted');
	});

	test('is asked about anew by whoever comes half a minute after it was given up', async () => {
		await caught(clock.run(submit()), OutageError);
		await clock.advance(31_000);
		question = async () => 'answer';
		expect(await clock.run(submit())).toBe('accepted');
	});

	test('ends with a Stop for a free request; a submit waits in the line, which a Stop leaves', async () => {
		const undone = { undone: 'it was not asked', ...facts };
		const stopped = caught(
			outage.ask(clock, async () => 'answer', undone),
			StoppedError,
		);
		await clock.advance(10_000);
		clock.stop();
		await stopped;
	});

	test('also holds back free requests, or ends them at once', async () => {
		const undone = { undone: 'it was not asked', ...facts, jobId: 'j' };
		const ask = async (isPatient: boolean) =>
			await outage.ask(clock, async () => 'answer', undone, isPatient);
		const error = await caught(ask(false), OutageError);
		expect(error).toMatchObject({
			message: 'TTAPI does not answer, so it was not asked',
			jobId: 'j',
		});
		expect(clock.now()).toBe(0);
		question = async () => 'answer';
		expect(await clock.run(ask(true))).toBe('answer');
	});
});

test('free requests that keep failing in a row are an outage, too', async () => {
	const undone = { undone: 'it was not asked', ...facts };
	const ask = async () =>
		await outage.ask(clock, async () => await Promise.reject(silent()), undone, true);
	for (let n = 0; n < 3; n++) await caught(ask(), TransientError);
	await caught(clock.run(submit()), OutageError);
});

test('submits that are never answered end, also if all questions are', async () => {
	question = async () => 'answer';
	for (let item = 0; item < 100; item++) await submit(doubtful()).catch(() => {});
	expect(sent).toBe(12);
	await caught(submit(), OutageError);
});

test('what was sent before an outage was over says nothing about now', async () => {
	const late = Array.from({ length: 10 }, async () => {
		const send = async () => {
			await clock.sleep(60_000);
			throw doubtful();
		};
		await caught(outage.submit(send, NOT_SUBMITTED), DoubtfulError);
	});
	await fails(3);
	question = async () => 'answer';
	await clock.run(submit());
	await clock.run(Promise.all(late));
	const asked = askedAt.length;
	expect(await submit()).toBe('accepted');
	expect(askedAt).toHaveLength(asked);
});
