/** Prints what came of the rows as tables. */
import Table from 'cli-table3';
import type { Benchmark } from './benchmark.mts';
import { figuresOf, type MeasuredRow } from './results.mts';
import { goalText, judgedText, spreadText, verdictText } from './words.mts';

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
	const names = figures.some(({ name }) => name) ? [''] : [];
	const table = tableOf([...names, 'ours', 'theirs', 'ours / theirs', 'goal', '']);
	for (const figure of figures) {
		const { name, measure, ours, theirs, ratio, verdict } = figure;
		table.push([
			...names.map(() => name),
			spreadText(ours, measure.unit),
			theirs ? spreadText(theirs, measure.unit) : '',
			ratio ? spreadText(ratio) : '',
			goalText(figure),
			verdictText(verdict),
		]);
	}
	console.log(String(table));
}

/** All rows, only what their goals are about, and what is reported. */
export function printSummary(all: Benchmark[], measured: MeasuredRow[]): void {
	const table = tableOf(['row', '', 'measured', 'goal', '']);
	for (const row of measured) {
		const made = all.find((each) => each.row === row.row)!;
		figuresOf(made, row).forEach((figure, at) =>
			table.push([
				at === 0 ? row.row : '',
				figure.name,
				judgedText(figure),
				goalText(figure),
				verdictText(figure.verdict),
			]),
		);
	}
	console.log(`\nMedian (min-max) of all rounds\n${table}`);
}
