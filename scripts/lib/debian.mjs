/** Programs that come from Debian's packages, because npm has none of them. */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.mjs';

/**
 * @param {string[]} names of a program, the best first
 * @param {string[]} [alsoIn] folders to look into besides those of PATH
 * @returns {string | undefined} its path
 */
export function findProgram(names, alsoIn = []) {
	const folders = [...String(process.env.PATH).split(path.delimiter), ...alsoIn];
	return folders
		.flatMap((folder) => names.map((name) => path.join(folder, name)))
		.find((file) => existsSync(file));
}

/**
 * Installs Debian's packages, with sudo unless we are root.
 *
 * @param {string[]} packages
 * @param {string} otherwise what a person can do where that does not work, as a sentence
 * @throws {Trouble} not a Debian, no permission, no network
 */
export async function installPackages(packages, otherwise) {
	const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
	const aptGet = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet'];
	try {
		for (const [file, ...args] of [
			[...aptGet, 'update'],
			[...aptGet, 'install', '--yes', ...packages],
		]) {
			await execa(file, args, { stdio: 'inherit' });
		}
	} catch (error) {
		const missing = packages.join(' and ');
		throw new Trouble(
			`Debian's packages ${missing} could not be installed (${error.shortMessage}). ${otherwise}`,
		);
	}
}
