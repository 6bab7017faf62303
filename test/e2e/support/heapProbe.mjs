/**
 * Loaded into an n8n by `NODE_OPTIONS=--import <this file>`: on the signal SIGUSR2 it collects all garbage and writes what
 * is left to the file that the environment names, with the most that there was since the last signal.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export const HEAP_FILE = 'E2E_HEAP_FILE';

/** A gigabyte takes a second and more: it cannot slip through. */
const SAMPLE_MS = 20;

const file = process.env[HEAP_FILE];

// n8n's task runner is started with the same options and is none of our business.
if (file && process.argv.at(-1) === 'start') {
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc');
	/** The most bytes in use since the last signal, with all that is outside of the heap. */
	let most = 0;
	setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), SAMPLE_MS).unref();
	process.on('SIGUSR2', () => {
		// What finalizers free goes with the second one.
		collectGarbage();
		collectGarbage();
		const { heapUsed } = process.memoryUsage();
		// A key that an empty object has is one that somebody put on every object.
		const polluted = [];
		for (const key in {}) polluted.push(key);
		writeFileSync(`${file}.part`, JSON.stringify({ heapUsed, most, polluted }));
		renameSync(`${file}.part`, file);
		most = process.memoryUsage.rss();
	});
}
