/**
 * Brings a real n8n, and the Node 24 that it needs, from the npm registry into a cache folder outside the checkout:
 * `${XDG_CACHE_HOME:-~/.cache}/n8n-nodes-ttapi/n8n-<version>`. About 3 GB, about five minutes, once.
 */
import { access, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { takeLock } from '../lib/lock.mjs';
import { start } from '../lib/processes.mjs';
import { NPM_FLAGS, npmTrouble } from '../lib/npm.mjs';
import { Trouble } from '../lib/trouble.mjs';

export const N8N_VERSION = '2.41.1';
/** Many still run the line before. */
export const OLDER_N8N_VERSION = '1.123.81';
const NODE_VERSION = '24.21.0';
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const BYTES_NEEDED = 4e9;
/** How long to wait for another process that is installing the same version. */
const LOCK_WAIT_SECONDS = 20 * 60;

/**
 * @typedef {object} N8nInstall
 * @property {string} version
 * @property {string} folder
 * @property {string} node path of the Node 24 binary
 * @property {string} n8n path of n8n's command, a JavaScript file
 */

/**
 * Installs n8n unless it is there. Safe to call from several processes at once, and after a run that was cut off.
 *
 * @param {object} [options]
 * @param {string} [options.version]
 * @param {(text: string) => void} [options.report] told what is going on, every second or so
 * @returns {Promise<N8nInstall>}
 * @throws {Trouble} no network, no disk, no compiler
 */
export async function installN8n({ version = N8N_VERSION, report = () => {} } = {}) {
	const folder = path.join(cacheFolder(), `n8n-${version}`);
	const install = locate(folder, version);
	if (await isComplete(install)) return install;

	await mkdir(cacheFolder(), { recursive: true });
	const release = await takeLock({
		file: `${folder}.lock`,
		taken: `Another process has been installing n8n for ${LOCK_WAIT_SECONDS / 60} minutes: end it and run the command again.`,
		waitSeconds: LOCK_WAIT_SECONDS,
		onWait: () => report('Another process is installing n8n, waiting for it'),
	});
	try {
		// Another process may have finished it while this one waited.
		if (!(await isComplete(install))) await bring(folder, version, report);
	} finally {
		await release();
	}
	return install;
}

function cacheFolder() {
	return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'n8n-nodes-ttapi');
}

/** @param {string} folder @param {string} version @returns {N8nInstall} */
function locate(folder, version) {
	const modules = path.join(folder, 'node_modules');
	return {
		version,
		folder,
		node: path.join(modules, NODE_PACKAGE, 'bin', 'node'),
		n8n: path.join(modules, 'n8n', 'bin', 'n8n'),
	};
}

/** A folder gets its name only when all is in it; the look inside notices one that was emptied by hand. */
async function isComplete({ node, n8n, folder }) {
	const sqlite = path.join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node');
	const found = await Promise.allSettled([node, n8n, sqlite].map((file) => access(file)));
	return found.every(({ status }) => status === 'fulfilled');
}

/** Installs into a sibling folder and renames it at the end, so that a run cut off leaves nothing that looks whole. */
async function bring(folder, version, report) {
	const partial = `${folder}.partial`;
	await rm(partial, { recursive: true, force: true });
	const { bavail, bsize } = await statfs(cacheFolder());
	if (bavail * bsize < BYTES_NEEDED) {
		throw new Trouble(
			`n8n needs 4 GB in ${cacheFolder()} and the disk has ${((bavail * bsize) / 1e9).toFixed(1)} GB left: free some space, or set XDG_CACHE_HOME to a folder on another disk.`,
		);
	}
	await mkdir(partial, { recursive: true });
	await writeFile(
		path.join(partial, 'package.json'),
		JSON.stringify(manifest(version), null, '\t'),
	);
	// The install scripts of n8n's dependencies download prebuilt add-ons that n8n runs without; SQLite is the one it needs.
	await npm(['install', '--ignore-scripts'], partial, `Installing n8n ${version}`, report);
	await npm(['rebuild', 'sqlite3'], partial, 'Building SQLite', report, {
		// node-gyp takes the headers of this very Node instead of downloading some.
		npm_config_nodedir: path.join(partial, 'node_modules', NODE_PACKAGE),
		npm_config_ignore_scripts: 'false',
	});
	await rm(folder, { recursive: true, force: true });
	await rename(partial, folder);
}

function manifest(version) {
	return {
		name: 'n8n-host',
		private: true,
		dependencies: { n8n: version, [NODE_PACKAGE]: NODE_VERSION },
		// n8n 1.x takes xlsx from a host outside the npm registry.
		...(version.startsWith('1.') && { overrides: { xlsx: '0.18.5' } }),
	};
}

/** Runs npm and reports how many packages it has fetched and how long it has been at it. */
async function npm(args, folder, what, report, env = {}) {
	const startedAt = Date.now();
	const flags = [...NPM_FLAGS, '--loglevel=http'];
	const child = start('npm', [...args, ...flags], { cwd: folder, env, all: true, reject: false });
	const packages = new Set();
	child.all.on('data', (chunk) => {
		for (const [tarball] of String(chunk).matchAll(/[^/\s]+\.tgz/g)) packages.add(tarball);
	});
	const tell = () => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		report(`${what}: ${packages.size ? `${packages.size} packages, ` : ''}${seconds} s`);
	};
	const timer = setInterval(tell, 1000);
	const { exitCode, all } = await child;
	clearInterval(timer);
	if (exitCode !== 0) {
		await writeFile(path.join(cacheFolder(), 'npm-failure.log'), String(all));
		throw npmTrouble(`${what} failed`, String(all));
	}
}
