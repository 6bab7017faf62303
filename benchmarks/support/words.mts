/** How figures are written, in the console, in docs/benchmarks.md and in its plots. */
import { goalOf, type Figure, type Spread, type Verdict } from './results.mts';

export const digits = (value: number): string =>
	value.toLocaleString('en', { maximumSignificantDigits: 3, useGrouping: false });

/** `1.05 s (1.03-1.09)`, or `3 requests` where all rounds gave the same. */
export function spreadText({ median, min, max }: Spread, unit = ''): string {
	const figure = `${digits(median)}${unit && ` ${unit}`}`;
	return min === max ? figure : `${figure} (${digits(min)}-${digits(max)})`;
}

/** `<= 1.1`, or `<= 3 requests` where it is about our figure alone. */
export function goalText({ measure: { goal, unit }, judged, ratio }: Figure): string {
	if (!goal) return 'none';
	return `${'atMost' in goal ? '<=' : '>='} ${goalOf(goal)}${judged !== ratio && unit ? ` ${unit}` : ''}`;
}

/** What the goal is about, with its spread. */
export const judgedText = ({ judged, ratio, measure }: Figure): string =>
	spreadText(judged, judged === ratio ? '' : measure.unit);

/** `reached, by 4.5 %`; nothing for what is only reported */
export function verdictText(verdict?: Verdict): string {
	if (!verdict) return '';
	const { isReached, distance } = verdict;
	if (distance === 0) return 'reached, exactly';
	if (distance === Infinity) return 'missed';
	return `${isReached ? 'reached, by' : 'missed by'} ${digits(Number((distance * 100).toPrecision(2)))} %`;
}

/** `1, 2 and 5` */
export const listText = (parts: Array<string | number>): string =>
	parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
