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
	const files = await benchmarkFiles();
	const modules = files.map(async (file) => (await import(path.join(FOLDER, file))).default);
	return (await Promise.all(modules)).sort((a, b) => a.row - b.row);
}
