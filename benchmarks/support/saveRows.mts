/** Puts measured rows into docs/benchmarks.md, with its JSON and its plots. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../scripts/n8n/pack.mjs';
import type { Benchmark } from './benchmark.mts';
import { pageOf } from './page.mts';
import { plotsOf } from './plots.mts';
import { withRows, type Circumstances, type MeasuredRow, type Results } from './results.mts';

const COMMAND = 'npm run bench';
export const PAGE = 'docs/benchmarks.md';
export const FOLDER = 'docs/benchmarks';
export const RESULTS = `${FOLDER}/results.json`;

/** Saves these rows; the others stay as they were. */
export async function saveRows(
	all: Benchmark[],
	measured: MeasuredRow[],
	circumstances: Circumstances,
): Promise<void> {
	const saved = await savedResults();
	const rows = measured.map((row) => ({ ...row, ...circumstances }));
	await writeResults(all, { ...saved, rows: withRows(saved.rows, rows) });
}

/** @returns what was saved before, none at first */
export async function savedResults(): Promise<Results> {
	try {
		return JSON.parse(await readFile(path.join(ROOT, RESULTS), 'utf8'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
		return { command: COMMAND, rows: [] };
	}
}

/** Writes all that comes of the results, and removes plots that no longer do. */
export async function writeResults(all: Benchmark[], results: Results): Promise<void> {
	const files = await filesOf(all, results);
	await mkdir(path.join(ROOT, FOLDER), { recursive: true });
	for (const name of await readdir(path.join(ROOT, FOLDER))) {
		const file = `${FOLDER}/${name}`;
		if (name.endsWith('.svg') && !(file in files)) await rm(path.join(ROOT, file));
	}
	for (const [file, content] of Object.entries(files)) {
		await writeFile(path.join(ROOT, file), content);
	}
}

/** @returns the page, the JSON and the plots, by their paths in the project */
export async function filesOf(all: Benchmark[], results: Results): Promise<Record<string, string>> {
	const plots = Object.entries(plotsOf(all, results.rows));
	return {
		[PAGE]: await formatted(PAGE, pageOf(all, results)),
		[RESULTS]: await formatted(RESULTS, JSON.stringify(results)),
		...Object.fromEntries(plots.map(([name, svg]) => [`${FOLDER}/${name}`, svg])),
	};
}

/** As `npm run format` would do it. */
async function formatted(file: string, content: string): Promise<string> {
	const filepath = path.join(ROOT, file);
	return await format(content, { ...(await resolveConfig(filepath)), filepath });
}
