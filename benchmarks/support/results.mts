/** What was measured, as docs/benchmarks/results.json has it, and what it comes to. */
import { max, median, min } from 'simple-statistics';
import { Trouble } from '../../scripts/lib/trouble.mjs';
import type { Benchmark, Measure, Round, Sample } from './benchmark.mts';

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
	/** Undefined where ours is held against nothing. */
	theirs?: Spread;
	/** Ours through theirs; undefined also where a round of theirs took nothing. */
	ratio?: Spread;
	/** The figure that the goal is about, by its median: the ratio, or ours alone. */
	judged: Spread;
	/** Undefined: the figure is only reported. */
	verdict?: Verdict;
}

export interface Verdict {
	isReached: boolean;
	/** How far the median is from the goal, as a part of the goal: 0.05 is five percent; Infinity where the goal is 0. */
	distance: number;
	/** The goal as a ratio, also where it is about our figure alone. */
	goalRatio?: number;
}

/** @param values of all rounds */
export const spreadOf = (values: number[]): Spread => ({
	median: median(values),
	min: min(values),
	max: max(values),
});

/**
 * What a measured row comes to, one figure for each of its measures that is there.
 * @throws {Trouble} where it was measured for other measures than it has now, or nothing was measured
 */
export function figuresOf({ row, measures }: Benchmark, { rounds }: MeasuredRow): Figure[] {
	const there = Object.entries(measures).filter(([key]) => !isMissing(measures[key], key, rounds));
	return there.map(([key, measure]) => {
		const samples = rounds.map((round) => round[key]);
		if (samples.length === 0 || !samples.every(isFigure)) {
			throw new Trouble(`Row ${row} has no figures for "${key}" in each round: measure it again.`);
		}
		const ours = spreadOf(samples.map((sample) => sample.ours));
		const others = samples.flatMap(({ theirs }) => theirs ?? []);
		const theirs = others.length === samples.length ? spreadOf(others) : undefined;
		const ratio =
			theirs && theirs.min > 0
				? spreadOf(samples.map((sample, at) => sample.ours / others[at]))
				: undefined;
		const judged = (measure.judges !== 'ours' && ratio) || ours;
		return {
			name: measure.name ?? '',
			measure,
			samples,
			ours,
			theirs,
			ratio,
			judged,
			verdict: verdictOf(measure, judged, judged === ratio ? 1 : theirs?.median),
		};
	});
}

/** @param one what a ratio of 1 is in the figure that is judged */
function verdictOf({ goal }: Measure, judged: Spread, one?: number): Verdict | undefined {
	if (!goal) return undefined;
	const wanted = goalOf(goal);
	return {
		isReached: 'atMost' in goal ? judged.median <= wanted : judged.median >= wanted,
		distance: judged.median === wanted ? 0 : Math.abs(judged.median - wanted) / wanted,
		goalRatio: one && wanted / one,
	};
}

/** The measures of a row that could not be had, in any of its rounds. */
export const missingOf = ({ measures }: Benchmark, { rounds }: MeasuredRow): Measure[] =>
	Object.entries(measures)
		.filter(([key, measure]) => isMissing(measure, key, rounds))
		.map(([, measure]) => measure);

const isMissing = ({ unless }: Measure, key: string, rounds: Round[]): boolean =>
	unless !== undefined && rounds.length > 0 && rounds.every((round) => !(key in round));

/** The number that is to be reached, from below or above. */
export const goalOf = (goal: NonNullable<Measure['goal']>): number =>
	'atMost' in goal ? goal.atMost : goal.atLeast;

/** Puts rows in the place of those with the same numbers; the others stay as they were measured. */
export function withRows(saved: SavedRow[], measured: SavedRow[]): SavedRow[] {
	const kept = saved.filter(({ row }) => !measured.some((each) => each.row === row));
	return [...kept, ...measured].sort((a, b) => a.row - b.row);
}

const isFigure = (sample?: Sample): sample is Sample =>
	sample !== undefined && Number.isFinite(sample.ours) && Number.isFinite(sample.theirs ?? 0);
