/** `npm run screenshots`: takes the pictures of the README anew, out of a real n8n. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openEditor } from './lib/browser.mjs';
import { runScript } from './lib/processes.mjs';
import { credentialData, furnish, startSimulator } from './lib/services.mjs';
import { runSteps } from './lib/tasks.mjs';
import { N8nClient } from './n8n/client.mjs';
import { installN8n, N8N_VERSION } from './n8n/install.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';
import { startN8n } from './n8n/start.mjs';

const FOLDER = path.join(ROOT, '.demo', 'screenshots');
const IMAGES = path.join(ROOT, 'docs', 'images');

await runScript(async () => {
	/** @type {any} what one step makes for the next */
	const made = {};
	await runSteps([
		{ title: `Bring n8n ${N8N_VERSION}`, run: (report) => installN8n({ report }) },
		{
			title: 'Start n8n with the packed nodes, and a TTAPI on this machine',
			run: async () => {
				await rm(FOLDER, { recursive: true, force: true });
				await Promise.all([FOLDER, IMAGES].map((folder) => mkdir(folder, { recursive: true })));
				const { tarball } = await buildAndPack({ into: FOLDER });
				const simulator = await startSimulator({ jobMs: 1500 });
				made.n8n = await startN8n({ folder: FOLDER, tarball });
				const workflows = await furnish(new N8nClient(made.n8n), credentialData(simulator));
				made.workflow = workflows['prompts-to-upscaled-pictures'];
			},
		},
		{ title: 'Take the pictures', run: () => takePictures(made) },
	]);
});

async function takePictures({ n8n, workflow }) {
	const { page, close } = await openEditor(n8n.url);
	await page.goto(`${n8n.url}/workflow/${workflow.id}`);
	const node = (name) => page.getByTestId('canvas-node').filter({ hasText: name });
	await page.getByTestId('execute-workflow-button').click();
	await node('Upscale the First').getByTestId('canvas-node-status-success').waitFor();
	await page.getByTestId('fit-view-button').or(page.getByTestId('zoom-to-fit')).first().click();
	// Messages come and go in front of the workflow.
	await page.locator('.el-notification').first().waitFor({ state: 'detached' });
	await page.screenshot({ path: path.join(IMAGES, 'workflow.png') });

	await node('Upscale the First').dblclick();
	await page.getByTestId('ndv').or(page.getByTestId('ndv-run-data')).first().waitFor();
	await page.waitForTimeout(1_000);
	await page.screenshot({ path: path.join(IMAGES, 'node.png') });
	await close();
}
