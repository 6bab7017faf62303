/** Opens n8n's editor in a headless Chromium. */
import { chromium, selectors } from 'playwright-core';
import { OWNER } from '../n8n/client.mjs';
import { findChromium } from './chromium.mjs';
import { Editor } from './editor.mjs';
import { Trouble } from './trouble.mjs';

/** Without these, Chromium keeps trying to reach Google's servers. */
const QUIET = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
];
/** Generous for a busy machine; it only has to stop what hangs. */
const TIMEOUT_MS = 60_000;

/**
 * Opens n8n's editor, logged in as the owner.
 *
 * @param {{ url: string, version: string }} n8n
 * @returns {Promise<{ editor: Editor, close: () => Promise<void> }>}
 * @throws {Trouble} if there is no Chromium
 */
export async function openEditor({ url, version }) {
	const executablePath = findChromium();
	if (!executablePath) {
		throw new Trouble(
			'Chromium is missing. Run "npm run chromium" to install it, or set CHROMIUM to its path.',
		);
	}
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, args: QUIET });
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	page.setDefaultTimeout(TIMEOUT_MS);
	await page.goto(`${url}/signin`);
	await page.locator('input[type=email]').fill(OWNER.email);
	await page.locator('input[type=password]').fill(OWNER.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL(/home|workflow/);
	return { editor: new Editor(page, { url, version }), close: () => browser.close() };
}
