/**
 * Runs one of the scripts beside it, in a fresh clone too: `node scripts/bootstrap.mjs demo -- --once`. It installs the
 * development packages when they are missing or not the ones of the lock file, so it can use none of them itself.
 * Without a name it only does that.
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
	if (!packagesAreThere()) installPackages();
	if (script) {
		const url = new URL(`./${script}.mjs`, import.meta.url);
		// The script sees its own arguments, as if it had been started by itself.
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
	throw new Trouble(`Node 20.19 or newer is needed; this is Node ${process.versions.node}.`);
}

/**
 * npm writes what it really installed into a second lock file inside node_modules, as its last step. It must agree with
 * the project's lock file, and hold all that the project asks for (not all of the lock file: that names the packages of
 * other platforms too).
 */
function packagesAreThere() {
	let installed;
	try {
		installed = readLock('node_modules/.package-lock.json');
	} catch {
		return false;
	}
	const locked = readLock('package-lock.json');
	const asked = Object.keys(locked[''].devDependencies);
	return (
		asked.every((name) => installed[`node_modules/${name}`]) &&
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
	if (error) throw new Trouble(`npm could not be started (${error.message}): is it installed?`);
	if (signal) process.exit(130);
	if (status !== 0) throw npmTrouble('Installing the development packages failed', stderr);
}
