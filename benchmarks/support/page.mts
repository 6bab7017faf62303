/** docs/benchmarks.md: what was measured, in words. */
import type { Benchmark } from './benchmark.mts';
import { OVERVIEW, plotName } from './plots.mts';
import {
	figuresOf,
	reportsOf,
	type Figure,
	type ReportedFigure,
	type Results,
	type SavedRow,
} from './results.mts';
import {
	digits,
	judgedText,
	leastText,
	listText,
	NO_LEAST,
	spreadText,
	verdictText,
} from './words.mts';

/** Where the plots and the raw figures are, as seen from the page. */
const FOLDER = 'benchmarks';

interface Row {
	made: Benchmark;
	/** Undefined: it was not measured. */
	saved?: SavedRow;
	figures: Figure[];
	reports: ReportedFigure[];
}

/** @returns the page in Markdown, not formatted yet */
export function pageOf(all: Benchmark[], { command, rows: saved }: Results): string {
	const rows = all.map((made): Row => {
		const row = saved.find((each) => each.row === made.row);
		return {
			made,
			saved: row,
			figures: row ? figuresOf(made, row) : [],
			reports: row ? reportsOf(made, row) : [],
		};
	});
	return [
		`<!-- Written by \`${command}\` from ${FOLDER}/results.json and the rows in benchmarks/: change those, not this page. -->`,
		'# Benchmarks',
		`The nodes in a real n8n, beside what a user would do without them. Both sides are measured in one run, in turns or at the same moment, because times on one machine cannot be held against those on another. All raw figures: [results.json](${FOLDER}/results.json).`,
		`\`\`\`\n${command}\n\`\`\``,
		'It measures all rows and writes this page. `npm run bench -- 5` measures row 5 and only prints what came of it.',
		'## Results',
		...verdict(rows),
		...(saved.length > 0 ? [image('All figures as ratios, with their least', OVERVIEW)] : []),
		tableOf(rows),
		'## What the words mean',
		WORDS,
		'## What it was measured on',
		...circumstancesOf(saved),
		...rows.flatMap(section),
		'',
	].join('\n\n');
}

const WORDS = [
	'**Round**: everything is measured once on both sides. Every row has at least five rounds; where sides take turns, another one begins in the next round.',
	'**Ratio**: ours divided by theirs, for each round by itself. Below 1, ours takes less; for rates, above 1 ours does more.',
	'**Measured**: the median of all rounds, with the smallest and the largest in brackets: the spread. One figure alone means that all rounds gave the same.',
	'**Least**: what was to be reached. It is about the median of the ratio, or, where it has a unit, about our figure alone. A figure whose least is "none" is only reported.',
]
	.map((word) => `- ${word}`)
	.join('\n');

/** Says plainly what is missed and what is not there. */
function verdict(rows: Row[]): string[] {
	const all = rows.flatMap(({ made, figures }) => figures.map((figure) => ({ made, figure })));
	const missed = all.filter(({ figure }) => !figure.isReached);
	const absent = rows.filter(({ saved }) => !saved).map(({ made }) => made.row);
	const lines: string[] = [];
	if (all.length > 0 && missed.length === 0)
		lines.push(`All ${all.length} figures reach their least.`);
	if (missed.length > 0) {
		const list = missed.map(
			({ made: { row }, figure }) =>
				`- [Row ${row}](#row-${row})${figure.name && `, ${figure.name}`}: ${judgedText(figure)}, where ${leastText(figure.measure)} was to be reached: ${verdictText(figure)}.`,
		);
		lines.push(`${missed.length} of ${all.length} figures miss their least:`, list.join('\n'));
	}
	if (absent.length > 0) lines.push(`Not measured yet: row ${listText(absent)}.`);
	return lines;
}

