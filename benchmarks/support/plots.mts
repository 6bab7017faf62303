/** All plots of docs/benchmarks.md. */
import type { Benchmark } from './benchmark.mts';
import { plotOverview } from './plotOverview.mts';
import { plotRow } from './plotRow.mts';
import { figuresOf, type MeasuredRow } from './results.mts';

export const OVERVIEW = 'overview.svg';
export const plotName = (row: number): string => `row-${row}.svg`;

/** @returns the names of the files with what is in them */
export function plotsOf(all: Benchmark[], measured: MeasuredRow[]): Record<string, string> {
	const rows = all.flatMap((made) => {
		const row = measured.find((each) => each.row === made.row);
		return row ? [{ ...made, figures: figuresOf(made, row) }] : [];
	});
	if (rows.length === 0) return {};
	return {
		[OVERVIEW]: plotOverview(rows),
		...Object.fromEntries(rows.map(({ row, figures }) => [plotName(row), plotRow(figures)])),
	};
}
