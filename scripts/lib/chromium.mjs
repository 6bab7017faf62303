/** We use the system's Chromium, because playwright's doesn't come from a package registry. */
import { findProgram, installPackages } from './debian.mjs';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

/** @returns {string | undefined} path from CHROMIUM, else of a Chromium in PATH */
export function findChromium() {
	return process.env.CHROMIUM || findProgram(NAMES);
}

/**
 * Installs Debian's Chromium, with sudo unless we are root.
 *
 * @throws {import('./trouble.mjs').Trouble} if this is not a Debian, or without permission or network
 */
export async function installChromium() {
	await installPackages(['chromium'], 'Install Chromium, or set CHROMIUM to its path.');
}
