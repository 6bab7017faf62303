/** Finds the benchmarks: each file of the folder above is one. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Benchmark } from './benchmark.mts';

const FOLDER = path.join(import.meta.dirname, '..');

/** @returns the names of their files */
export const benchmarkFiles = async (): Promise<string[]> =>
	(await readdir(FOLDER)).filter((file) => file.endsWith('.mts')).sort();

/** @returns all, in the order of their rows */
export async function allBenchmarks(): Promise<Benchmark[]> {
	const all: Benchmark[] = [];
	// One after another: jest cannot load modules at the same moment that import the same.
	for (const file of await benchmarkFiles())
		all.push((await import(path.join(FOLDER, file))).default);
	return all.sort((a, b) => a.row - b.row);
}
