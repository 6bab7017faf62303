/** `npm run chromium`: installs Chromium for the browser tests and the screenshots if it is missing. */
import { findChromium, installChromium } from './lib/chromium.mjs';
import { runScript } from './lib/processes.mjs';

await runScript(async () => {
	if (!findChromium()) await installChromium();
	console.log(`Chromium: ${findChromium()}`);
});
