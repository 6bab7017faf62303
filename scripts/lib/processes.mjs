/**
 * Child processes that never outlive us. Each leads a process group of its own, so that ending it ends its children
 * too (npm starts node-gyp, n8n starts its task runner); only groups that were started here are ever signalled.
 */
import { execa } from 'execa';
import { constants } from 'node:os';
import { printTrouble, Trouble } from './trouble.mjs';

/** @type {Map<number, Promise<unknown>>} group id -> its end */
const groups = new Map();
let signalsWatched = false;
let interrupted = false;

/**
 * Starts a program in its own process group.
 *
 * @param {string} file
 * @param {string[]} args
 * @param {import('execa').Options} [options]
 * @returns {import('execa').ResultPromise} with `reject: false` it resolves, however the program ends
 */
export function start(file, args, options = {}) {
	watchSignals();
	if (interrupted) throw new Trouble('Interrupted.');
	// execa's own cleanup signals the leader only and does not work for a detached one.
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
 * Ends a group started here: asks it to, and after `grace` makes it.
 *
 * @param {number} pid the leader's id
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
 * Ends a group at once, as a crash would.
 *
 * @param {number} pid the leader's id
 */
export async function kill(pid) {
	const ended = groups.get(pid);
	if (!ended) return;
	signal(pid, 'SIGKILL');
	await ended;
}

/** Ends everything that was started here. */
export async function endAll() {
	await Promise.all([...groups.keys()].map((pid) => end(pid, 5_000)));
}

/**
 * Runs a script to its end and leaves nothing behind: exit code 0, or 1 with the reason printed. A script that sets
 * `process.exitCode` says by it with which code Ctrl-C ends it from then on.
 *
 * @param {() => Promise<unknown>} script
 */
export async function runScript(script) {
	watchSignals();
	try {
		await script();
	} catch (error) {
		// What fails because its programs were just ended is no news.
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
		// The group has ended already.
	}
}

function watchSignals() {
	if (signalsWatched) return;
	signalsWatched = true;
	if (process.platform === 'win32') {
		throw new Trouble('This works on Linux and macOS; on Windows use WSL.');
	}
	for (const name of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
		// Not `once`: libraries that clean up on a signal kill the process when they see no other listener.
		process.on(name, () => {
			if (interrupted) process.exit(process.exitCode ?? 130);
			interrupted = true;
			void endAll().then(() => process.exit(process.exitCode ?? 128 + constants.signals[name]));
		});
	}
	// The last resort, when somebody calls process.exit: nothing asynchronous runs any more.
	process.on('exit', () => {
		for (const pid of groups.keys()) signal(pid, 'SIGKILL');
	});
}
