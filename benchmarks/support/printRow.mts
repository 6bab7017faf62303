/** Prints what came of a row as a table. */
import Table from 'cli-table3';
import type { Benchmark, Measure } from './benchmark.mts';
import { figuresOf, type MeasuredRow, type Spread } from './results.mts';

const digits = (value: number): string =>
	value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false });

/** `1.05 (1.03-1.09)` */
export const spreadText = ({ median, min, max }: Spread, unit = ''): string =>
	`${digits(median)}${unit && ` ${unit}`} (${digits(min)}-${digits(max)})`;

/** `<= 1.1` */
export const leastText = ({ least }: Measure): string =>
	'atMost' in least ? `<= ${least.atMost}` : `>= ${least.atLeast}`;

export function printRow(made: Benchmark, measured: MeasuredRow): void {
	const table = new Table({
		head: ['', 'ours', 'theirs', 'ratio', 'least', ''],
		style: { head: [], border: [] },
	});
	for (const { name, measure, ours, theirs, ratio, isReached } of figuresOf(made, measured)) {
		const least = `${measure.judges === 'ours' ? 'ours ' : ''}${leastText(measure)}`;
		table.push([
			name,
			spreadText(ours, measure.unit),
			spreadText(theirs, measure.unit),
			spreadText(ratio),
			least,
			isReached ? 'reached' : 'missed',
		]);
	}
	console.log(String(table));
}
