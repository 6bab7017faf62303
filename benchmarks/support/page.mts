/** docs/benchmarks.md: what was measured, in words. */
import type { Benchmark } from './benchmark.mts';
import { OVERVIEW, plotName } from './plots.mts';
import { figuresOf, missingOf, type Figure, type Results, type SavedRow } from './results.mts';
import { digits, goalText, judgedText, listText, spreadText, verdictText } from './words.mts';

/** Where the plots and the raw figures are, as seen from the page. */
const FOLDER = 'benchmarks';

interface Row {
	made: Benchmark;
	/** Undefined: it was not measured. */
	saved?: SavedRow;
	figures: Figure[];
}

/** @returns the page in Markdown, not formatted yet */
export function pageOf(all: Benchmark[], { command, rows: saved }: Results): string {
	const rows = all.map((made): Row => {
		const row = saved.find((each) => each.row === made.row);
		return {
			made,
			saved: row,
			figures: row ? figuresOf(made, row) : [],
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
		...(saved.length > 0 ? [image('All figures as ratios, with their goals', OVERVIEW)] : []),
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
	'**Round**: everything is measured once on both sides. Where sides take turns, another one begins in the next round.',
	'**Ratio**: ours divided by theirs, for each round by itself. Below 1, ours takes less; for rates, above 1 ours does more.',
	'**Measured**: the median of all rounds, with the smallest and the largest in brackets: the spread. One figure alone means that all rounds gave the same.',
	'**Goal**: what we want to reach. It is about the median of the ratio, or, where it has a unit, about our figure alone. A figure whose goal is "none" is only reported.',
	"**Ideal**: each free slot takes the next prompt in the moment in which the last job has ended, and an end is noticed at once. It is calculated from the round's own job times.",
	'**0.1.0**: the version before this design, packed from its last commit and run in an n8n of its own at the same moment.',
]
	.map((word) => `- ${word}`)
	.join('\n');

/** Says plainly what is missed and what is not there. */
function verdict(rows: Row[]): string[] {
	const all = rows.flatMap(({ made, figures }) => figures.map((figure) => ({ made, figure })));
	const judged = all.filter(({ figure }) => figure.verdict);
	const missed = judged.filter(({ figure }) => !figure.verdict!.isReached);
	const absent = rows.filter(({ saved }) => !saved).map(({ made }) => made.row);
	const lines: string[] = [];
	if (judged.length > 0 && missed.length === 0)
		lines.push(`All ${judged.length} goals are reached.`);
	if (missed.length > 0) {
		const list = missed.map(
			({ made: { row }, figure }) =>
				`- [Row ${row}](#row-${row})${figure.name && `, ${figure.name}`}: ${judgedText(figure)}, where ${goalText(figure)} is the goal: ${verdictText(figure.verdict)}.`,
		);
		lines.push(`${missed.length} of ${judged.length} goals are missed:`, list.join('\n'));
	}
	if (absent.length > 0) lines.push(`Not measured yet: row ${listText(absent)}.`);
	return lines;
}

function tableOf(rows: Row[]): string {
	const lines = rows.flatMap(({ made, figures }) => {
		const { row, work, against } = made;
		const first = [`[${row}](#row-${row})`, work, against];
		if (figures.length === 0) return [[...first, '', 'not measured', '', '', '']];
		return figures.map((figure, at) => {
			const { name, measure, ours, theirs, verdict } = figure;
			const begin = at === 0 ? first : ['', '', ''];
			if (name) begin[1] = begin[1] ? `${begin[1]}: **${name}**` : `**${name}**`;
			const words = verdictText(verdict);
			return [
				...begin,
				goalText(figure),
				`**${judgedText(figure)}**`,
				sideText(ours.median, measure.unit),
				theirs ? sideText(theirs.median, measure.unit) : '',
				verdict?.isReached === false ? `**${words}**` : words,
			];
		});
	});
	return table(['#', 'Work', 'Against', 'Goal', 'Measured', 'Ours', 'Theirs', 'Reached?'], lines);
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

function section({ made, saved, figures }: Row): string[] {
	const { row, work, against, method } = made;
	const lines = [`## Row ${row}`, `**${work}**, against ${against}.`, method];
	if (!saved) return [...lines, 'Not measured yet.'];
	const told = figures.map((figure) => {
		const { name, measure, ours, theirs, ratio, verdict } = figure;
		const sides = [
			`ours ${spreadText(ours, measure.unit)}`,
			theirs && `theirs ${spreadText(theirs, measure.unit)}`,
			ratio && `ratio ${spreadText(ratio)}`,
		];
		const goal = verdict ? `; goal ${goalText(figure)}: ${verdictText(verdict)}` : '';
		return `- ${name && `${name}: `}${sides.filter(Boolean).join(', ')}${goal}.`;
	});
	const missing = missingOf(made, saved).map(
		({ name, unless }) => `- ${name}: not measured, ${unless}.`,
	);
	return [
		...lines,
		`${saved.rounds.length} rounds:`,
		[...told, ...missing].join('\n'),
		image(`Row ${row}, each round`, plotName(row)),
	];
}

const sideText = (value: number, unit: string): string => `${digits(value)}${unit && ` ${unit}`}`;
const image = (alt: string, file: string): string => `![${alt}](${FOLDER}/${file})`;

function table(head: string[], lines: string[][]): string {
	const rows = [head, head.map(() => '---'), ...lines];
	return rows
		.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
		.join('\n');
}
