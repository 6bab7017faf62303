/** `npm run chromium`: brings the Chromium of the browser test and the screenshots, unless the machine has one. */
import { findChromium, installChromium } from './lib/chromium.mjs';
import { runScript } from './lib/processes.mjs';

await runScript(async () => {
	if (!findChromium()) await installChromium();
	console.log(`Chromium: ${findChromium()}`);
});
