/** The system's own Chromium: playwright's would have to be downloaded from outside the package registries. */
import { findProgram, installPackages } from './debian.mjs';

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];

/** @returns {string | undefined} path of the Chromium named in CHROMIUM, or else of one in PATH */
export function findChromium() {
	return process.env.CHROMIUM || findProgram(NAMES);
}

/**
 * Installs Debian's Chromium, with sudo unless we are root.
 *
 * @throws {import('./trouble.mjs').Trouble} not a Debian, no permission, no network
 */
export async function installChromium() {
	await installPackages(['chromium'], 'Install Chromium, or say in CHROMIUM where it is.');
}
