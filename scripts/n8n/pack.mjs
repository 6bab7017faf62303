/** Builds the package and packs it exactly as it would be published. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NPM_FLAGS } from '../lib/npm.mjs';
import { start } from '../lib/processes.mjs';
import { Trouble } from '../lib/trouble.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/**
 * @typedef {object} Packed
 * @property {string} tarball path
 * @property {number} size bytes
 * @property {string[]} files what is in it
 */

/**
 * @param {object} options
 * @param {string} options.into folder for the tarball
 * @returns {Promise<Packed>}
 * @throws {Trouble} when the build or the packing fails
 */
export async function buildAndPack({ into }) {
	await npm(['run', 'build'], 'The build failed');
	const output = await npm(['pack', '--json', '--pack-destination', into], 'Packing failed');
	const [{ filename, size, files }] = JSON.parse(output);
	return {
		tarball: path.join(into, path.basename(filename)),
		size,
		files: files.map((file) => file.path),
	};
}

/** @param {string[]} args @param {string} failure @returns {Promise<string>} what npm wrote to its standard output */
async function npm(args, failure) {
	const child = start('npm', [...args, ...NPM_FLAGS], { cwd: ROOT, reject: false });
	const { exitCode, stdout, stderr } = await child;
	if (exitCode !== 0) throw new Trouble(`${failure}:\n${stdout}\n${stderr}`);
	return String(stdout);
}
