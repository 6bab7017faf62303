/** How figures are written, in the console, in docs/benchmarks.md and in its plots. */
import type { Measure } from './benchmark.mts';
import { leastOf, type Figure, type Spread } from './results.mts';

export const digits = (value: number): string =>
	value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false });

/** `1.05 s (1.03-1.09)`, or `3 requests` where all rounds gave the same. */
export function spreadText({ median, min, max }: Spread, unit = ''): string {
	const figure = `${digits(median)}${unit && ` ${unit}`}`;
	return min === max ? figure : `${figure} (${digits(min)}-${digits(max)})`;
}

/** `<= 1.1`, or `<= 3 requests` where it is about our figure alone. */
export function leastText(measure: Measure): string {
	const unit = measure.judges === 'ours' && measure.unit ? ` ${measure.unit}` : '';
	return `${'atMost' in measure.least ? '<=' : '>='} ${leastOf(measure)}${unit}`;
}

/** In the place of a least, for a figure that is only reported. */
export const NO_LEAST = 'none';

/** What the least is about, with its spread. */
export const judgedText = ({ judged, measure }: Figure): string =>
	spreadText(judged, measure.judges === 'ours' ? measure.unit : '');

/** `reached, by 4.5 %` */
export function verdictText({ isReached, distance }: Figure): string {
	if (distance === 0) return 'reached, exactly';
	return `${isReached ? 'reached, by' : 'missed by'} ${digits(Number((distance * 100).toPrecision(2)))} %`;
}

/** `1, 2 and 5` */
export const listText = (parts: Array<string | number>): string =>
	parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
