import { describe, expect, test } from '@jest/globals';
import type { IDataObject } from 'n8n-workflow';

import { sent } from './support/http.mts';
import { boxes, pixelsOf, type Box } from './support/mask.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const submits = () => sent.filter(({ path }) => path === PAID.inpaint);
const lookUps = () => sent.filter(({ query }) => query.jobId === 'up');
const rectangle = (x: unknown, y: unknown, width: unknown, height: unknown) =>
	({ x, y, width, height }) as IDataObject;

/** A job whose picture has this size. */
const single = (size: object = { width: 40, height: 30 }, fails?: World['fails']) =>
	playTtapi({
		before: { up: ['reroll'] },
		fails,
		data: ({ jobId }) => (jobId === 'up' ? size : {}),
	});

const inpaint = async (
	rectangles: unknown,
	parameters: IDataObject = {},
	{ items = [{ jobId: 'up' }], ...options }: RunOptions = {},
) =>
	await runWorkflow(workflowOf('inpaint'), {
		items,
		parameters: {
			maskInput: 'rectangles',
			rectangles: rectangles as IDataObject,
			...parameters,
		},
		...options,
	});

const pixels = { rectangleUnit: 'pixels' };

describe('inpaint sends rectangles as a mask of the size of the job, pixel by pixel:', () => {
	test.each<[title: string, rectangles: IDataObject[], parameters: IDataObject, white: Box[]]>([
		['percent', [rectangle(25, 50, 50, 50)], {}, [[10, 15, 30, 30]]],
		['the whole image', [rectangle(0, 0, 100, 100)], {}, [[0, 0, 40, 30]]],
		['fractions of percent', [rectangle(12.5, 33.3, 37.5, 66.7)], {}, [[5, 10, 20, 30]]],
		[
			'rectangles that touch, whose edges fall between pixels',
			[rectangle(0, 0, 33.3, 100), rectangle(33.3, 0, 33.4, 50)],
			{},
			[
				[0, 0, 13, 30],
				[13, 0, 27, 15],
			],
		],
		[
			'fractions whose sum is a little too much',
			[rectangle(70.1, 0, 29.900000001, 100)],
			{},
			[[28, 0, 40, 30]],
		],
		['pixels', [rectangle(3, 4, 5, 6)], pixels, [[3, 4, 8, 10]]],
		['the last pixel', [rectangle(39, 29, 1, 1)], pixels, [[39, 29, 40, 30]]],
		['fractions of pixels', [rectangle(3.4, 4.5, 5.2, 6)], pixels, [[3, 5, 9, 11]]],
		[
			'rectangles that overlap',
			[rectangle(3, 4, 15, 16), rectangle(10, 10, 20, 5)],
			pixels,
			[
				[3, 4, 18, 20],
				[10, 10, 30, 15],
			],
		],
		['numbers as texts', [rectangle('3', ' 4', '5.0', '6')], pixels, [[3, 4, 8, 10]]],
	])('%s', async (_title, rectangles, parameters, white) => {
		single();
		const { items, error } = await inpaint({ rectangle: rectangles }, parameters);
		expect(error?.message).toBeUndefined();
		expect(items).toHaveLength(1);
		expect(submits().map(({ body }) => Object.keys(body))).toEqual([['jobId', 'mask']]);
		expect(await pixelsOf(submits()[0].body.mask)).toBe(boxes(40, 30, ...white));
	});

	test('rectangles that touch where the sum of two fractions is not exact: 0.1 + 4.1 and 4.2', async () => {
		expect(0.1 + 4.1).toBeLessThan(4.2);
		single({ width: 250, height: 30 });
		await inpaint({ rectangle: [rectangle(0.1, 0, 4.1, 100), rectangle(4.2, 0, 10, 100)] });
		expect(await pixelsOf(submits()[0].body.mask)).toBe(boxes(250, 30, [0, 0, 36, 30]));
	});

	test('numbers by expression, for each item its own', async () => {
		single();
		const rectangles = {
			rectangle: [rectangle('={{ $json.box.x }}', 0, '={{ $json.box.w }}', 30)],
		};
		await inpaint(rectangles, pixels, {
			items: [
				{ jobId: 'up', box: { x: 1, w: 2 } },
				{ jobId: 'up', box: { x: '5', w: '6' } },
			],
		});
		const masks = await Promise.all(submits().map(async ({ body }) => await pixelsOf(body.mask)));
		expect(masks.sort()).toEqual(
			[boxes(40, 30, [1, 0, 3, 30]), boxes(40, 30, [5, 0, 11, 30])].sort(),
		);
	});
});

test('the job is looked up once for all items, before the first one is paid', async () => {
	single();
	const items = Array.from({ length: 25 }, () => ({ jobId: 'up' }));
	const run = await inpaint({ rectangle: [rectangle(0, 0, 50, 50)] }, {}, { items });
	expect(run.items).toHaveLength(25);
	expect(lookUps()).toHaveLength(1);
	expect(sent[0]).toBe(lookUps()[0]);
});

