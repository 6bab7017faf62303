/** Prints what came of the rows as tables. */
import Table from 'cli-table3';
import type { Benchmark } from './benchmark.mts';
import { figuresOf, reportsOf, type MeasuredRow } from './results.mts';
import { judgedText, leastText, NO_LEAST, spreadText, verdictText } from './words.mts';

/** Without a line between the rows. */
const tableOf = (head: string[]) =>
	new Table({
		head,
		style: { head: [], border: [] },
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
	});

/** One row, both sides. */
export function printRow(made: Benchmark, measured: MeasuredRow): void {
	const figures = figuresOf(made, measured);
	// One measure alone has no name.
	const names = figures.some(({ name }) => name) || made.reports ? [''] : [];
	const table = tableOf([...names, 'ours', 'theirs', 'ours / theirs', 'least', '']);
	for (const figure of figures) {
		const { name, measure, ours, theirs, ratio } = figure;
		table.push([
			...names.map(() => name),
			spreadText(ours, measure.unit),
			spreadText(theirs, measure.unit),
			spreadText(ratio),
			leastText(measure),
			verdictText(figure),
		]);
	}
	for (const { name, unit, ours } of reportsOf(made, measured)) {
		table.push([...names.map(() => name), spreadText(ours, unit), '', '', NO_LEAST, '']);
	}
	console.log(String(table));
}

/** All rows, only what their least is about, and what is reported. */
export function printSummary(all: Benchmark[], measured: MeasuredRow[]): void {
	const table = tableOf(['row', '', 'measured', 'least', '']);
	for (const row of measured) {
		const made = all.find((each) => each.row === row.row)!;
		figuresOf(made, row).forEach((figure, at) =>
			table.push([
				at === 0 ? row.row : '',
				figure.name,
				judgedText(figure),
				leastText(figure.measure),
				verdictText(figure),
			]),
		);
		for (const { name, unit, ours } of reportsOf(made, row)) {
			table.push(['', name, spreadText(ours, unit), NO_LEAST, '']);
		}
	}
	console.log(`\nMedian (min-max) of all rounds\n${table}`);
}
