/** Settings at and beyond their limits, and what expressions make of them. */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { sent } from './support/http.mts';
import { itemWith, png } from './support/pictures.mts';
import { runWorkflow } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const imagine = async (parameters: IDataObject, world: World = {}) => {
	playTtapi(world);
	return await runWorkflow(workflowOf('imagine'), { items: [{ prompt: 'a' }], parameters });
};
const submits = () => sent.filter(({ path }) => path === PAID.imagine);

describe('times that are longer than any timer', () => {
	test('a Max Wait of 9999999 s waits for a free slot', async () => {
		const { items } = await imagine(
			{ options: { maxWait: 9_999_999 } },
			{ submit: (_sent, tries) => (tries === 1 ? { status: 499 } : undefined) },
		);
		expect(items[0].json.status).toBe('SUCCESS');
		expect(submits()).toHaveLength(2);
		expect(submits()[1].at - submits()[0].at).toBeGreaterThanOrEqual(1000);
	});

	test('a Poll Interval of 3000000 s does not ask without a pause', async () => {
		const unfinished = { json: { status: 'ON_QUEUE', jobId: 'job-1', message: '', data: [] } };
		await imagine(
			{ options: { pollInterval: 3_000_000, maxWait: 9_999_999 } },
			{ fetch: (_sent, looks) => (looks <= 50 ? unfinished : undefined) },
		);
		const [submit, ...looks] = sent;
		const DAY = 24 * 3600 * 1000;
		expect(looks[0].at - submit.at).toBeGreaterThan(DAY);
		// It is the wait for the first look only.
		for (const [n, { at }] of looks.slice(1).entries())
			expect(at - looks[n].at).toBeGreaterThanOrEqual(29_000);
	});
});

describe('by expression', () => {
	test.each(['={{ $json.nothing }}', '={{ "" }}', '={{ null }}'])(
		'a mode that gives nothing is sent as fast: %s',
		async (mode) => {
			await imagine({ mode });
			expect(submits().map(({ body }) => body.mode)).toEqual(['fast']);
		},
	);

	test.each([
		['={{ "false" }}', false],
		['={{ "true" }}', true],
		['={{ false }}', false],
	])('translation %s is sent as %s', async (translation, expected) => {
		await imagine({ options: { translation } });
		expect(submits().map(({ body }) => body.translation)).toEqual([expected]);
	});

	test.each([
		['describe', 'imageInput', 'Image Input Type'],
		['blend', 'imageInput', 'Images Input Type'],
		['inpaint', 'maskInput', 'Mask Input Type'],
	] as const)('%s refuses an unknown %s', async (operation, name, label) => {
		const { error } = await runWorkflow(workflowOf(operation), {
			items: [itemWith({ data: png() }, { jobId: 'j' })],
			parameters: { [name]: '={{ "carrier pigeon" }}' },
		});
		expect(error).toMatchObject({
			name: 'NodeOperationError',
			context: { itemIndex: 0 },
			message: `'${label}' can't be "carrier pigeon"`,
			description: expect.stringContaining('binary, url, base64'),
		});
		expect(sent).toEqual([]);
	});

	test.each([
		['describe', 'imageInput', 'rectangles', 'Use one of: binary, url, base64.'],
		['inpaint', 'maskInput', 'rectangle', 'Use one of: binary, url, base64, rectangles.'],
	] as const)(
		'%s lists what it takes as %s, where it is "%s"',
		async (operation, name, value, description) => {
			const { error } = await runWorkflow(workflowOf(operation), {
				items: [itemWith({ data: png() }, { jobId: 'j' })],
				parameters: { [name]: `={{ "${value}" }}` },
			});
			expect(error).toMatchObject({ message: expect.stringContaining(`"${value}"`), description });
			expect(sent).toEqual([]);
		},
	);

	test('an option that cannot be evaluated for the first item fails that item alone', async () => {
		playTtapi();
		const { items } = await runWorkflow(workflowOf('imagine'), {
			items: ['a', 'b', 'c'].map((prompt) => ({ prompt })),
			node: { onError: 'continueRegularOutput' },
			parameters: {
				options: {
					hookUrl:
						"={{ $json.prompt === 'a' ? $('Nowhere').item.json.x : 'https://hook.example/' + $json.prompt }}",
				},
			},
		});
		expect(
			items.map(({ json, pairedItem }) => [Object.keys(json)[0], json.prompt, pairedItem]),
		).toEqual([
			['error', undefined, { item: 0 }],
			['jobId', 'b', { item: 1 }],
			['jobId', 'c', { item: 2 }],
		]);
		expect(submits().map(({ body }) => body.hookUrl)).toEqual([
			'https://hook.example/b',
			'https://hook.example/c',
		]);
	});
});

test('inpaint that does not wait hands on the prompt that the user typed', async () => {
	const upscaled = { status: 'SUCCESS', jobId: 'up', message: '', data: { prompt: 'the old one' } };
	playTtapi({ fetch: () => ({ json: upscaled }) });
	const { items } = await runWorkflow(workflowOf('inpaint'), {
		items: [itemWith({ data: png() }, { jobId: 'up', prompt: 'a red door' })],
		parameters: { waitForResult: 'none' },
	});
	expect(items.map(({ json }) => [json.jobId, json.status, json.action, json.prompt])).toEqual([
		['job-1', 'SUBMITTED', 'inpaint', 'a red door'],
	]);
});

describe('an operation that this version of the node does not have', () => {
	test.each([
		['image', 'remix'],
		['sound', 'imagine'],
	])('%s > %s is refused by name, and nothing is sent', async (resource, operation) => {
		const { error } = await imagine({ resource, operation });
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(/^This version of the node has no operation/);
		expect(error?.message).toContain(`the resource "${resource}"`);
		expect(sent).toEqual([]);
	});
});
