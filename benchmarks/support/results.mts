/** What was measured, as docs/benchmarks/results.json has it, and what it comes to. */
import { max, median, min } from 'simple-statistics';
import type { Benchmark, Measure, Round } from './benchmark.mts';

/** What came of a row. */
export interface MeasuredRow {
	row: number;
	/** ISO 8601. */
	measuredAt: string;
	rounds: Round[];
}

/** A figure with its spread. */
export interface Spread {
	median: number;
	min: number;
	max: number;
}

/** What the rounds of one measure come to. */
export interface Figure {
	/** Such as `poll`; empty where the row has one measure. */
	name: string;
	measure: Measure;
	ours: Spread;
	theirs: Spread;
	ratio: Spread;
	/** The figure that the least is about, by its median. */
	isReached: boolean;
}

/** @param values of all rounds */
export const spreadOf = (values: number[]): Spread => ({
	median: median(values),
	min: min(values),
	max: max(values),
});

/** What a measured row comes to, one figure for each of its measures. */
export function figuresOf({ measures }: Benchmark, { rounds }: MeasuredRow): Figure[] {
	return Object.entries(measures).map(([key, measure]) => {
		const samples = rounds.map((round) => round[key]);
		const ours = spreadOf(samples.map((sample) => sample.ours));
		const theirs = spreadOf(samples.map((sample) => sample.theirs));
		const ratio = spreadOf(samples.map((sample) => sample.ours / sample.theirs));
		const judged = (measure.judges ?? 'ratio') === 'ratio' ? ratio.median : ours.median;
		const isReached =
			'atMost' in measure.least ? judged <= measure.least.atMost : judged >= measure.least.atLeast;
		return { name: measure.name ?? '', measure, ours, theirs, ratio, isReached };
	});
}
