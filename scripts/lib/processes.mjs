/**
 * Child processes that never outlive this one. Each has its own process group, so that stopping it
 * also stops its children (npm starts node-gyp, n8n starts its task runner). Only groups that were
 * started here are signalled.
 */
import { execa } from 'execa';
import { constants } from 'node:os';
import { printTrouble, Trouble } from './trouble.mjs';

/** @type {Map<number, Promise<unknown>>} group ID -> resolves when it exits */
const groups = new Map();
let signalsWatched = false;
let interrupted = false;

/**
 * Starts a program in its own process group.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {import('execa').Options} [options]
 * @returns {import('execa').ResultPromise} with `reject: false` it resolves even if the program fails
 */
export function start(file, args, options = {}) {
	watchSignals();
	if (interrupted) throw new Trouble('Interrupted.');
	// execa's own cleanup only signals the leader, and does not work for detached processes.
	const child = execa(file, args, { ...options, detached: true, cleanup: false });
	const { pid } = child;
	if (pid !== undefined) {
		const ended = new Promise((resolve) => child.once('exit', resolve)).then(() => {
			signal(pid, 'SIGKILL');
			groups.delete(pid);
		});
		groups.set(pid, ended);
	}
	return child;
}

/**
 * Stops a group that was started here: with SIGTERM, and after `grace` with SIGKILL.
 *
 * @param {number} pid process ID of its leader
 * @param {number} [grace] milliseconds
 */
export async function end(pid, grace = 15_000) {
	const ended = groups.get(pid);
	if (!ended) return;
	signal(pid, 'SIGTERM');
	const timer = setTimeout(() => signal(pid, 'SIGKILL'), grace);
	await ended;
	clearTimeout(timer);
}

/**
 * Stops a group at once, like a crash.
 *
 * @param {number} pid process ID of its leader
 */
export async function kill(pid) {
	const ended = groups.get(pid);
	if (!ended) return;
	signal(pid, 'SIGKILL');
	await ended;
}

/** Stops everything that was started here. */
export async function endAll() {
	await Promise.all([...groups.keys()].map((pid) => end(pid, 5_000)));
}

/**
 * Runs a script, stops everything it has started, and exits: with 0, or with 1 after printing the
 * error. If the script sets `process.exitCode`, Ctrl-C then exits with that code.
 *
 * @param {() => Promise<unknown>} script
 */
export async function runScript(script) {
	watchSignals();
	try {
		await script();
	} catch (error) {
		// After Ctrl-C, scripts fail because their programs were stopped.
		if (interrupted) return;
		printTrouble(error);
		process.exitCode = 1;
	}
	await endAll();
	process.exit();
}

/** @param {number} pid @param {NodeJS.Signals} name */
function signal(pid, name) {
	try {
		process.kill(-pid, name);
	} catch {
		// The group has already exited.
	}
}

function watchSignals() {
	if (signalsWatched) return;
	signalsWatched = true;
	if (process.platform === 'win32') {
		throw new Trouble('This works on Linux and macOS; on Windows use WSL.');
	}
	for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
		// Not `once`: some libraries kill the process on a signal if there is no other listener.
		process.on(name, () => {
			if (interrupted) process.exit(process.exitCode ?? 130);
			interrupted = true;
			void endAll().then(() => process.exit(process.exitCode ?? 128 + constants.signals[name]));
		});
	}
	// The last resort if something calls process.exit. Only synchronous code runs here.
	process.on('exit', () => {
		for (const pid of groups.keys()) signal(pid, 'SIGKILL');
	});
}
