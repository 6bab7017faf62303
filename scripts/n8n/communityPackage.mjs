/** Installs our package where n8n's Settings > Community nodes would. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { NPM_FLAGS, npmTrouble } from '../lib/npm.mjs';
import { start } from '../lib/processes.mjs';

/** @param {string} folder n8n's user folder */
export const packagesFolder = (folder) => path.join(folder, '.n8n', 'nodes');

/**
 * Creates the folder of the community packages, with the same manifest as n8n.
 *
 * @param {string} folder n8n's user folder
 * @returns {Promise<string>} the packages folder
 */
export async function preparePackagesFolder(folder) {
	const packages = packagesFolder(folder);
	await mkdir(packages, { recursive: true });
	const manifest = { name: 'installed-nodes', private: true, dependencies: {} };
	await writeFile(path.join(packages, 'package.json'), JSON.stringify(manifest));
	return packages;
}

/**
 * Installs a packed package. Needs no network: the package has no dependencies, and its peer
 * n8n-workflow comes from n8n, which puts its own modules on NODE_PATH.
 *
 * @param {object} options
 * @param {string} options.folder n8n's user folder
 * @param {string} options.tarball path of the packed package
 */
export async function installPackage({ folder, tarball }) {
	const cwd = await preparePackagesFolder(folder);
	const flags = ['--offline', '--legacy-peer-deps', '--ignore-scripts', ...NPM_FLAGS];
	const child = start('npm', ['install', path.resolve(tarball), ...flags], {
		cwd,
		all: true,
		reject: false,
	});
	const { exitCode, all } = await child;
	if (exitCode !== 0) throw npmTrouble('Installing the packed package in n8n failed', String(all));
}
