import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.mts';
import { HEAP_FILE } from './heapProbe.mjs';

export interface Heap {
	/** Megabytes in use after all garbage was collected. */
	megabytes: number;
	/** The most that the process held since it was asked the last time, with all that is outside of the heap. */
	peakMegabytes: number;
	/** Keys that were put on the prototype of all objects. */
	polluted: string[];
}

/** What an n8n must be started with so that {@link heapOf} can look into it. */
export const heapEnvironment = (file: string) => ({
	NODE_OPTIONS: `--import ${fileURLToPath(new URL('./heapProbe.mjs', import.meta.url))}`,
	[HEAP_FILE]: file,
});

/** The heap of the n8n with this process id. */
export async function heapOf(pid: number, file: string): Promise<Heap> {
	rmSync(file, { force: true });
	process.kill(pid, 'SIGUSR2');
	await eventually(async () => existsSync(file));
	const { heapUsed, most, polluted } = JSON.parse(readFileSync(file, 'utf8'));
	return { megabytes: heapUsed / 2 ** 20, peakMegabytes: most / 2 ** 20, polluted };
}
