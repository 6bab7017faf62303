/** Says where the time of profiled programs went: what stands at the top of their flame graphs. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Profiler } from 'node:inspector';

const SHOWN = 25;

/** Prints the functions that took the most time by themselves, for each profile in the folder. */
export async function printProfiles(folder: string): Promise<void> {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.cpuprofile')).sort();
	for (const file of files) {
		const profile = JSON.parse(await readFile(path.join(folder, file), 'utf8'));
		console.log(`\n${file}`);
		for (const { name, ms, part } of hottest(profile)) {
			console.log(
				`${ms.toFixed(0).padStart(7)} ms ${(part * 100).toFixed(1).padStart(5)} %  ${name}`,
			);
		}
	}
}

/** @returns the functions by the time that they took themselves, the most first */
function hottest({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile) {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const taken = new Map<string, number>();
	samples.forEach((id, at) => {
		const { functionName, url, lineNumber } = byId.get(id)!.callFrame;
		const place = url.split('node_modules/').at(-1)!;
		const name = `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`;
		taken.set(name, (taken.get(name) ?? 0) + timeDeltas[at] / 1000);
	});
	const total = [...taken].reduce(
		(sum, [name, ms]) => sum + (name.startsWith('(idle)') ? 0 : ms),
		0,
	);
	return [...taken]
		.filter(([name]) => !name.startsWith('(idle)'))
		.sort(([, a], [, b]) => b - a)
		.slice(0, SHOWN)
		.map(([name, ms]) => ({ name, ms, part: ms / total }));
}
