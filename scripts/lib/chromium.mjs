/** The system's own Chromium: playwright's would have to be downloaded from outside the package registries. */
import { execa } from 'execa';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Trouble } from './trouble.mjs';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

/** @returns {string | undefined} path of the Chromium named in CHROMIUM, or else of one in PATH */
export function findChromium() {
	if (process.env.CHROMIUM) return process.env.CHROMIUM;
	const folders = String(process.env.PATH).split(path.delimiter);
	return folders
		.flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
		.find((file) => existsSync(file));
}

/**
 * Installs Debian's Chromium, with sudo unless we are root.
 *
 * @throws {Trouble} not a Debian, no permission, no network
 */
export async function installChromium() {
	const asRoot = process.getuid?.() === 0 ? [] : ['sudo'];
	const aptGet = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '--quiet'];
	try {
		for (const [file, ...args] of [
			[...aptGet, 'update'],
			[...aptGet, 'install', '--yes', 'chromium'],
		]) {
			await execa(file, args, { stdio: 'inherit' });
		}
	} catch (error) {
		throw new Trouble(
			`Chromium is missing and could not be installed from Debian's packages (${error.shortMessage}). Install it, or say in CHROMIUM where it is.`,
		);
	}
}
