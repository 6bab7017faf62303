/** The ledger in loops, behind pauses, with pictures, and in the calls of an agent. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeType, IWorkflowBase } from 'n8n-workflow';

import { useBinaryMode } from './support/binary.mts';
import { answer, sent } from './support/http.mts';
import { NodeConnectionTypes, createRunExecutionData } from './support/n8n.mts';
import { addNodeType, description } from './support/nodeTypes.mts';
import { N8N_URL, callbackFor, pauseAndStore } from './support/pausing.mts';
import { itemWith, png } from './support/pictures.mts';
import { contextOf, retry } from './support/retry.mts';
import { NODE_NAME, process, runWorkflow, workflowFrom } from './support/runWorkflow.mts';
import { PAID, playTtapi, refused } from './support/ttapi.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const paths: readonly string[] = Object.values(PAID);
const submits = () => sent.filter(({ path }) => paths.includes(path));

/** Sends its first input round twice: to our node as long as there are rounds, then on. */
const twice: INodeType = {
	description: {
		...description('twice', [NodeConnectionTypes.Main]),
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
	},
	async execute() {
		const state = this.getContext('node') as { rounds?: number; items?: never[] };
		state.items ??= this.getInputData() as never[];
		state.rounds = (state.rounds ?? 0) + 1;
		return state.rounds <= 2 ? [[], state.items] : [this.getInputData(), []];
	},
};
addNodeType('test.twice', twice);

/** Trigger, then two rounds of our node with the same items. */
function loop(): object {
	const workflow = workflowOf('imagine') as IWorkflowBase;
	const done = workflow.nodes.find(({ name }) => name === 'Done')!;
	const to = (...names: Array<string | undefined>) => ({
		main: names.map((node) => (node ? [{ node, type: 'main' as const, index: 0 }] : [])),
	});
	workflow.nodes.push({ ...done, id: 'loop', name: 'Loop', type: 'test.twice' });
	Object.assign(workflow.connections, {
		Trigger: to('Loop'),
		Loop: to('Done', NODE_NAME),
		[NODE_NAME]: to('Loop'),
	});
	return workflow;
}

describe('in a loop with the same prompts', () => {
	test('each round pays for its own jobs', async () => {
		playTtapi();
		const run = await runWorkflow(loop(), { items: [{ prompt: 'a' }, { prompt: 'b' }] });
		const ids = run.runs.map(({ data }) => data?.main[0]?.map(({ json }) => json.jobId));
		expect(ids).toEqual([
			['job-1', 'job-2'],
			['job-3', 'job-4'],
		]);
	});

	test('also under "Continue", where a round with an error keeps its jobs', async () => {
		playTtapi({
			fails: ({ jobId }) => (jobId === 'job-2' ? '[Image denied]' : undefined),
		});
		const run = await runWorkflow(loop(), {
			items: [{ prompt: 'a' }, { prompt: 'b' }],
			node: { onError: 'continueRegularOutput' },
		});
		const ids = run.runs.map(({ data }) => data?.main[0]?.map(({ json }) => json.jobId));
		expect(ids).toEqual([
			['job-1', undefined],
			['job-3', 'job-4'],
		]);
	});

	test('a Retry of the second round takes the jobs of that round', async () => {
		let quota = 3;
		playTtapi({ submit: () => (quota-- <= 0 ? refused(402) : undefined) });
		const failed = await runWorkflow(loop(), { items: [{ prompt: 'a' }, { prompt: 'b' }] });
		expect(failed.status).toBe('error');
		// The first round came through; its jobs are none of the second one.
		expect(failed.error?.description).toContain('job-3 (item 0)');
		expect(failed.error?.description).not.toMatch(/job-[12]\b/);
		quota = 9;
		const again = await retry(failed);
		const ids = again.runs.map(({ data }) => data?.main[0]?.map(({ json }) => json.jobId));
		expect(ids).toEqual([
			['job-1', 'job-2'],
			['job-3', 'job-4'],
		]);
		expect(again.status).toBe('success');
	});
});

