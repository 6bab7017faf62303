import { describe, expect, test } from '@jest/globals';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { clientOf, openSimulator, run } from './support/simulator.mts';

const gridComponents = [
	...[1, 2, 3, 4].map((index) => `upsample${index}`),
	...[1, 2, 3, 4].map((index) => `variation${index}`),
];

/** Runs the actions one after another, each on the result of the one before. */
async function chain(simulator: Simulator, prompt: string, actions: string[]) {
	let job = await run(simulator, 'imagine', { prompt });
	for (const action of actions) job = await run(simulator, 'action', { jobId: job.jobId, action });
	return job;
}

describe('an action', () => {
	test.each([
		...gridComponents.map((action) => ['a cat', [action]] as const),
		['a cat', ['reroll']],
		['a cat', ['upsample1', 'high_variation']],
		['a cat', ['upsample1', 'low_variation']],
		['a cat --v 5.2', ['upsample1', 'upscale2']],
		['a cat --v 5', ['upsample1', 'upscale4']],
		['a cat --v 6.1', ['upsample1', 'upscale_subtle']],
		['a cat', ['upsample1', 'upscale_creative']],
		['a cat --v 5', ['upsample1', 'upscale2', 'redo_upscale2']],
		['a cat --v 5', ['upsample1', 'upscale2', 'redo_upscale4']],
		['a cat', ['upsample1', 'upscale_subtle', 'redo_upscale_subtle']],
		['a cat', ['upsample1', 'upscale_subtle', 'redo_upscale_creative']],
		['a cat', ['upsample1', 'zoom_out_2']],
		['a cat', ['upsample1', 'zoom_out_1_5']],
		['a cat', ['upsample1', 'pan_left']],
		['a cat', ['upsample1', 'pan_right']],
		['a cat', ['upsample1', 'pan_up']],
		['a cat', ['upsample1', 'pan_down']],
		['a cat --ar 3:2', ['upsample1', 'make_square']],
	] as [string, string[]][])('of "%s" leads through %j to a picture', async (prompt, actions) => {
		const simulator = await openSimulator();
		const job = await chain(simulator, prompt, [...actions]);
		expect(job.status).toBe('SUCCESS');
		expect(job.data.action).toBe(actions.at(-1));
		expect(job.data.prompt).toBe(prompt);
		expect(job.data.cdnImage).toMatch(/^http.*\.png$/);
	});

	test.each(['variation2', 'reroll'])('%s gives a new grid', async (action) => {
		const simulator = await openSimulator();
		const { data } = await chain(simulator, 'a cat', [action]);
		expect(data.components).toEqual(expect.arrayContaining(gridComponents));
	});

	test('upsample gives a single image that can be varied, upscaled and repainted', async () => {
		const simulator = await openSimulator();
		const { data } = await chain(simulator, 'a cat', ['upsample3']);
		expect(data.components).not.toContain('upsample1');
		expect(data.components).toEqual(
			expect.arrayContaining([
				'upscale_subtle',
				'upscale_creative',
				'low_variation',
				'high_variation',
				'zoom_out_2',
				'pan_left',
				'vary_region',
				'Custom Zoom',
			]),
		);
	});

	test('make_square is offered for pictures that are not square', async () => {
		const simulator = await openSimulator();
		const square = await chain(simulator, 'a cat', ['upsample1']);
		const wide = await chain(simulator, 'a cat --ar 16:9', ['upsample1']);
		expect(square.data.components).not.toContain('make_square');
		expect(wide.data.components).toContain('make_square');
		const made = await run(simulator, 'action', { jobId: wide.jobId, action: 'make_square' });
		expect(made.data.width).toBe(made.data.height);
	});

	test('upscaling makes the picture larger', async () => {
		const simulator = await openSimulator();
		const single = await chain(simulator, 'a cat', ['upsample1']);
		const large = await run(simulator, 'action', { jobId: single.jobId, action: 'upscale_subtle' });
		expect(large.data.width).toBe(2 * single.data.width);
	});

	test.each([undefined, '', null])('is missing when it is %j', async (action) => {
		const simulator = await openSimulator();
		const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat' });
		const answer = await clientOf(simulator).post('/midjourney/v1/action', { jobId, action });
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual({
			status: 'FAILED',
			message: "'action' parameter error!",
			data: null,
		});
	});

	test.each(['upsample5', 'vary_region', 'upscale_subtle', 7])(
		'%j is refused for a grid',
		async (action) => {
			const simulator = await openSimulator();
			const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat' });
			const answer = await clientOf(simulator).post('/midjourney/v1/action', { jobId, action });
			expect(answer.status).toBe(400);
			expect(answer.data).toEqual({
				status: 'FAILED',
				message: "'action' parameter error!",
				data: null,
			});
		},
	);

	test.each(['Custom Zoom', 'vary_region'])(
		'%s is a button of a single image, but no action',
		async (action) => {
			const simulator = await openSimulator();
			const { jobId, data } = await chain(simulator, 'a cat', ['upsample1']);
			expect(data.components).toContain(action);
			const answer = await clientOf(simulator).post('/midjourney/v1/action', { jobId, action });
			expect([answer.status, answer.data.message]).toEqual([400, "'action' parameter error!"]);
		},
	);

	test('runs in the mode of the job before it', async () => {
		const simulator = await openSimulator();
		const { jobId } = await run(simulator, 'imagine', { prompt: 'a cat', mode: 'relax' });
		await run(simulator, 'action', { jobId, action: 'upsample1' });
		expect(simulator.state().jobs.map((job) => job.mode)).toEqual(['relax', 'relax']);
	});
});
