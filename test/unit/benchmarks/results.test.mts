/** What measured rounds come to. */
import { describe, expect, test } from '@jest/globals';

import type { Measure } from '../../../benchmarks/support/benchmark.mts';
import { figuresOf, withRows } from '../../../benchmarks/support/results.mts';
import { isToSave } from '../../../benchmarks/support/runBenchmarks.mts';
import {
	goalText,
	judgedText,
	listText,
	spreadText,
	verdictText,
} from '../../../benchmarks/support/words.mts';
import { madeUp, rounds, savedRow } from './support/madeUp.mts';

const figureOf = (measure: Measure, ours: number[]) =>
	figuresOf(madeUp(1, { time: measure }), {
		row: 1,
		measuredAt: '',
		rounds: rounds(ours),
	})[0];

describe('figures', () => {
	test('are the median of the ratios of each round, with the smallest and the largest', () => {
		const [figure] = figuresOf(madeUp(1), {
			row: 1,
			measuredAt: '',
			rounds: [
				{ time: { ours: 1, theirs: 10 } },
				{ time: { ours: 10, theirs: 20 } },
				{ time: { ours: 90, theirs: 100 } },
			],
		});
		// The ratio of the medians would be 0.5, too; that of the sums 0.78.
		expect(figure).toMatchObject({
			ours: { median: 10, min: 1, max: 90 },
			theirs: { median: 20, min: 10, max: 100 },
			ratio: { median: 0.5, min: 0.1, max: 0.9 },
		});
	});

	test('take the ratios round by round, not those of the medians', () => {
		const [figure] = figuresOf(madeUp(1), {
			row: 1,
			measuredAt: '',
			rounds: [
				{ time: { ours: 1, theirs: 1 } },
				{ time: { ours: 2, theirs: 8 } },
				{ time: { ours: 3, theirs: 4 } },
			],
		});
		expect(figure.ratio!.median).toBe(0.75);
		expect(figure.ours.median / figure.theirs!.median).toBe(0.5);
	});

	test.each([
		['as much as allowed', { atMost: 0.5 }, 5, true, 0],
		['less than allowed', { atMost: 0.5 }, 4, true, 0.2],
		['more than allowed', { atMost: 0.5 }, 6, false, 0.2],
		['as much as wanted', { atLeast: 0.5 }, 5, true, 0],
		['more than wanted', { atLeast: 0.5 }, 6, true, 0.2],
		['less than wanted', { atLeast: 0.5 }, 4, false, 0.2],
	])('%s', (_title, goal, ours, isReached, distance) => {
		const { verdict } = figureOf({ unit: 'ms', goal }, [ours, ours, ours]);
		expect(verdict!.isReached).toBe(isReached);
		expect(verdict!.distance).toBeCloseTo(distance);
		expect(verdict!.goalRatio).toBe(0.5);
	});

	test('are judged by ours alone where the goal is about it', () => {
		const figure = figureOf({ unit: 'calls', judges: 'ours', goal: { atMost: 4 } }, [3, 3, 3]);
		expect(figure).toMatchObject({
			judged: { median: 3 },
			verdict: { isReached: true, goalRatio: 0.4 },
		});
		expect(judgedText(figure)).toBe('3 calls');
		expect(goalText(figure)).toBe('<= 4 calls');
	});

	test('are judged by ours alone where they are held against nothing, or against nothing at all', () => {
		const made = madeUp(1, { time: { unit: 'calls', goal: { atMost: 0 } } });
		for (const theirs of [undefined, 0]) {
			const time = { ours: 2, theirs };
			const [figure] = figuresOf(made, { row: 1, measuredAt: '', rounds: [{ time }] });
			expect(figure.ratio).toBeUndefined();
			expect([judgedText(figure), goalText(figure)]).toEqual(['2 calls', '<= 0 calls']);
			expect(verdictText(figure.verdict)).toBe('missed');
		}
	});

	test('without a goal are only told', () => {
		const figure = figureOf({ unit: 's' }, [5]);
		expect([goalText(figure), verdictText(figure.verdict)]).toEqual(['none', '']);
	});

	test('one bad round does not miss the goal', () => {
		expect(figureOf({ unit: 'ms', goal: { atMost: 1 } }, [9, 9, 99]).verdict!.isReached).toBe(true);
	});

	test.each([
		['no round', []],
		['a round without the measure', [...rounds([5]), { other: { ours: 1, theirs: 1 } }]],
		['a side that is no number', [{ time: { ours: Number.NaN, theirs: 1 } }]],
	])('are none for %s', (_title, bad) => {
		expect(() => figuresOf(madeUp(7), { row: 7, measuredAt: '', rounds: bad })).toThrow(
			'Row 7 has no figures for "time" in each round: measure it again.',
		);
	});
});

describe('words', () => {
	test('a spread is left out where all rounds gave the same', () => {
		expect(spreadText({ median: 1.2345, min: 1, max: 2 }, 's')).toBe('1.23 s (1-2)');
		expect(spreadText({ median: 3, min: 3, max: 3 }, 's')).toBe('3 s');
		expect(spreadText({ median: 3, min: 3, max: 3 })).toBe('3');
	});

	test.each([
		[[8], 'reached, by 20 %'],
		[[10], 'reached, exactly'],
		[[10.05], 'missed by 0.5 %'],
		[[12.34], 'missed by 23 %'],
	])('%j against 10 is %s', (ours, words) => {
		expect(verdictText(figureOf({ unit: 'ms', goal: { atMost: 1 } }, ours).verdict)).toBe(words);
	});

	test('lists end with "and"', () => {
		expect([[], [1], [1, 2], [1, 2, 3]].map(listText)).toEqual(['', '1', '1 and 2', '1, 2 and 3']);
	});
});

describe('saving', () => {
	test('puts measured rows in the place of the old ones and leaves the others', () => {
		const saved = [savedRow(1, [1]), savedRow(3, [3]), savedRow(5, [5])];
		const measured = [savedRow(3, [33], { commit: 'new' }), savedRow(2, [2])];
		const rows = withRows(saved, measured);
		expect(rows.map(({ row, commit }) => [row, commit])).toEqual([
			[1, 'abcdef0123'],
			[2, 'abcdef0123'],
			[3, 'new'],
			[5, 'abcdef0123'],
		]);
		expect(rows[2].rounds).toEqual(rounds([33]));
	});

	const wanted = { rows: [] as number[], isShort: false, isSaved: false, isPageOnly: false };

	test.each([
		['all rows', {}, true],
		['all rows in other rounds', { rounds: 9 }, false],
		['single rows', { rows: [5] }, false],
		['single rows with --save', { rows: [5], isSaved: true }, true],
		['single rows in few rounds', { rows: [5], rounds: 1 }, false],
		['the short form', { isShort: true }, false],
		['single rows with profiles', { rows: [5], profiles: 'folder' }, false],
	])('%s', (_title, more, isSaved) => {
		expect(isToSave({ ...wanted, ...more })).toBe(isSaved);
	});

	test.each([
		['the short form', { isShort: true, isSaved: true }, 'The short form is not saved'],
		['rounds of its own', { rows: [5], rounds: 4, isSaved: true }, 'leave out --rounds'],
		['what is profiled', { profiles: 'folder' }, 'Profiling slows n8n down'],
	])('is refused for %s', (_title, more, message) => {
		expect(() => isToSave({ ...wanted, ...more })).toThrow(message);
	});
});
