/** Finds and installs programs that npm doesn't have. */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.mjs';

/**
 * @param {string[]} names of the program, best first
 * @param {string[]} [alsoIn] folders to search after those of PATH
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
 * @param {string} otherwise sentence that says what to do if this fails
 * @throws {Trouble} if this is not a Debian, or without permission or network
 */
export async function installPackages(packages, otherwise) {
	const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
	const aptGet = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet'];
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
			`Could not install Debian's packages ${missing} (${error.shortMessage}). ${otherwise}`,
		);
	}
}
