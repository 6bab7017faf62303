/** The plot of all figures that have two sides: ours through theirs, with the goal of each. */
import { COLOURS, axis, draw, text, WIDTH } from './draw.mts';
import type { Figure, Spread } from './results.mts';
import { digits } from './words.mts';

/** A row with its figures; none: it was not measured. */
export interface OverviewRow {
	row: number;
	work: string;
	figures: Figure[];
}

const LEFT = 180;
const RIGHT = 190;
const TOP = 36;
const HEADING_HEIGHT = 26;
const FIGURE_HEIGHT = 22;
const AXIS_HEIGHT = 46;
/** Where the axis may be labelled. */
const STOPS = [-3, -2, -1, 0, 1, 2, 3].flatMap((power) => [1, 2, 5].map((n) => n * 10 ** power));
/** What is less cannot be shown on a logarithmic axis. */
const LEAST_SHOWN = STOPS[0];
/** About as many as fit beside each other. */
const LETTERS = 105;

interface Line {
	y: number;
	figure: Figure & { ratio: Spread };
}

const isShown = (figure: Figure): figure is Line['figure'] => figure.ratio !== undefined;

/** Figures are drawn at the logarithm of their ratio, so that the axis can have 2 and 5 among its labels. */
const log = (ratio: number) => Math.log10(Math.max(ratio, LEAST_SHOWN));

export function plotOverview(rows: OverviewRow[]): string {
	const lines: Line[] = [];
	const words: object[] = [];
	let y = 0;
	for (const { row, work, figures: all } of rows) {
		const figures = all.filter(isShown);
		if (figures.length === 0) continue;
		const heading = `${row}  ${work}`;
		words.push(
			text(12, TOP + y + 8, shortened(heading), {
				font: 'bold 12px sans-serif',
				// The lines of the axis end beside it.
				backgroundColor: '#ffffff',
				padding: [0, 4, 0, 0],
			}),
		);
		y += HEADING_HEIGHT;
		for (const figure of figures) {
			words.push(text(28, TOP + y + 4, figure.name, { fill: COLOURS.faint }));
			lines.push({ y: y + FIGURE_HEIGHT / 2, figure });
			y += FIGURE_HEIGHT;
		}
	}
	const stops = stopsFor(lines);
	const isMissed = ({ figure }: Line) => figure.verdict?.isReached === false;
	return draw(TOP + y + AXIS_HEIGHT, {
		grid: { left: LEFT, right: RIGHT, top: TOP, height: y },
		graphic: [...words, ...legend()],
		xAxis: axis({
			type: 'value',
			min: Math.log10(stops[0]),
			max: Math.log10(stops.at(-1)!),
			name: 'ours / theirs',
			nameLocation: 'middle',
			nameGap: 24,
			axisLabel: {
				color: COLOURS.faint,
				fontSize: 11,
				customValues: stops.map(Math.log10),
				formatter: (value: number) => digits(10 ** value),
			},
			splitLine: { show: false },
		}),
		// One unit is one pixel.
		yAxis: { type: 'value', inverse: true, min: 0, max: y, show: false },
		series: [
			stopLines(stops, y),
			custom(lines, spreadLine),
			custom(
				lines.filter(({ figure }) => figure.verdict?.goalRatio),
				goalMark,
			),
			custom(lines, ratioText),
			points(
				lines.filter((line) => !isMissed(line)),
				COLOURS.reached,
				'circle',
				9,
			),
			points(lines.filter(isMissed), COLOURS.missed, 'diamond', 13),
		],
	});
}

/** @returns the labelled places of an axis that has room for all lines */
function stopsFor(lines: Line[]): number[] {
	const shown = lines.flatMap(({ figure: { ratio, verdict } }) => [
		ratio.min,
		ratio.max,
		verdict?.goalRatio ?? 1,
		1,
	]);
	const low = Math.max(Math.min(...shown) / 1.05, LEAST_SHOWN);
	const high = Math.max(...shown) * 1.05;
	const below = STOPS.filter((stop) => stop <= low).slice(-1);
	const above = STOPS.filter((stop) => stop >= high).slice(0, 1);
	return [...below, ...STOPS.filter((stop) => stop > low && stop < high), ...above];
}

