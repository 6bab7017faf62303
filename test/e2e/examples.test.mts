import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createCanvas } from '@napi-rs/canvas';
import axios from 'axios';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { FETCH } from '../operations.mts';
import { eventually } from './support/eventually.mts';
import { FormVisitor } from './support/formVisitor.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, n8n, simulator } = await startWorld({ jobMs: 1_500 });
beforeEach(() => simulator.reset());

const folder = new URL('../../examples/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

const nodeOf = (workflow: any, name: string) =>
	workflow.nodes.find((node: any) => node.name === name);
const promptsOf = (example: any): string[] =>
	JSON.parse(nodeOf(example, 'Prompts').parameters.jsonOutput).prompts;
const textOf = (notes: any[]): string =>
	notes.map(({ parameters }) => parameters.content).join('\n');
const jsonOf = (execution: any, name: string, which = {}) =>
	itemsOf(execution, name, which).map(({ json }: any) => json);

const create = async (example: any) => await client.createWorkflow(example, credentials);

async function activate(example: any) {
	const workflow = await create(example);
	await client.activateWorkflow(workflow);
	return workflow;
}

/** What the simulator serves at an address. */
const served = async (address: string): Promise<Buffer> => {
	const { data } = await axios.get(address, { responseType: 'arraybuffer', proxy: false });
	return Buffer.from(data);
};

const isServed = async ({ json, binary }: any): Promise<boolean> =>
	(await client.downloadBinary(binary.data)).equals(await served(json.cdnImage));

describe.each(files)('%s', (file) => {
	const example = read(file);
	const notes = example.nodes.filter(({ type }: any) => type === 'n8n-nodes-base.stickyNote');

	test('names no machine, and says what it costs and what to change', () => {
		expect(example).not.toHaveProperty('id');
		expect(example).not.toHaveProperty('meta.instanceId');
		for (const node of example.nodes) {
			expect(node).not.toHaveProperty('webhookId');
			for (const credential of Object.values<any>(node.credentials ?? {})) {
				expect(credential.id).toBeNull();
			}
		}
		expect(notes[0].parameters.content).toMatch(/Costs \d+ jobs/);
		expect(textOf(notes)).toMatch(/\*\*Change\*\*/);
	});

	test('covers nothing in the editor with its notes', () => {
		const boxes = example.nodes.map(({ name, type, position: [left, top], parameters }: any) => {
			const isNote = type === 'n8n-nodes-base.stickyNote';
			const [width, height] = isNote ? [parameters.width, parameters.height] : [96, 96];
			return { name, left, top, right: left + width, bottom: top + height };
		});
		const overlaps = boxes.flatMap((one: any, index: number) =>
			boxes
				.slice(index + 1)
				.filter(
					(other: any) =>
						one.left < other.right &&
						other.left < one.right &&
						one.top < other.bottom &&
						other.top < one.bottom,
				)
				.map((other: any) => [one.name, other.name]),
		);
		expect(overlaps).toEqual([]);
	});

	test('says what to set up where TTAPI has to call n8n', () => {
		const isCalled = example.nodes.some(
			({ type, parameters }: any) =>
				type === 'n8n-nodes-ttapi.ttapiMidjourneyTrigger' ||
				parameters.waitForResult === 'callback',
		);
		const text = textOf(notes);
		expect(text).toMatch(/credential/);
		expect(text.includes('WEBHOOK_URL')).toBe(isCalled);
	});
});

test('prompts become upscaled images', async () => {
	const example = read('prompts-to-upscaled-pictures.json');
	const execution = await client.runWorkflow(await create(example));
	expect(execution.status).toBe('success');
	const items = itemsOf(execution, 'Upscale the First');
	expect(items.map(({ json }: any) => json.status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
	for (const item of items) expect(await isServed(item)).toBe(true);
});

describe('the batch with pacing', () => {
	const example = read('batch-with-pacing.json');
	const prompts = promptsOf(example);

	test('keeps half of the slots busy at most; a bad prompt goes to the error branch and stops no other', async () => {
		const execution = await client.runWorkflow(await create(example));
		expect(execution.status).toBe('success');
		const good = prompts.filter((prompt) => prompt !== '');
		const images = itemsOf(execution, 'Images');
		expect(images.map(({ json }: any) => json.prompt)).toEqual(good);
		for (const item of images) expect(await isServed(item)).toBe(true);
		expect(jsonOf(execution, 'Failed Prompts')).toEqual([
			{ prompt: '', reason: expect.stringMatching(/prompt/i), jobId: '' },
		]);
		const [{ maxQueue }] = jsonOf(execution, 'Account');
		const { jobs, mostUnfinished } = simulator.state();
		expect(jobs).toHaveLength(good.length);
		expect(good.length).toBeGreaterThan(maxQueue / 2);
		expect(mostUnfinished).toBe(maxQueue / 2);
	});
});

/** Where the form of an active workflow is. */
const formOf = (workflow: any): string => {
	const { webhookId } = workflow.nodes.find(({ type }: any) => /formTrigger$/.test(type));
	return `${n8n.url}/form/${webhookId}`;
};

const firstExecutionOf = async (workflow: any): Promise<string> => {
	const [{ id }] = await eventually(async () => {
		const found = await client.listExecutions({ workflowId: workflow.id });
		return found.length > 0 && found;
	});
	return id;
};

test('an image from the form is described, restyled and imagined anew', async () => {
	const workflow = await activate(read('describe-and-restyle.json'));
	await FormVisitor.open(formOf(workflow));

	const body = new FormData();
	const picture = new Uint8Array(createCanvas(8, 8).toBuffer('image/png'));
	body.append('field-0', new Blob([picture], { type: 'image/png' }), 'picture.png');
	body.append('field-1', 'stained glass');
	await axios.post(formOf(workflow), body);
	const execution = await client.waitForExecution(await firstExecutionOf(workflow));
	expect(execution.data.resultData.error?.message).toBeUndefined();
	expect(execution.status).toBe('success');

	const [{ prompts }] = jsonOf(execution, 'Describe');
	const prompt = `stained glass, ${prompts[0]}`;
	expect(jsonOf(execution, 'Restyle')).toEqual([
		expect.objectContaining({ family: 'edit', action: 'retexture', prompt }),
	]);
	expect(jsonOf(execution, 'Imagine Anew')).toEqual([
		expect.objectContaining({ action: 'imagine', prompt: `${prompt} --ar 3:2 --s 250` }),
	]);
	const sent = simulator.state().requests.find(({ path }) => path.endsWith('/image-edits/submit'));
	expect(sent?.body).toMatchObject({
		image: `data:image/png;base64,${Buffer.from(picture).toString('base64')}`,
	});
	for (const name of ['Restyle', 'Imagine Anew']) {
		const [{ json, binary }] = itemsOf(execution, name);
		expect(Object.keys(binary)).toEqual(['image_1', 'image_2', 'image_3', 'image_4']);
		const files = Object.values<any>(binary).map((file) => client.downloadBinary(file));
		expect(await Promise.all(files)).toEqual(await Promise.all(json.images.map(served)));
	}
});

test('the region of an upscaled image that a rectangle names is repainted', async () => {
	const execution = await client.runWorkflow(await create(read('repaint-a-region.json')));
	expect(execution.data.resultData.error?.message).toBeUndefined();
	const [repainted] = itemsOf(execution, 'Repaint');
	expect(repainted.json).toMatchObject({ status: 'SUCCESS', action: 'inpaint' });
	expect(await isServed(repainted)).toBe(true);

	// The simulator takes no mask of another size than the image, or with another colour than black and white.
	const [{ jobId }] = jsonOf(execution, 'Upscale the First');
	const sent = simulator.state().requests.find(({ path }) => path.endsWith('/inpaint'));
	expect(sent).toMatchObject({ status: 200, body: { jobId, mask: expect.any(String) } });
});

test('a prompt becomes a video, which is made longer', async () => {
	const execution = await client.runWorkflow(await create(read('prompt-to-video.json')));
	expect(execution.data.resultData.error?.message).toBeUndefined();
	const [upscaled] = jsonOf(execution, 'Upscale the First');
	const [made, extended] = ['Create', 'Extend'].map((name) => itemsOf(execution, name));
	const { jobs, requests } = simulator.state();
	expect(jobs.map(({ action }) => action)).toEqual([
		'imagine',
		'upsample1',
		'video',
		'video_extend',
	]);
	const bodies = requests.filter(({ path }) => path.includes('/video/') && path !== FETCH.video);
	expect(bodies.map(({ body }) => body)).toEqual([
		expect.objectContaining({ imageUrl: upscaled.cdnImage, bs: 1 }),
		expect.objectContaining({ jobId: made[0].json.jobId, index: 0, bs: 1 }),
	]);
	for (const [{ json, binary }] of [made, extended]) {
		expect(json).toMatchObject({
			status: 'SUCCESS',
			family: 'video',
			videos: [expect.any(String)],
		});
		expect(binary.data).toMatchObject({ fileName: `${json.jobId}.mp4`, mimeType: 'video/mp4' });
		const file = await client.downloadBinary(binary.data);
		expect(file.equals(await served(json.videos[0]))).toBe(true);
	}
});

describe('the form that lets a person choose', () => {
	const example = read('form-imagine-choose-upscale.json');
	const choices = [
		['1 (top left)', 'upsample1'],
		['4 (bottom right)', 'upsample4'],
	];

	test.each(choices)('shows the four images and upscales image %s', async (choice, action) => {
		const workflow = await activate(example);
		const person = await FormVisitor.open(formOf(workflow));
		await person.submit({ 'field-0': 'a red fox asleep in fresh snow' });
		await person.next();

		const id = await firstExecutionOf(workflow);
		const [grid] = itemsOf(await client.getExecution(id), 'Imagine');
		expect(grid.json.prompt).toBe('a red fox asleep in fresh snow');
		expect(person.page).toContain(`<img src="${grid.json.cdnImage}"`);
		expect((await served(grid.json.cdnImage)).subarray(1, 4).toString()).toBe('PNG');
		expect(person.page).toContain(choice);

		await person.submit({ 'field-1': JSON.stringify([choice]) });
		await person.next();
		// The last page tells n8n that it was seen.
		await person.submit({});
		const execution = await client.waitForExecution(id);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(execution.status).toBe('success');

		const [image] = itemsOf(execution, 'Upscale the Choice');
		expect(image.json).toMatchObject({ status: 'SUCCESS', action });
		expect(await isServed(image)).toBe(true);
		expect(person.page).toContain(`<img src="${image.json.cdnImage}"`);
		const [file, ...more] = person.files;
		expect(more).toEqual([]);
		expect(file.fileName).toBe(`${image.json.jobId}.png`);
		expect(file.content.equals(await served(image.json.cdnImage))).toBe(true);

		// Each job has called the paused execution back.
		const { jobs, callbacks } = simulator.state();
		expect(jobs.map((job) => job.action)).toEqual(['imagine', action]);
		for (const { hookUrl } of jobs) expect(hookUrl).toContain(`/webhook-waiting/${id}`);
		const taken = callbacks.filter(({ status }) => status === 200);
		expect(taken.map(({ jobId }) => jobId)).toEqual(jobs.map(({ jobId }) => jobId));
	});

	test('tells the person that it went wrong when the job failed', async () => {
		simulator.addFault({ kind: 'jobFails', message: '[Banned prompt detected]' });
		const person = await FormVisitor.open(formOf(await activate(example)));
		await person.submit({ 'field-0': 'something bad' });
		await eventually(async () => (await person.status()) === 'error');
	});
});

describe('the pair of workflows that callbacks join', () => {
	const submits = read('callbacks-1-submit-prompts.json');
	const saves = read('callbacks-2-save-images.json');
	const prompts = promptsOf(submits);

	// n8n 2 lets workflows write below this folder only, if nothing else is set.
	const allowed = path.join(homedir(), '.n8n-files');
	mkdirSync(allowed, { recursive: true });
	const saved = mkdtempSync(path.join(allowed, 'ttapi-e2e-'));
	afterAll(() => {
		rmSync(saved, { recursive: true, force: true });
		if (readdirSync(allowed).length === 0) rmdirSync(allowed);
	});

	/** The second workflow as a person sets it up whose n8n was not started in its home. @returns its Production URL, too */
	async function startSaving() {
		const example = structuredClone(saves);
		const { parameters } = nodeOf(example, 'Save the Image');
		// Relative, as in the example, but to the folder that this n8n was started in.
		const folder = path.relative(path.dirname(n8n.log), saved);
		expect(parameters.fileName).toMatch(/^=\.n8n-files\//);
		parameters.fileName = parameters.fileName.replace('.n8n-files', folder);
		const workflow = await activate(example);
		const { webhookId } = nodeOf(workflow, 'When a Job Ends');
		const url = `${n8n.url}/webhook/${webhookId}/callback`;
		const validateStatus = () => true;
		await eventually(
			async () => (await axios.post(url, {}, { proxy: false, validateStatus })).status !== 404,
		);
		return { workflow, url };
	}

	test('five prompts are submitted, four images are saved, the failed job says why', async () => {
		simulator.addFault({ kind: 'jobFails', message: '[Image denied]', prompt: prompts[1] });
		const { workflow, url } = await startSaving();
		const example = structuredClone(submits);
		nodeOf(example, 'Imagine').parameters.options.hookUrl = url;
		const submitted = await client.runWorkflow(await create(example));
		expect(submitted.status).toBe('success');
		const jobs = jsonOf(submitted, 'Imagine');
		expect(jobs.map(({ prompt, status }: any) => [prompt, status])).toEqual(
			prompts.map((prompt) => [prompt, 'SUBMITTED']),
		);

		const runs = await eventually(async () => {
			const found = await client.listExecutions({ workflowId: workflow.id });
			const ended = found.filter(({ status }) => ['success', 'error'].includes(status));
			return ended.length === 5 && ended;
		});
		const executions = await Promise.all(runs.map(({ id }) => client.getExecution(id)));
		expect(executions.map(({ data }) => data.resultData.error?.message)).toEqual(
			runs.map(() => undefined),
		);

		const [, bad] = jobs;
		const good = jobs.filter((job: any) => job !== bad);
		expect(executions.flatMap((execution) => jsonOf(execution, 'Failed Job'))).toEqual([
			{ jobId: bad.jobId, reason: '[Image denied]' },
		]);
		expect(readdirSync(saved).sort()).toEqual(good.map(({ jobId }: any) => `${jobId}.png`).sort());
		const items = executions.flatMap((execution) => jsonOf(execution, 'Save the Image'));
		expect(items).toHaveLength(4);
		for (const { jobId, cdnImage } of items) {
			const content = readFileSync(path.join(saved, `${jobId}.png`));
			expect([jobId, content.equals(await served(cdnImage))]).toEqual([jobId, true]);
		}
	});

	test('an image that cannot be downloaded goes where the failed jobs go', async () => {
		simulator.addFault({ kind: 'status', status: 404, endpoint: 'picture' });
		const { workflow, url } = await startSaving();
		const example = structuredClone(submits);
		const imagine = nodeOf(example, 'Imagine');
		imagine.parameters.options.hookUrl = url;
		imagine.executeOnce = true;
		await client.runWorkflow(await create(example));
		const execution = await client.waitForExecution(await firstExecutionOf(workflow));
		expect(execution.status).toBe('success');
		expect(jsonOf(execution, 'Failed Job')).toEqual([
			{ jobId: simulator.state().jobs[0].jobId, reason: expect.stringContaining('404') },
		]);
	});

	test('nothing is submitted before the URL is pasted', async () => {
		const execution = await client.runWorkflow(await create(submits));
		expect(execution.data.resultData.error?.message).toMatch(/Callback URL/);
		expect(simulator.state().jobs).toEqual([]);
	});
});

describe('the pause with a safety net', () => {
	const example = read('pause-with-a-safety-net.json');
	const prompts = promptsOf(example);

	test('hands on all images as soon as the last job is reported', async () => {
		simulator.addFault({ kind: 'jobFails', message: '[Image denied]', prompt: prompts[1] });
		const execution = await client.runWorkflow(await create(example));
		expect(execution.data.resultData.error?.message).toBeUndefined();
		const [, bad, ...good] = prompts;
		const images = itemsOf(execution, 'Images');
		expect(images.map(({ json }: any) => json.prompt)).toEqual([prompts[0], ...good]);
		for (const item of images) expect(await isServed(item)).toBe(true);
		for (const item of jsonOf(execution, 'Imagine')) expect(item).not.toHaveProperty('timedOut');
		expect(jsonOf(execution, 'Failed Jobs')).toEqual([
			expect.objectContaining({ prompt: bad, reason: expect.stringContaining('[Image denied]') }),
		]);
		expect(simulator.state().jobs).toHaveLength(prompts.length);
	});

	const isReported = (jobId: string): boolean =>
		simulator.state().callbacks.some((callback) => callback.jobId === jobId);

	test('completes the jobs that end after the pause', async () => {
		const [late, lateFailure, ...reported] = prompts;
		for (const prompt of [late, lateFailure]) simulator.addFault({ kind: 'jobNeverEnds', prompt });
		const shortened = structuredClone(example);
		// In seconds: long enough for all that has to happen before.
		nodeOf(shortened, 'Imagine').parameters.options.maxWait = 40;
		const id = await client.startWorkflow(await create(shortened));
		await client.waitForExecution(id, { until: ['waiting'] });
		const jobOf = (prompt: string) => simulator.state().jobs.find((job) => job.prompt === prompt)!;
		await eventually(async () => reported.every((prompt) => isReported(jobOf(prompt).jobId)));
		expect((await client.getExecution(id)).status).toBe('waiting');
		await client.waitForExecution(id, { until: ['running'], timeout: 150 });
		simulator.finishJob(jobOf(late).jobId, 'SUCCESS');
		simulator.finishJob(jobOf(lateFailure).jobId, 'FAILED', 'Job Timeout');

		const execution = await client.waitForExecution(id, { timeout: 60 });
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(execution.status).toBe('success');
		const waited = jsonOf(execution, 'Imagine');
		expect(waited.map(({ prompt }: any) => prompt)).toEqual(prompts);
		for (const { timedOut } of waited.slice(0, 2)) expect(timedOut).toBe(true);

		const images = itemsOf(execution, 'Images');
		expect(images.map(({ json }: any) => json.prompt)).toEqual([late, ...reported]);
		for (const item of images) {
			expect(item.json.status).toBe('SUCCESS');
			expect(await isServed(item)).toBe(true);
		}
		expect(jsonOf(execution, 'Failed Jobs')).toEqual([
			{
				prompt: lateFailure,
				reason: expect.stringContaining('Job Timeout'),
				jobId: jobOf(lateFailure).jobId,
			},
		]);
		expect(simulator.state().jobs).toHaveLength(prompts.length);
	});
});
