/** `npm run screenshots`: retakes the screenshots of the README and docs/ in a real n8n. */
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
				await mkdir(FOLDER, { recursive: true });
				return await buildAndPack({ into: FOLDER });
			},
		},
		simulate: { jobMs: 1500 },
	});
	await runSteps([{ title: 'Take the images', run: () => takeImages(stack) }]);
});

/** @param {import('./lib/stack.mjs').Stack} stack */
async function takeImages({ n8n, simulator, workflows }) {
	const { editor, close } = await openEditor(n8n);
	// Removes screenshots that are no longer taken.
	await rm(IMAGES, { recursive: true, force: true });
	await mkdir(IMAGES, { recursive: true });
	const take = (name, what) => editor.takeScreenshot(path.join(IMAGES, `${name}.png`), what);

	await editor.openWorkflow(workflows['prompts-to-upscaled-pictures']);
	await editor.executeWorkflow('Upscale the First');
	await editor.fitView();
	await take('workflow', 'page');

	await editor.openNode('Upscale the First');
	await take('node', 'node');
	await editor.viewImage();
	await take('image', 'node');
	await editor.openCredential();
	await take('credential', 'credential');

	await editor.openWorkflow(workflows['batch-with-pacing']);
	await editor.executeWorkflow('Images');
	await editor.fitView();
	await take('batch', 'page');

	await editor.openWorkflow(workflows['prompt-to-video']);
	await editor.executeWorkflow('Extend');
	await editor.fitView();
	await take('video', 'page');
	await editor.openNode('Imagine');
	await take('prompt-parameters', 'node');
	await editor.closeNode();
	await editor.openNode('Create');
	await take('video-node', 'node');

	await editor.openWorkflow(workflows['repaint-a-region']);
	await editor.executeWorkflow('Repaint');
	await editor.openNode('Repaint');
	await take('rectangles', 'node');

	await editor.openWorkflow(workflows['describe-and-restyle']);
	await editor.fitView();
	await take('restyle', 'page');

	await editor.openWorkflow(workflows['form-imagine-choose-upscale']);
	await editor.fitView();
	await take('form', 'page');

	await editor.openWorkflow(workflows.agent);
	await editor.fitView();
	await take('agent', 'page');

	await editor.newWorkflow();
	await editor.addNode('TTAPI Midjourney', 'On job succeeded');
	await editor.choose('events', 'Job Failed');
	const hookUrl = await editor.testUrl();
	await editor.listen();
	await submit(simulator, { prompt: 'a red fox in fresh snow, film photo --ar 3:2', hookUrl });
	await editor.seeInOutput('SUCCESS');
	// n8n covers a trigger's first output with a hint; reopening the node removes it.
	await editor.closeNode();
	await editor.openNode('TTAPI Midjourney Trigger');
	await editor.productionUrl();
	await take('trigger', 'node');
	await close();
}

/** Submits a job like a node in another workflow. */
async function submit({ url, apiKey }, body) {
	await fetch(`${url}/midjourney/v1/imagine`, {
		method: 'POST',
		headers: { 'TT-API-KEY': apiKey, 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
}
