/** The benchmarks that are there, and their page as it is committed: nobody writes figures by hand. */
import { describe, expect, test } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { allBenchmarks, benchmarkFiles } from '../../../benchmarks/support/allBenchmarks.mts';
import { roundsOf } from '../../../benchmarks/support/benchmark.mts';
import { filesOf, FOLDER, PAGE, savedResults } from '../../../benchmarks/support/saveRows.mts';

const ROOT = path.join(import.meta.dirname, '../../..');
const ROWS = Array.from({ length: 19 }, (_, at) => at + 1);
const all = await allBenchmarks();
const results = await savedResults();

describe('the benchmarks', () => {
	test('have the rows 1 to 19, each once', () => {
		expect(all.map(({ row }) => row)).toEqual(ROWS);
	});

	test('have their row in the names of their files', async () => {
		const numbers = (await benchmarkFiles()).map((file) => Number(file.slice(0, 2)));
		expect(numbers).toEqual(all.map(({ row }) => row));
	});
});

describe(`${PAGE} as it is committed`, () => {
	test('has of each measured row at least as many rounds as the row says', () => {
		for (const { row, rounds } of results.rows) {
			const made = all.find((each) => each.row === row)!;
			expect([row, rounds.length >= roundsOf(made, false)]).toEqual([row, true]);
		}
	});

	test('has the figures that were measured, and a plot of each row', async () => {
		const files = await filesOf(all, results);
		const figures = (text: string) => text.match(/\*\*[^*]*\d[^*]*\*\*/g);
		const committed = readFileSync(path.join(ROOT, PAGE), 'utf8');
		expect(figures(committed)).toEqual(figures(files[PAGE]));
		const svgs = readdirSync(path.join(ROOT, FOLDER)).filter((name) => name.endsWith('.svg'));
		const written = Object.keys(files).filter((file) => file.endsWith('.svg'));
		expect(svgs.map((name) => `${FOLDER}/${name}`).sort()).toEqual(written.sort());
	});

	test('names no machine and no path', () => {
		const text = JSON.stringify(results);
		expect(text).not.toMatch(/\/(home|root|tmp|work|Users)\b|https?:/);
		expect(
			[...new Set(results.rows.flatMap(({ machine }) => Object.keys(machine)))].sort(),
		).toEqual(['cores', 'memoryGB', 'processor', 'system']);
	});
});
