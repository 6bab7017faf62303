/** What was measured, as docs/benchmarks/results.json has it, and what it comes to. */
import { max, median, min } from 'simple-statistics';
import { Trouble } from '../../scripts/lib/trouble.mjs';
import type { Benchmark, Measure, Report, Round, Sample } from './benchmark.mts';

/** What came of a row. */
export interface MeasuredRow {
	row: number;
	/** ISO 8601. */
	measuredAt: string;
	rounds: Round[];
}

/** On what a row was measured. */
export interface Circumstances {
	machine: { processor: string; cores: number; memoryGB: number; system: string };
	/** By the names of what takes part. */
	versions: Record<string, string>;
	/** With a `+` behind it where files were changed since. */
	commit: string;
}

/** Each row has its own circumstances: rows may be measured again one by one. */
export type SavedRow = MeasuredRow & Circumstances;

/** All of docs/benchmarks/results.json. */
export interface Results {
	command: string;
	rows: SavedRow[];
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
	samples: Sample[];
	ours: Spread;
	theirs: Spread;
	ratio: Spread;
	/** The figure that the least is about, by its median: the ratio, or ours alone. */
	judged: Spread;
	isReached: boolean;
	/** How far its median is from the least, as a part of the least: 0.05 is five percent. */
	distance: number;
	/** The least as a ratio, too where it is about our figure alone. */
	leastRatio: number;
}

/** What is only reported. */
export type ReportedFigure = Report & { ours: Spread };

/** @param values of all rounds */
export const spreadOf = (values: number[]): Spread => ({
	median: median(values),
	min: min(values),
	max: max(values),
});

/**
 * What a measured row comes to, one figure for each of its measures.
 * @throws {Trouble} where it was measured for other measures than it has now, or nothing was measured
 */
export function figuresOf({ row, measures }: Benchmark, { rounds }: MeasuredRow): Figure[] {
	return Object.entries(measures).map(([key, measure]) => {
		const samples = rounds.map((round) => round[key]);
		if (samples.length === 0 || !samples.every(isFigure)) {
			throw notMeasured(row, key);
		}
		const ours = spreadOf(samples.map((sample) => sample.ours));
		const theirs = spreadOf(samples.map((sample) => sample.theirs));
		const ratio = spreadOf(samples.map((sample) => sample.ours / sample.theirs));
		const isRatio = (measure.judges ?? 'ratio') === 'ratio';
		const judged = isRatio ? ratio : ours;
		const least = leastOf(measure);
		return {
			name: measure.name ?? '',
			measure,
			samples,
			ours,
			theirs,
			ratio,
			judged,
			isReached: 'atMost' in measure.least ? judged.median <= least : judged.median >= least,
			distance: Math.abs(judged.median - least) / least,
			leastRatio: isRatio ? least : least / theirs.median,
		};
	});
}

/**
 * What a row reports beside its measures.
 * @throws {Trouble} where it was not measured
 */
export function reportsOf(
	{ row, reports = {} }: Benchmark,
	measured: MeasuredRow,
): ReportedFigure[] {
	return Object.entries(reports).map(([key, report]) => {
		const values = measured.rounds.map((round) => round[key]?.ours);
		if (values.length === 0 || !values.every(Number.isFinite)) throw notMeasured(row, key);
		return { ...report, ours: spreadOf(values) };
	});
}

const notMeasured = (row: number, key: string): Trouble =>
	new Trouble(`Row ${row} has no figures for "${key}" in each round: measure it again.`);

/** The number that has to be reached, from below or above. */
export const leastOf = ({ least }: Measure): number =>
	'atMost' in least ? least.atMost : least.atLeast;

/** Puts rows in the place of those with the same numbers; the others stay as they were measured. */
export function withRows(saved: SavedRow[], measured: SavedRow[]): SavedRow[] {
	const kept = saved.filter(({ row }) => !measured.some((each) => each.row === row));
	return [...kept, ...measured].sort((a, b) => a.row - b.row);
}

const isFigure = (sample?: Round[string]): sample is Sample =>
	sample !== undefined && 'theirs' in sample && Number.isFinite(sample.ours) && sample.theirs > 0;
