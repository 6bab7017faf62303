/** `npm run screenshots`: takes the pictures of the README anew, out of a real n8n. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openEditor } from './lib/browser.mjs';
import { runScript } from './lib/processes.mjs';
import { startStack } from './lib/stack.mjs';
import { runSteps } from './lib/tasks.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';

const FOLDER = path.join(ROOT, '.demo', 'screenshots');
const IMAGES = path.join(ROOT, 'docs', 'images');

await runScript(async () => {
	const stack = await startStack({
		folder: FOLDER,
		build: {
			title: 'Build and pack the nodes',
			run: async () => {
				await rm(FOLDER, { recursive: true, force: true });
				await Promise.all([FOLDER, IMAGES].map((folder) => mkdir(folder, { recursive: true })));
				return (await buildAndPack({ into: FOLDER })).tarball;
			},
		},
		simulate: { jobMs: 1500 },
	});
	await runSteps([{ title: 'Take the pictures', run: () => takePictures(stack) }]);
});

async function takePictures({ n8n, workflows }) {
	const workflow = workflows['prompts-to-upscaled-pictures'];
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
