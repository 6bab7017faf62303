/** How many new jobs a run may submit. */
import { describe, expect, test } from '@jest/globals';
import type { INode } from 'n8n-workflow';

import { sent } from './support/http.mts';
import { retry } from './support/retry.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { PAID, playTtapi, type World } from './support/ttapi.mts';
import { workflowOf } from './support/workflows.mts';

const submits = () => sent.filter(({ path }) => path === PAID.imagine);
const prompts = Array.from({ length: 5 }, (_, n) => `prompt ${n}`);

const imagine = async (maxJobs: unknown, world: World = {}, more: RunOptions = {}) => {
	const jobs = playTtapi(world);
	const run = await runWorkflow(workflowOf('imagine'), {
		items: prompts.map((prompt) => ({ prompt })),
		parameters: { options: { maxJobs: maxJobs as number } },
		...more,
	});
	return { ...run, jobs };
};

test.each([5, '5', 6, '={{ 1000 }}'])('%p is enough for five items', async (maxJobs) => {
	const { items } = await imagine(maxJobs);
	expect(items).toHaveLength(5);
});

describe('more items than that', () => {
	test.each([4, 1, 0])('fail the run before its first submit: Max Jobs %i', async (maxJobs) => {
		const { error, jobs } = await imagine(maxJobs);
		expect(error).toMatchObject({ name: 'NodeOperationError' });
		expect(error?.message).toMatch(new RegExp(`'Max Jobs' is ${maxJobs}, but 5 items`));
		expect(error?.description).toMatch(/No new job was submitted/);
		expect(jobs).toEqual([]);
	});

	test('are error items under Continue, and nothing is paid', async () => {
		const node: Partial<INode> = { onError: 'continueRegularOutput' };
		const { items, jobs } = await imagine(4, {}, { node });
		expect(items.map(({ json }) => Object.keys(json))).toEqual(Array(5).fill(['error']));
		expect(jobs).toEqual([]);
	});
});

test('a job that is used again does not count', async () => {
	const failed = await imagine(5, {
		fails: ({ body }) =>
			body.prompt === 'prompt 3' && submits().length <= 5 ? 'Job Timeout' : undefined,
	});
	expect(failed.error).toBeDefined();
	const again = await retry(failed, { parameters: { options: { maxJobs: 1 } } });
	expect(again.status).toBe('success');
	expect(submits()).toHaveLength(6);
});

test.each(['={{ null }}', '={{ "" }}', '={{ $json.nothing }}'])(
	'a limit that was added but comes out empty is refused: %s',
	async (maxJobs) => {
		const { error } = await imagine(maxJobs);
		expect(error?.message).toBe("'Max Jobs' is empty");
		expect(sent).toEqual([]);
	},
);

test.each([-1, 1.5, 'many', [3]])('%p is refused', async (maxJobs) => {
	const { error } = await imagine(`={{ ${JSON.stringify(maxJobs)} }}`);
	expect(error?.message).toMatch(/'Max Jobs' must be a whole number from 0/);
	expect(sent).toEqual([]);
});
