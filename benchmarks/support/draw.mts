/** What all plots have in common: their colours, their texts, and how they become SVG. */
import * as echarts from 'echarts';

export const WIDTH = 760;
/** Told apart by people who see no red or green, too; each has a shape of its own besides. */
export const COLOURS = {
	ours: '#0b6bb0',
	theirs: '#8a8f98',
	reached: '#0b6bb0',
	missed: '#d1490c',
	text: '#24292f',
	faint: '#6b7280',
	line: '#e3e6ea',
};
export const FONT = { fontFamily: 'sans-serif', fontSize: 12, color: COLOURS.text };

/** On white, so that it can be read on a dark page. @returns the same SVG for the same option */
export function draw(height: number, option: echarts.EChartsCoreOption): string {
	const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
	chart.setOption({ animation: false, backgroundColor: '#ffffff', textStyle: FONT, ...option });
	const svg = chart.renderToSVGString();
	chart.dispose();
	return `${withoutMouse(svg)}\n`;
}

/** Without what is for mice, which a picture in a page never meets; its names are counted through all plots of a process. */
const withoutMouse = (svg: string): string =>
	svg
		.replaceAll(/ (ecmeta_\w+|class)="[^"]*"/g, '')
		.replace(/<style\b[^]*<\/style>\n?/, '')
		.replaceAll(/\bzr\d+-/g, 'plot-');

/** The look of all axes. */
export const axis = (more: object) => ({
	axisLine: { show: false },
	axisTick: { show: false },
	axisLabel: { color: COLOURS.faint, fontSize: 11 },
	splitLine: { lineStyle: { color: COLOURS.line } },
	nameTextStyle: { color: COLOURS.faint, fontSize: 11 },
	...more,
});

/** A text at a place, in pixels. */
export const text = (left: number, top: number, words: string, style: object = {}) => ({
	type: 'text',
	left,
	top,
	silent: true,
	style: { text: words, font: '12px sans-serif', fill: COLOURS.text, ...style },
});