describe('is refused before anything is paid:', () => {
	test.each<[title: string, rectangles: unknown, parameters: IDataObject, says: RegExp]>([
		['no rectangle', {}, {}, /no rectangle/],
		['an expression for all of them, which n8n drops', '={{ [] }}', {}, /no rectangle/],
		['an empty list', { rectangle: [] }, {}, /no rectangle/],
		['an empty number', { rectangle: [rectangle('', 0, 1, 1)] }, {}, /'X of Rectangle 1' is empty/],
		[
			'what is no number',
			{ rectangle: [rectangle(0, 0, 1, 1), rectangle(0, 'half', 1, 1)] },
			{},
			/'Y of Rectangle 2' must be a number from 0 \(got "half"\)/,
		],
		[
			'a missing number',
			{ rectangle: [rectangle(0, 0, '={{ $json.no }}', 1)] },
			{},
			/'Width of Rectangle 1' is empty/,
		],
		[
			'no end',
			{ rectangle: [rectangle(0, 0, 'Infinity', 1)] },
			pixels,
			/'Width of Rectangle 1' .*Infinity/,
		],
		[
			'a negative number',
			{ rectangle: [rectangle(0, -1, 1, 1)] },
			{},
			/'Y of Rectangle 1' .*\(got -1\)/,
		],
		[
			'a negative width',
			{ rectangle: [rectangle(0, 0, -1, 1)] },
			{},
			/'Width of Rectangle 1' .*\(got -1\)/,
		],
		[
			'no area',
			{ rectangle: [rectangle(0, 0, 1, 0)] },
			{},
			/'Height of Rectangle 1' must be greater than 0/,
		],
		[
			'an unknown unit',
			{ rectangle: [rectangle(0, 0, 1, 1)] },
			{ rectangleUnit: '={{ "cm" }}' },
			/'Rectangle Unit' can't be "cm"/,
		],
	])('%s, and nothing is sent', async (_title, rectangles, parameters, says) => {
		const { error } = await inpaint(rectangles, parameters);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
		expect(error?.description?.length).toBeGreaterThan(10);
		expect(sent).toEqual([]);
	});

	test.each<
		[title: string, rectangles: IDataObject[], parameters: IDataObject, says: RegExp, todo: RegExp]
	>([
		['percent beyond 100', [rectangle(60, 0, 50, 50)], {}, /Rectangle 1 .*beyond/, /percent.*100/],
		[
			'pixels beyond the width',
			[rectangle(0, 0, 1, 1), rectangle(1, 0, 40, 30)],
			pixels,
			/Rectangle 2 .*beyond/,
			/pixels.*40.*30/,
		],
		['pixels beyond the height', [rectangle(0, 0, 40, 30.5)], pixels, /beyond/, /30/],
		['less than a pixel', [rectangle(0, 0, 1, 50)], {}, /covers no pixel/, /Width/],
	])('%s', async (_title, rectangles, parameters, says, todo) => {
		single();
		const { error } = await inpaint({ rectangle: rectangles }, parameters);
		expect(error).toMatchObject({ name: 'NodeOperationError', context: { itemIndex: 0 } });
		expect(error?.message).toMatch(says);
		expect(error?.description).toMatch(todo);
		expect(submits()).toEqual([]);
	});

	test.each([
		{ width: null, height: null },
		{ width: '', height: '' },
		{ width: 0, height: 0 },
	])('a job that has no known size: %j', async (size) => {
		single(size);
		const { error } = await inpaint({ rectangle: [rectangle(0, 0, 50, 50)] });
		expect(error).toMatchObject({ name: 'NodeOperationError' });
		expect(error?.message).toMatch(/does not say how large.*up/);
		expect(error?.description).toMatch(/Mask Input Type/);
		expect(submits()).toEqual([]);
	});
});

test('a retry uses the jobs of the attempt before it: the mask is the same', async () => {
	const gates = new Set<string>();
	const jobs = single(undefined, ({ jobId, body }) => {
		if (body.prompt === 'a gate') gates.add(jobId);
		return gates.has(jobId) && gates.size === 1 ? 'Execution error' : undefined;
	});
	const run = await inpaint(
		{ rectangle: [rectangle(0, 0, 50, 50)] },
		{},
		{
			items: [
				{ jobId: 'up', prompt: 'a door' },
				{ jobId: 'up', prompt: 'a gate' },
			],
			node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1000 },
		},
	);
	const idsOf = (prompt: string) =>
		jobs.filter(({ body }) => body.prompt === prompt).map(({ jobId }) => jobId);
	expect([idsOf('a door').length, idsOf('a gate').length]).toEqual([1, 2]);
	expect(run.items.map(({ json }) => json.jobId)).toEqual([idsOf('a door')[0], idsOf('a gate')[1]]);
});
