import { expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import axios from 'axios';
import { readdirSync, readFileSync } from 'node:fs';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { eventually } from './support/eventually.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, n8n } = await startWorld();
const folder = new URL('../../examples/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

test.each(files)('%s names no machine, and says what it costs', (file) => {
	const example = read(file);
	expect(example).not.toHaveProperty('id');
	expect(example).not.toHaveProperty('meta.instanceId');
	for (const node of example.nodes) {
		for (const credential of Object.values<any>(node.credentials ?? {})) {
			expect(credential.id).toBeNull();
		}
	}
	const note = example.nodes.find(({ type }: any) => type === 'n8n-nodes-base.stickyNote');
	expect(note.parameters.content).toMatch(/Costs \d+ jobs/);
});

test('prompts become upscaled pictures', async () => {
	const example = read('prompts-to-upscaled-pictures.json');
	const execution = await client.runWorkflow(await client.createWorkflow(example, credentials));
	expect(execution.status).toBe('success');
	const items = itemsOf(execution, 'Upscale the First');
	expect(items.map(({ json }: any) => json.status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
	for (const { binary } of items) {
		const picture = await client.downloadBinary(binary.data);
		expect(picture.subarray(1, 4).toString()).toBe('PNG');
	}
});

test('one bad prompt goes to the error branch with its reason and stops no other', async () => {
	const example = read('batch-with-error-branch.json');
	const execution = await client.runWorkflow(await client.createWorkflow(example, credentials));
	expect(execution.status).toBe('success');
	expect(itemsOf(execution, 'Pictures')).toHaveLength(3);
	expect(itemsOf(execution, 'Failed Prompts').map(({ json }: any) => json)).toEqual([
		{ prompt: '', reason: expect.stringMatching(/prompt/i), jobId: '' },
	]);
});

test('a picture from the form is described and imagined anew', async () => {
	const workflow = await client.createWorkflow(read('describe-and-imagine.json'), credentials);
	await client.activateWorkflow(workflow);
	const { webhookId } = workflow.nodes.find(({ type }: any) => /formTrigger$/.test(type));
	const form = `${n8n.url}/form/${webhookId}`;
	await eventually(
		async () => (await axios.get(form, { validateStatus: () => true })).status === 200,
	);

	const body = new FormData();
	const picture = new Uint8Array(createCanvas(8, 8).toBuffer('image/png'));
	body.append('field-0', new Blob([picture], { type: 'image/png' }), 'picture.png');
	await axios.post(form, body);
	const [{ id }] = await eventually(async () => {
		const found = await client.listExecutions({ workflowId: workflow.id });
		return found.length > 0 && found;
	});
	const execution = await client.waitForExecution(id);
	expect(execution.data.resultData.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');
	expect(Object.keys(itemsOf(execution, 'Imagine')[0].binary)).toEqual([
		'image_1',
		'image_2',
		'image_3',
		'image_4',
	]);
});
