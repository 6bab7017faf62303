/** Runs the rows that are asked for, one after another, and reports on them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runSteps } from '../../scripts/lib/tasks.mjs';
import { Trouble } from '../../scripts/lib/trouble.mjs';
import { installN8n } from '../../scripts/n8n/install.mjs';
import { buildAndPack } from '../../scripts/n8n/pack.mjs';
import { allBenchmarks } from './allBenchmarks.mts';
import { roundsOf, type Benchmark } from './benchmark.mts';
import { circumstancesNow } from './circumstances.mts';
import { printRow, printSummary } from './printRow.mts';
import type { MeasuredRow } from './results.mts';
import { PAGE, saveRows, savedResults, writeResults } from './saveRows.mts';
import { Stage } from './stage.mts';
import { printProfiles } from './profiles.mts';
import { listText } from './words.mts';

export interface BenchmarksToRun {
	/** Numbers of rows; all if empty. */
	rows: number[];
	/** How often each is measured; undefined: as often as the row says. */
	rounds?: number;
	/** Whether less is measured. */
	isShort: boolean;
	/** Whether single rows are saved, too. */
	isSaved: boolean;
	/** Whether nothing is measured, and only the page is written anew. */
	isPageOnly: boolean;
	/** A folder for profiles of n8n; undefined: none are made. */
	profiles?: string;
}

/** Throws at the end if a row could not be measured: the others are, all the same. A missed goal is no error. */
export async function runBenchmarks(wanted: BenchmarksToRun): Promise<void> {
	const { rows, isShort, profiles } = wanted;
	const isSaving = isToSave(wanted);
	const all = await allBenchmarks();
	const unknown = rows.find((row) => !all.some((each) => each.row === row));
	if (unknown !== undefined) {
		throw new Trouble(
			`There is no row ${unknown}: choose among ${listText(all.map(({ row }) => row))}.`,
		);
	}
	if (wanted.isPageOnly) return await writePage(all);
	const chosen = all.filter(({ row }) => rows.length === 0 || rows.includes(row));
	if (profiles) await mkdir(profiles, { recursive: true });

	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-bench-'));
	const measured: MeasuredRow[] = [];
	const failed: number[] = [];
	try {
		const tarball = await prepare(folder);
		const circumstances = isSaving ? await circumstancesNow() : undefined;
		for (const each of chosen) {
			const rounds = wanted.rounds ?? roundsOf(each, isShort);
			try {
				const row = await measure(each, { tarball, isShort, profiles, rounds });
				printRow(each, row);
				measured.push(row);
				// One by one, so that what was measured is there if the rest is broken off.
				if (circumstances) await saveRows(all, [row], circumstances);
			} catch (error) {
				failed.push(each.row);
				console.error(error);
			}
		}
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
	if (profiles) await printProfiles(profiles);
	if (chosen.length > 1) printSummary(all, measured);
	if (isSaving && measured.length > 0) console.log(`\nSaved in ${PAGE}.`);
	if (isShort) console.log('\nThe short form: it shows that the rows work, not how fast they are.');
	if (failed.length > 0) throw new Trouble(`Not measured, see above: row ${listText(failed)}.`);
}

/** @throws {Trouble} when what is wanted is not worth saving */
export function isToSave({ rows, rounds, isShort, isSaved, profiles }: BenchmarksToRun): boolean {
	if (isShort && isSaved) {
		throw new Trouble('The short form is not saved: leave out --short or --save.');
	}
	const isSaving = isSaved || (rows.length === 0 && !isShort && rounds === undefined);
	if (isSaving && profiles) {
		throw new Trouble('Profiling slows n8n down: name single rows for it, without --save.');
	}
	if (isSaving && rounds !== undefined) {
		throw new Trouble('What is saved has as many rounds as its row says: leave out --rounds.');
	}
	return isSaving;
}

async function writePage(all: Benchmark[]): Promise<void> {
	await writeResults(all, await savedResults());
	console.log(`Written: ${PAGE}.`);
}

async function measure(
	{ row, work, against, run }: Benchmark,
	options: { tarball: string; isShort: boolean; profiles?: string; rounds: number },
): Promise<MeasuredRow> {
	console.log(`\nRow ${row}: ${work}, against ${against}`);
	const stage = new Stage({ ...options, report: (text) => console.log(`  ${text}`) });
	const began = Date.now();
	try {
		const rounds = await run(stage, options.rounds);
		console.log(`  ${Math.round((Date.now() - began) / 1_000)} s in all`);
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
				tarball = await buildAndPack({ into: folder });
			},
		},
	]);
	return tarball;
}
