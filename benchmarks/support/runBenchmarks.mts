/** Runs the rows that are asked for, one after another, and reports on them. */
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runSteps } from '../../scripts/lib/tasks.mjs';
import { Trouble } from '../../scripts/lib/trouble.mjs';
import { installN8n } from '../../scripts/n8n/install.mjs';
import { buildAndPack, ROOT } from '../../scripts/n8n/pack.mjs';
import type { Benchmark } from './benchmark.mts';
import { printRow } from './printRow.mts';
import type { MeasuredRow } from './results.mts';
import { saveRows } from './saveRows.mts';
import { Stage } from './stage.mts';
import { printProfiles } from './profiles.mts';

export interface BenchmarksToRun {
	/** Numbers of rows; all if empty. */
	rows: number[];
	/** How often each is measured; at least {@link ROUNDS} for what is saved. */
	rounds?: number;
	/** Whether less is measured. */
	isShort: boolean;
	/** Whether single rows are saved, too. */
	isSaved: boolean;
	/** A folder for profiles of n8n; undefined: none are made. */
	profiles?: string;
}

const ROUNDS = 5;
const SHORT_ROUNDS = 2;

/** Throws at the end if a row could not be measured: the others are, all the same. */
export async function runBenchmarks(wanted: BenchmarksToRun): Promise<void> {
	const { rows, isShort, profiles } = wanted;
	const all = await allBenchmarks();
	const unknown = rows.find((row) => !all.some((each) => each.row === row));
	if (unknown !== undefined)
		throw new Trouble(`There is no row ${unknown}: choose 1 to ${all.at(-1)!.row}.`);
	const chosen = all.filter(({ row }) => rows.length === 0 || rows.includes(row));
	if (profiles) await mkdir(profiles, { recursive: true });

	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-bench-'));
	const measured: MeasuredRow[] = [];
	const failed: number[] = [];
	try {
		const tarball = await prepare(folder);
		for (const each of chosen) {
			const rounds = wanted.rounds ?? (isShort ? (each.shortRounds ?? SHORT_ROUNDS) : ROUNDS);
			try {
				measured.push(await measure(each, { tarball, isShort, profiles, rounds }));
				printRow(each, measured.at(-1)!);
			} catch (error) {
				failed.push(each.row);
				console.error(error);
			}
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	if (profiles) await printProfiles(profiles);
	if ((rows.length === 0 && !isShort) || wanted.isSaved) await saveRows(all, measured);
	if (failed.length > 0) throw new Trouble(`Not measured, see above: row ${failed.join(', ')}`);
}

async function measure(
	{ row, work, against, run }: Benchmark,
	options: { tarball: string; isShort: boolean; profiles?: string; rounds: number },
): Promise<MeasuredRow> {
	console.log(`\nRow ${row}: ${work}, against ${against}`);
	const stage = new Stage({ ...options, report: (text) => console.log(`  ${text}`) });
	try {
		const rounds = await run(stage, options.rounds);
		return { row, measuredAt: new Date().toISOString(), rounds };
	} finally {
		await stage.close();
	}
}

/** @returns the packed package */
async function prepare(folder: string): Promise<string> {
	let tarball = '';
	await runSteps([
		{ title: 'Bring n8n', run: (report) => installN8n({ report }) },
		{
			title: 'Build and pack the nodes',
			run: async () => {
				({ tarball } = await buildAndPack({ into: folder }));
			},
		},
	]);
	return tarball;
}

/** Each file of the folder above is one. */
async function allBenchmarks(): Promise<Benchmark[]> {
	const folder = path.join(ROOT, 'benchmarks');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.mts')).sort();
	const modules = files.map(async (file) => (await import(path.join(folder, file))).default);
	return (await Promise.all(modules)).sort((a, b) => a.row - b.row);
}
