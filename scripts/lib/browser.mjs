/** A headless Chromium with n8n's editor in it. */
import { chromium, selectors } from 'playwright-core';
import { OWNER } from '../n8n/client.mjs';
import { findChromium } from './chromium.mjs';
import { Editor } from './editor.mjs';
import { Trouble } from './trouble.mjs';

/** Without these, Chromium keeps asking for addresses of its maker in a closed network. */
const QUIET = [
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
	'--no-first-run',
];
/** Generous, for a busy machine: only there to end what hangs. */
const PATIENCE_MS = 60_000;

/**
 * Opens n8n's editor, logged in as the owner.
 *
 * @param {{ url: string, version: string }} n8n
 * @returns {Promise<{ editor: Editor, close: () => Promise<void> }>}
 * @throws {Trouble} when there is no Chromium
 */
export async function openEditor({ url, version }) {
	const executablePath = findChromium();
	if (!executablePath) {
		throw new Trouble(
			'Chromium is missing: "npm run chromium" installs Debian\'s, or say in CHROMIUM where yours is.',
		);
	}
	selectors.setTestIdAttribute('data-test-id');
	const browser = await chromium.launch({ executablePath, args: QUIET });
	const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
	page.setDefaultTimeout(PATIENCE_MS);
	await page.goto(`${url}/signin`);
	await page.locator('input[type=email]').fill(OWNER.email);
	await page.locator('input[type=password]').fill(OWNER.password);
	await page.getByTestId('form-submit-button').click();
	await page.waitForURL(/home|workflow/);
	return { editor: new Editor(page, { url, version }), close: () => browser.close() };
}
