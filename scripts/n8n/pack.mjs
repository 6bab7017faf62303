/** The package as it would be published: built and packed. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NPM_FLAGS } from '../lib/npm.mjs';
import { start } from '../lib/processes.mjs';
import { Trouble } from '../lib/trouble.mjs';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Name of the environment variable with the path of a package that is built already. */
export const PACKAGE = 'TTAPI_PACKAGE';

/**
 * @param {object} options
 * @param {string} options.into folder for the package, if it has to be built
 * @returns {Promise<string>} path of the package: the one that {@link PACKAGE} names, or a new one
 * @throws {Trouble} when the build or the packing fails
 */
export async function buildAndPack({ into }) {
	const built = process.env[PACKAGE];
	if (built) return built;
	await npm(['run', 'build'], 'The build failed');
	const output = await npm(['pack', '--json', '--pack-destination', into], 'Packing failed');
	const [{ filename }] = JSON.parse(output);
	return path.join(into, path.basename(filename));
}

/** @param {string[]} args @param {string} failure @returns {Promise<string>} what npm wrote to its standard output */
async function npm(args, failure) {
	const child = start('npm', [...args, ...NPM_FLAGS], { cwd: ROOT, reject: false });
	const { exitCode, stdout, stderr } = await child;
	if (exitCode !== 0) throw new Trouble(`${failure}:\n${stdout}\n${stderr}`);
	return String(stdout);
}
