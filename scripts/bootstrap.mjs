/**
 * Runs another script of this folder, even in a fresh clone: `node scripts/bootstrap.mjs demo -- --once`.
 * It first installs the development packages if they are missing or don't match the lock file, so it
 * can't use any of them itself. Without a script it only installs.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { NPM_FLAGS, npmTrouble } from './lib/npm.mjs';
import { printTrouble, Trouble } from './lib/trouble.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [script, ...args] = process.argv.slice(2);

try {
	checkNode();
	if (!isInstalled()) installPackages();
	if (script) {
		const url = new URL(`./${script}.mjs`, import.meta.url);
		// The script sees the same arguments as if it had been started directly.
		process.argv = [process.argv[0], fileURLToPath(url), ...args];
		await import(url.href);
	}
} catch (error) {
	printTrouble(error);
	process.exitCode = 1;
}

function checkNode() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	if (major > 20 || (major === 20 && minor >= 19)) return;
	throw new Trouble(`Node 20.19 or newer is required. This is Node ${process.versions.node}.`);
}

/**
 * As its last step, npm writes what it installed to a lock file in node_modules. That must match the
 * project's lock file and include every development package. It can lack other packages, because the
 * project's lock file also lists those of other platforms.
 */
function isInstalled() {
	let installed;
	try {
		installed = readLock('node_modules/.package-lock.json');
	} catch {
		return false;
	}
	const locked = readLock('package-lock.json');
	const required = Object.keys(locked[''].devDependencies);
	return (
		required.every((name) => installed[`node_modules/${name}`]) &&
		Object.entries(installed).every(([place, { version }]) => locked[place]?.version === version)
	);
}

/** @param {string} file @returns {Record<string, any>} */
function readLock(file) {
	return JSON.parse(readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')).packages;
}

function installPackages() {
	console.log(
		'Installing the development packages with npm (about a minute, only the first time).',
	);
	const { status, signal, error, stderr } = spawnSync('npm', ['ci', ...NPM_FLAGS], {
		cwd: root,
		stdio: ['ignore', 'inherit', 'pipe'],
		encoding: 'utf8',
	});
	if (error) throw new Trouble(`npm could not be started (${error.message}). Is it installed?`);
	if (signal) process.exit(130);
	if (status !== 0) throw npmTrouble('Installing the development packages failed', stderr);
}
