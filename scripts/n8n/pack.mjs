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
	return process.env[PACKAGE] || (await packCheckout(ROOT, into));
}

/**
 * @param {string} checkout with its development packages
 * @param {string} into folder for the package
 * @returns {Promise<string>} path of the package
 * @throws {Trouble} when the build or the packing fails
 */
export async function packCheckout(checkout, into) {
	await npm(checkout, ['run', 'build'], 'The build failed');
	const packing = ['pack', '--json', '--pack-destination', into];
	const [{ filename }] = JSON.parse(await npm(checkout, packing, 'Packing failed'));
	return path.join(into, path.basename(filename));
}

/**
 * @param {string} cwd
 * @param {string[]} args
 * @param {string} failure what failed
 * @returns {Promise<string>} what npm wrote to its standard output
 */
export async function npm(cwd, args, failure) {
	const child = start('npm', [...args, ...NPM_FLAGS], { cwd, reject: false });
	const { exitCode, stdout, stderr } = await child;
	if (exitCode !== 0) throw new Trouble(`${failure}:\n${stdout}\n${stderr}`);
	return String(stdout);
}
