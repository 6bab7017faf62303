/** A headless Chromium that does in n8n's editor what a person does. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { chromium, selectors } from 'playwright-core';
import { OWNER } from '../n8n/client.mjs';
import { Trouble } from './trouble.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Without these, Chromium keeps asking for addresses of its maker in a closed network. */
const QUIET = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
];

/**
 * Opens n8n's editor, logged in as the owner.
 *
 * @param {string} url of n8n
 * @returns {Promise<{ page: import('playwright-core').Page, close: () => Promise<void> }>}
 */
export async function openEditor(url) {
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({
		executablePath: findChromium(),
		// Root, as in a container, may not use the sandbox.
		args: process.getuid?.() === 0 ? [...QUIET, '--no-sandbox'] : QUIET,
	});
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	await page.goto(`${url}/signin`);
	await page.locator('input[type=email]').fill(OWNER.email);
	await page.locator('input[type=password]').fill(OWNER.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL(/home|workflow/);
	return { page, close: () => browser.close() };
}

/** The system's own Chromium: playwright's would have to be downloaded. */
function findChromium() {
	if (process.env.CHROMIUM) return process.env.CHROMIUM;
	const folders = String(process.env.PATH).split(path.delimiter);
	const found = folders
		.flatMap((folder) => NAMES.map((name) => path.join(folder, name)))
		.find((file) => existsSync(file));
	if (found) return found;
	throw new Trouble('Chromium is missing: install it, or say in CHROMIUM where it is.');
}