describe('with pictures', () => {
	beforeEach(async () => await useBinaryMode('default'));

	test.each(['blend', 'describe'] as const)('%s: large ones are known again', async (operation) => {
		let quota = 1;
		playTtapi({ submit: () => (quota-- <= 0 ? refused(402) : undefined) });
		const item = (size: number) =>
			itemWith({ data: png(size, size, 3_000_000), more: png(size, 9, 3_000_000) });
		const parameters: IDataObject =
			operation === 'blend' ? { binaryPropertyName: 'data, more' } : {};
		const failed = await runWorkflow(workflowOf(operation), {
			items: [item(10), item(20)],
			parameters: { ...parameters, options: { maxInFlight: 1 } },
		});
		expect(failed.status).toBe('error');
		const stored = JSON.stringify(contextOf(failed));
		expect(stored).toContain('job-1');
		expect(stored.length).toBeLessThan(2_000);
		quota = 9;
		sent.length = 0;
		const again = await retry(failed);
		expect(again.items.map(({ json }) => json.jobId)).toEqual(['job-1', 'job-2']);
		expect(submits()).toHaveLength(1);
	});

	test('that cannot be loaded any more: the error names the job, and nothing is submitted', async () => {
		let isLater = false;
		playTtapi({
			submit: ({ body }) =>
				body.imgBase64Array.length === 3 && !isLater ? refused(402) : undefined,
		});
		for (const name of ['a', 'b', 'c']) {
			answer('GET', `https://example.com/${name}.png`, () =>
				isLater ? { status: 404 } : { status: 200, body: png() },
			);
		}
		const url = (name: string) => `https://example.com/${name}.png`;
		const failed = await runWorkflow(workflowOf('blend'), {
			items: [{ urls: [url('a'), url('b')] }, { urls: [url('a'), url('b'), url('c')] }],
			parameters: { imageInput: 'url', imageUrls: '={{ $json.urls }}' },
		});
		expect(failed.error?.httpCode).toBe('402');
		isLater = true;
		sent.length = 0;
		const again = await retry(failed);
		expect(again.error?.message).toMatch(/an earlier attempt submitted job job-1 for this item/);
		expect(again.error?.description).toMatch(/Job > Wait/);
		expect(again.error?.description).toContain('job-1 (item 0)');
		expect(submits()).toEqual([]);
	});
});

describe('an execution that failed after its pause', () => {
	test('is retried without paying again: its context holds a pause, too', async () => {
		playTtapi({
			seconds: 60,
			fails: ({ jobId }) => (jobId === 'job-2' ? 'Job Timeout' : undefined),
		});
		const stored = await pauseAndStore({ items: [{ prompt: 'a' }, { prompt: 'b' }] });
		expect(stored.context).toHaveProperty('pause');
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		expect(resumed?.error?.message).toMatch(/job-2 failed/);
		sent.length = 0;
		const again = await retry(resumed!);
		expect(submits().map(({ body }) => body.prompt)).toEqual(['b']);
		expect(again.status).toBe('waiting');
		expect(again.items.map(({ json }) => [json.jobId, json.status])).toEqual([
			['job-1', 'SUCCESS'],
			['job-3', 'ON_QUEUE'],
		]);
	});

	test('for good is retried at no cost: the same error again', async () => {
		playTtapi({
			seconds: 60,
			fails: ({ jobId }) => (jobId === 'job-2' ? '[Image denied]' : undefined),
		});
		const stored = await pauseAndStore({ items: [{ prompt: 'a' }, { prompt: 'b' }] });
		await passes(60);
		const { resumed } = await stored.callback(callbackFor('job-1'));
		sent.length = 0;
		const again = await retry(resumed!);
		expect(again.error?.message).toBe(resumed?.error?.message);
		expect(again.error?.description).toMatch(/job-1 \(item 0\), job-2 \(item 1\)/);
		expect(submits()).toEqual([]);
	});
});

describe('two calls of an agent at once', () => {
	/** Both run our node under the same name, in one execution, whose context they share. */
	async function callTwice(second: { prompt: string }) {
		const definition = workflowOf('imagine', { tool: true }) as IWorkflowBase;
		const options = { n8nUrl: N8N_URL };
		const contextData = {};
		const call = async (json: { prompt: string }) => {
			const data = createRunExecutionData({
				executionData: {
					contextData,
					nodeExecutionStack: [
						{
							node: workflowFrom(definition, options).getStartNode()!,
							data: { main: [[{ json }]] },
							source: null,
						},
					],
				},
			});
			return await process({ definition, data, options });
		};
		const runs = await Promise.all([call({ prompt: 'a' }), call(second)]);
		return { runs, contextData };
	}

	test('do not take the jobs of each other, also with the same prompt', async () => {
		playTtapi();
		const { runs, contextData } = await callTwice({ prompt: 'a' });
		expect(runs.map(({ items }) => items[0].json.jobId).sort()).toEqual(['job-1', 'job-2']);
		expect(JSON.stringify(contextData)).not.toContain('job-');
	});

	test('of which one fails: its job stays noted, the other one is forgotten', async () => {
		playTtapi({
			seconds: ({ body }) => (body.prompt === 'b' ? 10 : 20),
			fails: ({ body }) => (body.prompt === 'b' ? '[Image denied]' : undefined),
		});
		const { runs, contextData } = await callTwice({ prompt: 'b' });
		const [kept] = JSON.stringify(contextData).match(/job-\d/g) ?? [];
		expect(runs[1].items[0].json.error).toMatchObject({ jobId: kept, status: 'FAILED' });
		expect(JSON.stringify(contextData)).not.toContain(String(runs[0].items[0].json.jobId));
	});
});
