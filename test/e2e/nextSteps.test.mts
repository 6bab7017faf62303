/**
 * What comes after a finished job: regions to repaint, drawn as a mask, and the actions that the job offers.
 *
 * Pins of n8n's behaviour in this file (docs/n8n.md, Fields): where the editor gets a list that depends on another
 * parameter, and that a collection takes no expression for all of it.
 */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { itemsOf } from '../../scripts/n8n/client.mjs';
import { boxes, pixelsOf } from '../engine/support/mask.mts';
import { ttapiWorkflow, type TtapiNode } from './support/workflow.mts';
import { startWorld } from './support/world.mts';

const { client, credentials, simulator } = await startWorld();
beforeEach(() => simulator.reset());

const GRID = 'afa774a3-1aee-5aba-4510-14818d6875e4';
const SINGLE = 'f5850038-90a3-8a97-0476-107ea4b8dac4';
const FETCH = '/midjourney/v1/fetch';

/** Runs one operation in n8n. */
async function run(
	parameters: TtapiNode['parameters'],
	items: Array<Record<string, unknown>> = [{}],
) {
	const given = { ...parameters, options: { pollInterval: 1 } };
	const workflow = ttapiWorkflow(items, { parameters: given });
	return await client.runWorkflow(await client.createWorkflow(workflow, credentials));
}

const sent = (path: string) =>
	simulator.state().requests.filter((request) => request.path === path);

describe('inpaint with rectangles', () => {
	const inpaint = {
		operation: 'inpaint',
		jobId: SINGLE,
		maskInput: 'rectangles',
		rectangles: {
			rectangle: [
				{ x: '={{ $json.left }}', y: 25, width: 50, height: 50 },
				{ x: 0, y: 0, width: 12.5, height: 100 },
			],
		},
	};

	test('sends a mask of the size of the job, white in the rectangles, pixel by pixel', async () => {
		const { width, height } = simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
		expect([width, height]).toEqual([32, 32]);
		const execution = await run(inpaint, [{ left: 25 }]);
		expect(execution.data.resultData.error?.message).toBeUndefined();
		expect(itemsOf(execution, 'TTAPI')[0].json).toMatchObject({
			status: 'SUCCESS',
			action: 'inpaint',
		});
		const [{ body }] = sent('/midjourney/v1/inpaint') as Array<{ body: any }>;
		expect(await pixelsOf(body.mask)).toBe(boxes(32, 32, [8, 8, 24, 24], [0, 0, 4, 32]));
	});

	test.each([
		['a rectangle that reaches beyond the image', inpaint, /Rectangle 1 reaches beyond/],
		[
			'one expression for all of them, which n8n does not hand on',
			{ ...inpaint, rectangles: '={{ { rectangle: [$json] } }}' },
			/no rectangle/,
		],
	])('refuses %s before anything is paid', async (_title, parameters, says) => {
		simulator.addFinishedJob({ jobId: SINGLE, upscaled: true });
		const execution = await run(parameters, [{ left: 75 }]);
		expect(execution.data.resultData.error?.message).toMatch(says);
		expect(sent('/midjourney/v1/inpaint')).toEqual([]);
	});
});

describe('an action', () => {
	const press = { operation: 'action', jobId: GRID, action: '={{ $json.action }}' };

	test('is refused for free where the job does not offer it: the error says what it offers', async () => {
		simulator.addFinishedJob({ jobId: GRID });
		const execution = await run(press, [{ action: 'upsample1' }, { action: 'pan_left' }]);
		const { error } = execution.data.resultData;
		expect(error.message).toContain('does not offer the action "pan_left"');
		expect(error.description).toContain('upsample1, upsample2');
		expect(sent('/midjourney/v1/action')).toEqual([]);
		expect(sent(FETCH)).toHaveLength(1);
	});

	test('is one of those that a job before says it offers', async () => {
		const actions = { operation: 'action', jobId: '={{ $json.jobId }}' };
		const workflow = ttapiWorkflow(
			[{ prompt: 'a cute cat --ar 3:2' }],
			{ name: 'Grid', parameters: { prompt: '={{ $json.prompt }}', options: { pollInterval: 1 } } },
			{
				name: 'TTAPI',
				parameters: {
					...actions,
					action: '={{ $json.actions.find(({ label }) => label === "Upscale 3 (U3)").value }}',
					options: { pollInterval: 1 },
				},
			},
		);
		const execution = await client.runWorkflow(await client.createWorkflow(workflow, credentials));
		expect(execution.data.resultData.error?.message).toBeUndefined();
		const [{ json }] = itemsOf(execution, 'TTAPI');
		expect(json).toMatchObject({ status: 'SUCCESS', action: 'upsample3' });
		expect(json.actions).toContainEqual({ value: 'make_square', label: 'Make Square' });
		expect(json.actions).toContainEqual({ value: 'vary_region', label: 'Vary (Region)' });
	});
});
