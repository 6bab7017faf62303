import { describe, expect, test } from '@jest/globals';

import { StoppedError } from '../../../nodes/TtapiMidjourney/jobs/errors.ts';
import { Questions } from '../../../nodes/TtapiMidjourney/jobs/questions.ts';
import { VirtualClock } from '../support/virtualClock.mts';

const questionsOf = (clock: VirtualClock, slots = 10) =>
	new Questions(clock.ofProcess, () => slots);

/** Asks so many at once, and gives when each began. */
async function begun(clock: VirtualClock, questions: Questions, count: number, takesMs = 0) {
	const at: number[] = [];
	const all = Array.from({ length: count }, async () => {
		await questions.ask(clock, async () => {
			at.push(clock.now());
			await clock.sleep(takesMs);
		});
	});
	await clock.run(Promise.all(all));
	return at;
}

/** The most that began within a second. */
const aSecond = (at: number[]): number =>
	Math.max(...at.map((from) => at.filter((each) => each >= from && each < from + 1_000).length));

describe('the questions of an account begin', () => {
	test.each([
		[1, 2],
		[5, 10],
		[10, 20],
		[50, 20],
	])('with %i slots at most %i a second', async (slots, most) => {
		const clock = new VirtualClock();
		const questions = questionsOf(clock, slots);
		expect(aSecond(await begun(clock, questions, 100))).toBe(most);
	});

	test('the first one at once', async () => {
		const clock = new VirtualClock();
		expect(await begun(clock, questionsOf(clock), 1)).toEqual([0]);
	});

	test('ten at most before one is answered', async () => {
		const clock = new VirtualClock();
		const at = await begun(clock, questionsOf(clock), 30, 10_000);
		expect(at.filter((each) => each < 10_000)).toHaveLength(10);
	});

	test('in turns of their runs: a single one is not kept waiting by a thousand of another', async () => {
		const clock = new VirtualClock();
		const questions = questionsOf(clock);
		void begun(clock, questions, 1_000).catch(() => {});
		await clock.advance(2_000);
		const other = { ...clock, now: clock.now, isStopped: false, ofProcess: clock.ofProcess };
		await clock.run(questions.ask(other, async () => {}));
		expect(clock.now()).toBeLessThanOrEqual(2_200);
	});

	test('evenly again once TTAPI wants some', async () => {
		const clock = new VirtualClock();
		const questions = questionsOf(clock);
		const asked = begun(clock, questions, 30);
		questions.noteTooMany(10_000);
		expect(aSecond(await asked)).toBeLessThanOrEqual(11);
	});

	test('half as many for a minute after "too many requests", and none while TTAPI wants none', async () => {
		const clock = new VirtualClock();
		const questions = questionsOf(clock);
		questions.noteTooMany(5_000);
		const at = await begun(clock, questions, 1_200);
		expect(at[0]).toBe(5_000);
		expect(aSecond(at.filter((each) => each < 59_000))).toBe(10);
		expect(aSecond(at.filter((each) => each > 62_000))).toBe(20);
	});

	test('after a minute again, however long TTAPI wants none: paid jobs wait', async () => {
		const clock = new VirtualClock();
		const questions = questionsOf(clock);
		questions.noteTooMany(1e9);
		expect(await begun(clock, questions, 1)).toEqual([60_000]);
	});
});

test('a Stop ends the wait for the turn, and takes no turn of others', async () => {
	const clock = new VirtualClock();
	const questions = questionsOf(clock);
	const asking = Array.from({ length: 40 }, async () => await questions.ask(clock, async () => {}));
	const stopped = Promise.allSettled(asking);
	await clock.advance(500);
	clock.stop();
	const reasons = (await clock.run(stopped)).flatMap((each) =>
		each.status === 'rejected' ? [each.reason as unknown] : [],
	);
	expect(reasons.length).toBeGreaterThan(20);
	for (const reason of reasons) expect(reason).toBeInstanceOf(StoppedError);

	const late = Array.from({ length: 100 }, async () => await questions.ask(clock, async () => {}));
	const refused = (await Promise.allSettled(late)).filter(({ status }) => status === 'rejected');
	expect(refused).toHaveLength(100);
	const other = { ...clock, sleep: clock.ofProcess.sleep, isStopped: false };
	await clock.run(questions.ask(other, async () => {}));
	expect(clock.now()).toBeLessThanOrEqual(2_100);
});
