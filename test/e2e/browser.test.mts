import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { openEditor } from '../../scripts/lib/browser.mjs';
import type { Editor } from '../../scripts/lib/editor.mjs';
import type { JobRecord } from '../../simulator/state.mts';
import { ttapiWorkflow } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

// Jobs take long enough for n8n to have stored a pause before the callback comes, on a busy machine, too.
const { n8n, client, credentials, simulator } = await startWorld({
	jobMs: 3_000,
});
let editor: Editor;
let close = async () => {};
beforeAll(async () => {
	({ editor, close } = await openEditor(n8n));
});
afterAll(async () => await close());
beforeEach(() => simulator.reset());

const PROMPT = 'a lighthouse on a cliff at dawn, watercolor --ar 3:2';

const sizeOf = ({ width, height }: JobRecord) => ({ width, height });

/** Makes a credential in the open node, with the key wrong at first. */
async function connect() {
	await editor.newCredential();
	await editor.choose('baseUrl', 'Custom');
	await editor.fillIn('customBaseUrl', simulator.url);
	await editor.fillIn('apiKey', 'not the key');
	expect(await editor.saveCredential()).toBe('Couldn’t connect with these settings');
	await editor.fillIn('apiKey', simulator.apiKey);
	expect(await editor.saveCredential()).toBe('Connection tested successfully');
	await editor.closeCredential();
}

test('a person finds the node, connects it to TTAPI, and sees its image and the next node pause and go on', async () => {
	await editor.newWorkflow();
	await editor.addManualTrigger();
	await editor.addNode('TTAPI Midjourney', 'Imagine images');
	await connect();
	await editor.fillIn('prompt', PROMPT);
	await editor.choose('mode', 'Turbo');
	await editor.choose('download', 'Main Image');
	await editor.executeStep();
	const [grid] = simulator.state().jobs;
	expect(grid).toMatchObject({ prompt: PROMPT, mode: 'turbo', status: 'SUCCESS' });
	expect(await editor.viewImage()).toEqual(sizeOf(grid));

	await editor.closeNode();
	await editor.addNode('TTAPI Midjourney', 'Get a job');
	await editor.choose('resource', 'Image');
	await editor.choose('operation', 'Upscale, Vary, Zoom, Pan');
	await editor.choose('action', 'Upscale 2 (U2)');
	await editor.choose('waitForResult', 'Pause Until Callback');
	await editor.choose('download', 'Main Image');
	await editor.executeStep();
	const image = await editor.viewImage();
	const [, upscaled, ...others] = simulator.state().jobs;
	expect(upscaled).toMatchObject({ prompt: PROMPT, action: 'upsample2', status: 'SUCCESS' });
	expect(image).toEqual(sizeOf(upscaled));
	expect(others).toEqual([]);
});

test('a person searches the jobs of their account by prompt, chooses one and gets its image', async () => {
	for (const jobId of ['grid-of-foxes', 'grid-of-boats', 'grid-of-owls'])
		simulator.addFinishedJob({ jobId, prompt: `a ${jobId.replaceAll('-', ' ')} in fresh snow` });
	await editor.newWorkflow();
	await editor.addManualTrigger();
	await editor.addNode('TTAPI Midjourney', 'Get a job');
	await connect();
	const items = await editor.openList('jobId');
	await items.nth(2).waitFor();
	const nameOf = (animals: string) => `a grid of ${animals} in fresh snow · Imagine`;
	expect(await items.allInnerTexts()).toEqual(['owls', 'boats', 'foxes'].map(nameOf));

	await editor.searchList('OF BOATS');
	await items.nth(1).waitFor({ state: 'hidden' });
	await items.click();
	expect(await editor.chosenFromList('jobId')).toBe(nameOf('boats'));
	await editor.choose('download', 'Main Image');
	await editor.executeStep();
	expect(await editor.viewImage()).toEqual(sizeOf(simulator.state().jobs[1]));
});

test('a person finds the trigger, listens to its test URL and sees the job that has ended', async () => {
	await editor.newWorkflow();
	await editor.addNode('TTAPI Midjourney', 'On job succeeded');
	await connect();
	const hookUrl = await editor.testUrl();
	await editor.listen();

	const parameters = { prompt: PROMPT, waitForResult: 'none', options: { hookUrl } };
	const another = await client.createWorkflow(ttapiWorkflow([{}], { parameters }), credentials);
	expect((await client.runWorkflow(another)).status).toBe('success');

	await editor.seeInOutput(simulator.state().jobs[0].jobId);
});