function tableOf(rows: Row[]): string {
	const lines = rows.flatMap(({ made, figures, reports }) => {
		const { row, work, against } = made;
		const first = [`[${row}](#row-${row})`, work, against];
		if (figures.length === 0) return [[...first, '', 'not measured', '', '', '']];
		const judged = figures.map((figure, at) => {
			const { name, measure, ours, theirs, isReached } = figure;
			const begin = at === 0 ? first : ['', '', ''];
			if (name) begin[1] = begin[1] ? `${begin[1]}: **${name}**` : `**${name}**`;
			const verdict = verdictText(figure);
			return [
				...begin,
				leastText(measure),
				`**${judgedText(figure)}**`,
				spreadTextOfSide(ours.median, measure.unit),
				spreadTextOfSide(theirs.median, measure.unit),
				isReached ? verdict : `**${verdict}**`,
			];
		});
		const told = reports.map(({ name, unit, ours }) => {
			const own = spreadTextOfSide(ours.median, unit);
			return ['', `**${name}**`, '', NO_LEAST, `**${spreadText(ours, unit)}**`, own, '', ''];
		});
		return [...judged, ...told];
	});
	return table(
		['#', 'Work', 'Against', 'Least', 'Measured', 'Ours', 'Theirs', 'Least reached?'],
		lines,
	);
}

/** Rows that were measured on the same are told in one line. */
function circumstancesOf(saved: SavedRow[]): string[] {
	if (saved.length === 0) return ['Nothing was measured yet.'];
	const groups = new Map<string, SavedRow[]>();
	for (const row of saved) {
		const { machine, versions, commit } = row;
		const key = JSON.stringify([machine, Object.entries(versions), commit]);
		groups.set(key, [...(groups.get(key) ?? []), row]);
	}
	const lines = [...groups.values()].map((rows) => {
		const [{ machine, versions, commit }] = rows;
		return [
			listText(rows.map(({ row }) => row)),
			days(rows),
			`\`${commit}\``,
			Object.entries(versions)
				.map(([name, version]) => `${name} ${version}`)
				.join(', '),
			`${machine.processor}, ${machine.cores} cores, ${digits(machine.memoryGB)} GB, ${machine.system}`,
		];
	});
	const head = ['Rows', 'Measured', 'Commit', 'Versions', 'Machine'];
	const notes: string[] = [];
	if (groups.size > 1) {
		notes.push(
			`The rows were measured on ${groups.size} different states or machines: only figures of one line belong together.`,
		);
	}
	if (saved.some(({ commit }) => commit.endsWith('+'))) {
		notes.push('A `+` behind a commit: with changes that were not committed.');
	}
	return [table(head, lines), ...notes];
}

/** `2026-11-23`, or the first and the last day. */
function days(rows: SavedRow[]): string {
	const all = rows.map(({ measuredAt }) => measuredAt.slice(0, 10)).sort();
	return all[0] === all.at(-1) ? all[0] : `${all[0]} to ${all.at(-1)}`;
}

function section({ made, saved, figures, reports }: Row): string[] {
	const { row, work, against, method } = made;
	const lines = [`## Row ${row}`, `**${work}**, against ${against}.`, method];
	if (!saved) return [...lines, 'Not measured yet.'];
	const judged = figures.map((figure) => {
		const { name, measure, ours, theirs, ratio } = figure;
		const sides = `ours ${spreadText(ours, measure.unit)}, theirs ${spreadText(theirs, measure.unit)}, ratio ${spreadText(ratio)}`;
		return `- ${name && `${name}: `}${sides}; least ${leastText(measure)}: ${verdictText(figure)}.`;
	});
	const told = reports.map(({ name, unit, ours }) => `- ${name}: ${spreadText(ours, unit)}.`);
	return [
		...lines,
		`${saved.rounds.length} rounds:`,
		[...judged, ...told].join('\n'),
		image(`Row ${row}, each round`, plotName(row)),
	];
}

const spreadTextOfSide = (value: number, unit: string): string =>
	`${digits(value)}${unit && ` ${unit}`}`;
const image = (alt: string, file: string): string => `![${alt}](${FOLDER}/${file})`;

function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines];
	return rows
		.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
		.join('\n');
}
