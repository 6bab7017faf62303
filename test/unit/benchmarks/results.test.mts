/** What measured rounds come to. */
import { describe, expect, test } from '@jest/globals';

import type { Measure } from '../../../benchmarks/support/benchmark.mts';
import { figuresOf, reportsOf, withRows } from '../../../benchmarks/support/results.mts';
import { isToSave } from '../../../benchmarks/support/runBenchmarks.mts';
import {
	judgedText,
	leastText,
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
		expect(figure.ratio.median).toBe(0.75);
		expect(figure.ours.median / figure.theirs.median).toBe(0.5);
	});

	test.each([
		['as much as allowed', { atMost: 0.5 }, 5, true, 0],
		['less than allowed', { atMost: 0.5 }, 4, true, 0.2],
		['more than allowed', { atMost: 0.5 }, 6, false, 0.2],
		['as much as wanted', { atLeast: 0.5 }, 5, true, 0],
		['more than wanted', { atLeast: 0.5 }, 6, true, 0.2],
		['less than wanted', { atLeast: 0.5 }, 4, false, 0.2],
	])('%s', (_title, least, ours, isReached, distance) => {
		const figure = figureOf({ unit: 'ms', least }, [ours, ours, ours]);
		expect(figure.isReached).toBe(isReached);
		expect(figure.distance).toBeCloseTo(distance);
		expect(figure.leastRatio).toBe(0.5);
	});

	test('are judged by ours alone where the least is about it', () => {
		const figure = figureOf({ unit: 'calls', judges: 'ours', least: { atMost: 4 } }, [3, 3, 3]);
		expect(figure).toMatchObject({ isReached: true, judged: { median: 3 }, leastRatio: 0.4 });
		expect(judgedText(figure)).toBe('3 calls');
		expect(leastText(figure.measure)).toBe('<= 4 calls');
	});

	test('one bad round does not miss the least', () => {
		expect(figureOf({ unit: 'ms', least: { atMost: 1 } }, [9, 9, 99]).isReached).toBe(true);
	});

	test.each([
		['no round', []],
		['a round without the measure', [...rounds([5]), { other: { ours: 1, theirs: 1 } }]],
		['a side that took nothing', [{ time: { ours: 1, theirs: 0 } }]],
		['a side that is no number', [{ time: { ours: Number.NaN, theirs: 1 } }]],
		['a round of one side', [{ time: { ours: 1 } }]],
	])('are none for %s', (_title, bad) => {
		expect(() => figuresOf(madeUp(7), { row: 7, measuredAt: '', rounds: bad })).toThrow(
			'Row 7 has no figures for "time" in each round: measure it again.',
		);
	});
});

describe('reports', () => {
	const made = { ...madeUp(7), reports: { size: { name: 'packed size', unit: 'kB' } } };
	const measured = (...sizes: number[]) => ({
		row: 7,
		measuredAt: '',
		rounds: sizes.map((ours) => ({ size: { ours } })),
	});

	test('are the median of ours, with the smallest and the largest', () => {
		expect(reportsOf(made, measured(3, 1, 2))).toEqual([
			{ name: 'packed size', unit: 'kB', ours: { median: 2, min: 1, max: 3 } },
		]);
	});

	test('are none for a row that has none', () => {
		expect(reportsOf(madeUp(7), measured(1))).toEqual([]);
	});

	test.each([
		['no round', []],
		['a round without the figure', [...measured(1).rounds, ...rounds([5])]],
	])('are missed for %s', (_title, bad) => {
		expect(() => reportsOf(made, { row: 7, measuredAt: '', rounds: bad })).toThrow(
			'Row 7 has no figures for "size" in each round: measure it again.',
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
		expect(verdictText(figureOf({ unit: 'ms', least: { atMost: 1 } }, ours))).toBe(words);
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
		['all rows in more rounds', { rounds: 9 }, true],
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
		['few rounds of all rows', { rounds: 4 }, 'Only rows of at least 5 rounds are saved'],
		['few rounds', { rows: [5], rounds: 4, isSaved: true }, 'Only rows of at least 5 rounds'],
		['what is profiled', { profiles: 'folder' }, 'Profiling slows n8n down'],
	])('is refused for %s', (_title, more, message) => {
		expect(() => isToSave({ ...wanted, ...more })).toThrow(message);
	});
});
