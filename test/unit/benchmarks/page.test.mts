/** What docs/benchmarks.md says, and what it is made of. */
import { describe, expect, test } from '@jest/globals';

import { pageOf } from '../../../benchmarks/support/page.mts';
import { plotsOf } from '../../../benchmarks/support/plots.mts';
import type { SavedRow } from '../../../benchmarks/support/results.mts';
import { AT_MOST_ONE, madeUp, savedRow } from './support/madeUp.mts';

const page = (rows: SavedRow[], all = [madeUp(1), madeUp(2)]) =>
	pageOf(all, { command: 'npm run bench', rows });
const REACHED = [7, 8, 9, 10, 11];
const MISSED = [11, 12, 12, 13, 14];

describe('the page', () => {
	test('says of a figure what it is, with both sides, and that it reaches its goal', () => {
		const text = page([savedRow(1, REACHED)]);
		expect(text).toContain(
			'| [1](#row-1) | work 1 | another way 1 | <= 1 | **0.9 (0.7-1.1)** | 9 ms | 10 ms | reached, by 10 % |',
		);
		expect(text).toContain(
			'ours 9 ms (7-11), theirs 10 ms, ratio 0.9 (0.7-1.1); goal <= 1: reached, by 10 %.',
		);
	});

	test('says first which goals are missed, and by how much', () => {
		const text = page([savedRow(1, REACHED), savedRow(2, MISSED)]);
		expect(text).toContain('1 of 2 goals are missed:');
		const told = '- [Row 2](#row-2): 1.2 (1.1-1.4), where <= 1 is the goal: missed by 20 %.';
		expect(text).toContain(told);
		expect(text.indexOf(told)).toBeLessThan(text.indexOf('| [1]'));
		expect(text).toContain('| **missed by 20 %** |');
		expect(text).not.toContain('All 2 goals');
	});

	test('says that all goals are reached only where they are', () => {
		expect(page([savedRow(1, REACHED), savedRow(2, REACHED)])).toContain(
			'All 2 goals are reached.',
		);
	});

	test('says which rows are not there', () => {
		const text = page([savedRow(1, REACHED)]);
		expect(text).toContain('Not measured yet: row 2.');
		expect(text).toContain('| [2](#row-2) | work 2 | another way 2 |  | not measured |');
	});

	test('names the measures of a row with several', () => {
		const measures = { time: { ...AT_MOST_ONE, name: 'poll' } };
		expect(page([savedRow(1, MISSED)], [madeUp(1, measures)])).toMatch(
			/- \[Row 1\]\(#row-1\), poll: [^]*\| work 1: \*\*poll\*\* \|[^]*- poll: ours/,
		);
	});

	test('reports a figure that has no goal, and judges the others only', () => {
		const size = { name: 'packed size', unit: 'kB' };
		const made = madeUp(1, { time: AT_MOST_ONE, size });
		const measured = savedRow(1, REACHED, {
			rounds: REACHED.map((ours) => ({ time: { ours, theirs: 10 }, size: { ours: 57.6 } })),
		});
		const text = page([measured, savedRow(2, REACHED)], [made, madeUp(2)]);
		expect(text).toContain('All 2 goals are reached.');
		expect(text).toContain('|  | **packed size** |  | none | **57.6 kB** | 57.6 kB |  |  |');
		expect(text).toContain('- packed size: ours 57.6 kB.');
	});

	test('says why a measure is missing that could not be had', () => {
		const unless = '0.1.0 could not be had';
		const old = { name: '0.1.0', unit: 's', unless };
		const text = page([savedRow(1, REACHED)], [madeUp(1, { time: AT_MOST_ONE, old })]);
		expect(text).toContain('- 0.1.0: not measured, 0.1.0 could not be had.');
		expect(text).not.toContain('**0.1.0** |');
	});

	test('names machine, versions and commit once where all rows have the same', () => {
		const text = page([savedRow(1, REACHED), savedRow(2, REACHED)]);
		expect(text).toContain(
			'| 1 and 2 | 2026-01-02 | `abcdef0123` | package 1.2.3, n8n 2.41.1 | Processor, 2 cores, 8 GB, System |',
		);
		expect(text).not.toContain('different states');
	});

	test('shows that rows were measured on different states', () => {
		const later = { commit: '9876543210+', measuredAt: '2026-02-03T00:00:00.000Z' };
		const text = page([savedRow(1, REACHED), savedRow(2, REACHED, later)]);
		expect(text).toContain('| 1 | 2026-01-02 | `abcdef0123` |');
		expect(text).toContain('| 2 | 2026-02-03 | `9876543210+` |');
		expect(text).toContain('measured on 2 different states or machines');
		expect(text).toContain('with changes that were not committed');
	});

	test('has a section with its method and its plot for each row', () => {
		const text = page([savedRow(1, REACHED)]);
		expect(text).toMatch(/## Row 1\n[^#]*Method 1\.[^#]*5 rounds:[^#]*benchmarks\/row-1\.svg/);
		expect(text).toMatch(/## Row 2\n[^#]*Method 2\.[^#]*Not measured yet\./);
	});

	test('is there before anything was measured', () => {
		const text = page([]);
		expect(text).toContain('Not measured yet: row 1 and 2.');
		expect(text).not.toContain('.svg');
	});
});

describe('the plots', () => {
	const all = [madeUp(1), madeUp(2)];

	test('are one for each measured row, and one of all', () => {
		expect(Object.keys(plotsOf(all, [savedRow(2, REACHED)]))).toEqual([
			'overview.svg',
			'row-2.svg',
		]);
		expect(plotsOf(all, [])).toEqual({});
	});

	test('are the same each time, on a background of their own', () => {
		const rows = [savedRow(1, REACHED), savedRow(2, MISSED)];
		const plots = plotsOf(all, rows);
		// Not compared by toEqual: it would print whole plots.
		expect(JSON.stringify(plotsOf(all, rows)) === JSON.stringify(plots)).toBe(true);
		for (const svg of Object.values(plots)) {
			expect(svg).toMatch(/^<svg [^>]*>\s*<rect [^>]*fill="#ffffff"/);
		}
	});

	test('tell a missed goal by its colour and shape', () => {
		const reached = plotsOf(all, [savedRow(1, REACHED)])['overview.svg'];
		const missed = plotsOf(all, [savedRow(1, MISSED)])['overview.svg'];
		const shapes = (svg: string) => [...svg.matchAll(/<path[^>]*fill="#d1490c"/g)].length;
		expect([shapes(reached), shapes(missed)]).toEqual([0, 1]);
	});

	test('show how costs grow, beside a straight line', () => {
		const points: Array<[number, number]> = [
			[10, 1],
			[100, 9],
			[1000, 80],
		];
		const grown = savedRow(1, REACHED, {
			rounds: [{ time: { ours: 0.95, theirs: 1, points } }],
		});
		const measures = { time: { ...AT_MOST_ONE, name: 'makespan', unit: '', pointUnit: 's' } };
		const svg = plotsOf([madeUp(1, measures)], [grown])['row-1.svg'];
		for (const words of ['makespan (s)', 'straight line', 'exponent 0.95', '1,000']) {
			expect(svg).toContain(`>${words}</text>`);
		}
	});
});
