/** The plot of one row: the figures of both sides in each round, or how costs grow. */
import { COLOURS, axis, draw, text, WIDTH } from './draw.mts';
import { spreadOf, type Figure, type Spread } from './results.mts';
import { digits } from './words.mts';

const LEFT = 70;
const RIGHT = 130;
const GAP = 62;
const SIDES_HEIGHT = 110;
const CURVE_HEIGHT = 300;

/** A part of the plot: one measure. */
interface Panel {
	figure: Figure;
	top: number;
	height: number;
	/** Its number, from 0. */
	at: number;
}

/** What a panel is for echarts. */
interface Part {
	xAxis: object;
	yAxis: object;
	series: object[];
}

export function plotRow(figures: Figure[]): string {
	let top = 0;
	const panels = figures.map((figure, at): Panel => {
		const heading = titleOf(figure) ? 34 : 16;
		const height = isCurve(figure) ? CURVE_HEIGHT : SIDES_HEIGHT;
		const panel = { figure, at, height, top: top + heading };
		top = panel.top + height + GAP - 14;
		return panel;
	});
	const parts = panels.map((panel) => (isCurve(panel.figure) ? curve(panel) : sides(panel)));
	return draw(top, {
		grid: panels.map(({ height, top: from }) => ({ left: LEFT, right: RIGHT, top: from, height })),
		graphic: panels.flatMap(({ figure, top: from }) =>
			titleOf(figure) ? [text(12, from - 24, titleOf(figure), { font: BOLD })] : [],
		),
		xAxis: parts.map(({ xAxis }) => xAxis),
		yAxis: parts.map(({ yAxis }) => yAxis),
		series: parts.flatMap(({ series }) => series),
	});
}

const BOLD = 'bold 12px sans-serif';

/** The name of what is compared; over a curve also what its costs are in. */
function titleOf(figure: Figure): string {
	const { name, measure } = figure;
	return isCurve(figure) && measure.pointUnit ? `${name} (${measure.pointUnit})`.trim() : name;
}

/** Two points say no more than the exponent does. */
const isCurve = ({ samples }: Figure): boolean =>
	samples.every(({ points = [] }) => points.length > 2);

/** From below. */
const SIDES = ['theirs', 'ours'] as const;

/** A line of points for each side, in the order of the rounds from above, with a stroke at the median. */
function sides({ figure, at }: Panel): Part {
	const { samples, measure } = figure;
	const series = SIDES.flatMap((side, y) => {
		const of = { xAxisIndex: at, yAxisIndex: at, itemStyle: { color: COLOURS[side], opacity: 1 } };
		const spread = figure[side];
		if (!spread) return [];
		return [
			{
				...of,
				type: 'scatter',
				symbolSize: 8,
				symbol: side === 'ours' ? 'circle' : 'emptyCircle',
				silent: true,
				data: samples.map((sample, round) => [
					sample[side],
					y + 0.22 - (0.44 * round) / Math.max(samples.length - 1, 1),
				]),
			},
			{
				...of,
				type: 'scatter',
				symbol: 'rect',
				symbolSize: [2, 40],
				silent: true,
				data: [[spread.median, y]],
			},
		];
	});
	return {
		xAxis: axis({
			type: 'value',
			gridIndex: at,
			min: 0,
			name: measure.unit,
			nameLocation: 'middle',
			nameGap: 22,
		}),
		yAxis: axis({
			type: 'value',
			gridIndex: at,
			min: -0.5,
			max: 1.5,
			axisLabel: {
				...FONT_OF_SIDES,
				customValues: [0, 1],
				formatter: (value: number) => (value === 1 ? 'ours' : 'theirs'),
			},
			splitLine: { show: false },
		}),
		series: [...series, medians(figure, at)],
	};
}

const FONT_OF_SIDES = { fontSize: 12, color: COLOURS.text };

/** The medians in words, behind the end of the axis. */
function medians({ ours, theirs, measure: { unit } }: Figure, at: number) {
	const rows = [theirs, ours];
	return {
		type: 'custom',
		xAxisIndex: at,
		yAxisIndex: at,
		silent: true,
		data: rows.map((_, y) => [0, y]),
		renderItem: (
			{ dataIndex }: { dataIndex: number },
			api: { coord: (place: [number, number]) => [number, number] },
		) => ({
			type: 'text',
			x: WIDTH - RIGHT + 12,
			y: api.coord([0, dataIndex])[1],
			style: {
				text: sideText(rows[dataIndex], unit),
				font: '12px sans-serif',
				fill: dataIndex === 1 ? COLOURS.ours : COLOURS.faint,
				verticalAlign: 'middle',
			},
		}),
	};
}

const sideText = (side: Spread | undefined, unit: string) =>
	side ? `${digits(side.median)}${unit && ` ${unit}`}` : '';

/** Costs by numbers of items, both logarithmic, and a straight line from the first of them. */
function curve({ figure: { samples, judged }, at }: Panel): Part {
	const all = samples.flatMap(({ points = [] }) => points);
	const counts = [...new Set(all.map(([items]) => items))].sort((a, b) => a - b);
	const medianAt = (items: number) =>
		spreadOf(all.filter(([each]) => each === items).map(([, cost]) => cost)).median;
	const middle = counts.map((items): [number, number] => [items, medianAt(items)]);
	const [[first, cost]] = middle;
	const of = { xAxisIndex: at, yAxisIndex: at, silent: true };
	const last = counts.at(-1)!;
	const named = (formatter: string, color: string, position: [number, number]) => ({
		endLabel: { show: true, formatter, color, offset: position },
	});
	return {
		xAxis: axis({ type: 'log', gridIndex: at, name: 'items', nameLocation: 'middle', nameGap: 24 }),
		yAxis: axis({
			type: 'log',
			gridIndex: at,
		}),
		series: [
			{
				...of,
				type: 'line',
				symbol: 'none',
				lineStyle: { color: COLOURS.theirs, type: 'dashed', width: 1.5 },
				data: [
					[first, cost],
					[last, (cost * last) / first],
				],
				...named('straight line', COLOURS.faint, [4, -8]),
			},
			{
				...of,
				type: 'line',
				symbol: 'none',
				lineStyle: { color: COLOURS.ours, width: 2 },
				data: middle,
				...named(`exponent ${digits(judged.median)}`, COLOURS.ours, [4, 8]),
			},
			{
				...of,
				type: 'scatter',
				symbolSize: 7,
				itemStyle: { color: COLOURS.ours, opacity: 0.7 },
				data: all,
			},
		],
	};
}
