/**
 * Installs a real n8n, and the Node 24 that it needs, from the npm registry into a cache folder:
 * `${XDG_CACHE_HOME:-~/.cache}/n8n-nodes-ttapi/n8n-<version>`. Takes about 3 GB and five minutes, once.
 */
import { access, mkdir, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { takeLock } from '../lib/lock.mjs';
import { start } from '../lib/processes.mjs';
import { NPM_FLAGS, npmTrouble } from '../lib/npm.mjs';
import { Trouble } from '../lib/trouble.mjs';

export const N8N_VERSION = '2.41.1';
/** Many users still run the previous major version. */
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
 * Installs n8n if it is missing. Safe to call from several processes at once, and after an install
 * that was interrupted.
 *
 * @param {object} [options]
 * @param {string} [options.version]
 * @param {(text: string) => void} [options.report] called with the progress, about every second
 * @returns {Promise<N8nInstall>}
 * @throws {Trouble} without a network, disk space or a compiler
 */
export async function installN8n({ version = N8N_VERSION, report = () => {} } = {}) {
	const folder = path.join(cacheFolder(), `n8n-${version}`);
	const install = locate(folder, version);
	if (await isComplete(install)) return install;

	await mkdir(cacheFolder(), { recursive: true });
	const release = await takeLock({
		file: `${folder}.lock`,
		taken: `Another process has been installing n8n for ${LOCK_WAIT_SECONDS / 60} minutes. Stop it and run the command again.`,
		waitSeconds: LOCK_WAIT_SECONDS,
		onWait: () => report('Another process is installing n8n, waiting for it'),
	});
	try {
		// Another process may have finished it while this one waited.
		if (!(await isComplete(install))) await installInto(folder, version, report);
	} finally {
		await release();
	}
	return install;
}

/** For what takes long to make, by version: outside of every checkout. */
export function cacheFolder() {
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

/** A folder only gets its name when it is complete. This also notices a folder emptied by hand. */
async function isComplete({ node, n8n, folder }) {
	const sqlite = path.join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node');
	const found = await Promise.allSettled([node, n8n, sqlite].map((file) => access(file)));
	return found.every(({ status }) => status === 'fulfilled');
}

/** Renames the folder at the end, so that an interrupted install doesn't look complete. */
async function installInto(folder, version, report) {
	const partial = `${folder}.partial`;
	await rm(partial, { recursive: true, force: true });
	const { bavail, bsize } = await statfs(cacheFolder());
	if (bavail * bsize < BYTES_NEEDED) {
		throw new Trouble(
			`n8n needs 4 GB in ${cacheFolder()} but the disk has ${((bavail * bsize) / 1e9).toFixed(1)} GB left. Free some space, or set XDG_CACHE_HOME to a folder on another disk.`,
		);
	}
	await mkdir(partial, { recursive: true });
	await writeFile(
		path.join(partial, 'package.json'),
		JSON.stringify(manifest(version), null, '\t'),
	);
	// Install scripts download add-ons. The only one that n8n needs is SQLite, which we build.
	await npm(['install', '--ignore-scripts'], partial, `Installing n8n ${version}`, report);
	await npm(['rebuild', 'sqlite3'], partial, 'Building SQLite', report, {
		// node-gyp uses the headers of this Node instead of downloading them.
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
		// n8n 1.x gets xlsx from outside the npm registry.
		...(version.startsWith('1.') && { overrides: { xlsx: '0.18.5' } }),
	};
}

/** Runs npm, and reports the number of packages fetched and the seconds passed. */
async function npm(args, folder, task, report, env = {}) {
	const startedAt = Date.now();
	const flags = [...NPM_FLAGS, '--loglevel=http'];
	const child = start('npm', [...args, ...flags], { cwd: folder, env, all: true, reject: false });
	const packages = new Set();
	child.all.on('data', (chunk) => {
		for (const [tarball] of String(chunk).matchAll(/[^/\s]+\.tgz/g)) packages.add(tarball);
	});
	const reportProgress = () => {
		const seconds = Math.round((Date.now() - startedAt) / 1000);
		report(`${task}: ${packages.size ? `${packages.size} packages, ` : ''}${seconds} s`);
	};
	const timer = setInterval(reportProgress, 1000);
	const { exitCode, all } = await child;
	clearInterval(timer);
	if (exitCode !== 0) {
		await writeFile(path.join(cacheFolder(), 'npm-failure.log'), String(all));
		throw npmTrouble(`${task} failed`, String(all));
	}
}