const colourOf = ({ verdict }: Figure) =>
	verdict?.isReached === false ? COLOURS.missed : COLOURS.reached;
const shortened = (words: string) =>
	words.length <= LETTERS ? words : `${words.slice(0, LETTERS - 2).trimEnd()} …`;

/** The lines of the axis: echarts would draw them at places of its own. The one at 1 stands out: both sides take the same. */
const stopLines = (stops: number[], height: number) => ({
	type: 'line',
	silent: true,
	symbol: 'none',
	data: [],
	markLine: {
		silent: true,
		// Behind the words.
		z: -1,
		symbol: 'none',
		label: { show: false },
		data: stops.map((stop) => [
			{
				coord: [Math.log10(stop), 0],
				lineStyle: { type: 'solid', width: 1, color: stop === 1 ? COLOURS.theirs : COLOURS.line },
			},
			{ coord: [Math.log10(stop), height] },
		]),
	},
});

const points = (lines: Line[], color: string, symbol: string, symbolSize: number) => ({
	type: 'scatter',
	symbol,
	symbolSize,
	itemStyle: { color, opacity: 1 },
	data: lines.map(({ y, figure }) => [log(figure.ratio.median), y]),
});

const custom = (lines: Line[], shape: (line: Line, x: (ratio: number) => number) => object) => ({
	type: 'custom',
	silent: true,
	data: lines.map(({ y }) => [0, y]),
	renderItem: (
		{ dataIndex }: { dataIndex: number },
		api: { coord: (at: [number, number]) => [number, number] },
	) => shape(lines[dataIndex], (ratio) => api.coord([log(ratio), 0])[0]),
});

function spreadLine({ y, figure }: Line, x: (ratio: number) => number): object {
	const { min, max } = figure.ratio;
	return {
		type: 'line',
		shape: { x1: x(min), x2: x(max), y1: TOP + y, y2: TOP + y },
		style: { stroke: colourOf(figure), lineWidth: 3, opacity: 0.45 },
	};
}

const goalMark = ({ y, figure }: Line, x: (ratio: number) => number): object =>
	goalShape(x(figure.verdict!.goalRatio!), TOP + y, 'atMost' in figure.measure.goal!);

/** A stroke whose foot and head point to the side that is wanted. */
function goalShape(x: number, y: number, isUpperBound: boolean): object {
	const foot = isUpperBound ? x - 4 : x + 4;
	return {
		type: 'polyline',
		shape: {
			points: [
				[foot, y - 8],
				[x, y - 8],
				[x, y + 8],
				[foot, y + 8],
			],
		},
		style: { stroke: COLOURS.text, lineWidth: 1.5, fill: 'none' },
	};
}

function ratioText({ y, figure }: Line): object {
	const { median, min, max } = figure.ratio;
	const spread = min === max ? '' : ` (${digits(min)}-${digits(max)})`;
	return {
		type: 'text',
		x: WIDTH - RIGHT + 12,
		y: TOP + y,
		style: {
			text: `${digits(median)}${spread}`,
			font: '12px sans-serif',
			fill: colourOf(figure),
			verticalAlign: 'middle',
		},
	};
}

function legend(): object[] {
	const y = 16;
	const mark = (type: string, shape: object, fill: string) => ({ type, shape, style: { fill } });
	return [
		mark('circle', { cx: LEFT + 6, cy: y, r: 4.5 }, COLOURS.reached),
		text(LEFT + 16, y - 6, 'reached, or no goal', { fill: COLOURS.faint }),
		mark(
			'polygon',
			{
				points: [
					[LEFT + 146, y - 6.5],
					[LEFT + 152.5, y],
					[LEFT + 146, y + 6.5],
					[LEFT + 139.5, y],
				],
			},
			COLOURS.missed,
		),
		text(LEFT + 158, y - 6, 'missed (median)', { fill: COLOURS.faint }),
		{
			type: 'line',
			shape: { x1: LEFT + 264, x2: LEFT + 284, y1: y, y2: y },
			style: { stroke: COLOURS.reached, lineWidth: 3, opacity: 0.45 },
		},
		text(LEFT + 290, y - 6, 'min to max', { fill: COLOURS.faint }),
		goalShape(LEFT + 376, y, true),
		text(LEFT + 384, y - 6, 'goal: on its open side', { fill: COLOURS.faint }),
	];
}
