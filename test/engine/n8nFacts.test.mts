/**
 * What the design of pausing depends on in n8n (docs/n8n.md), on nodes that are not ours: a new n8n that does otherwise is
 * noticed here.
 */
import { describe, expect, test } from '@jest/globals';
import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	IWebhookFunctions,
	IWebhookResponseData,
	IWorkflowBase,
} from 'n8n-workflow';

import { answer, sent } from './support/http.mts';
import { createRunExecutionData, NodeConnectionTypes } from './support/n8n.mts';
import { addNodeType, description } from './support/nodeTypes.mts';
import { N8N_URL, Stored } from './support/pausing.mts';
import { NODE_NAME, runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { passes } from './support/virtualTime.mts';
import { workflowOf } from './support/workflows.mts';

const TYPE = 'test.pausing';
const items = [{ n: 0 }, { n: 1 }];
let executed = 0;

/** The workflow of imagine with a node that is made of these methods in the place of ours. */
async function run(methods: Partial<INodeType>, options: RunOptions = {}) {
	executed = 0;
	addNodeType(TYPE, {
		description: {
			...description(TYPE, [NodeConnectionTypes.Main]),
			webhooks: [{ name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: '' }],
		},
		...methods,
	});
	const workflow = workflowOf('imagine') as IWorkflowBase;
	const node = workflow.nodes.find(({ name }) => name === NODE_NAME)!;
	Object.assign(node, { type: TYPE, credentials: undefined });
	return await runWorkflow(workflow, { items, n8nUrl: N8N_URL, ...options });
}

/** Pauses for an hour, after it did what a test wants. */
const pausing = (
	before: (context: IExecuteFunctions) => INodeExecutionData[] | void = () => {},
): INodeType['execute'] =>
	async function (this: IExecuteFunctions) {
		executed++;
		const output = before(this) ?? [{ json: { returned: true } }];
		await this.putExecutionToWait(new Date(Date.now() + 3_600_000));
		return [output];
	};

const json = (found: INodeExecutionData[] = []) => found.map((item) => item.json);

describe('a paused execution', () => {
	test('is stored, and what runs behind the node waits', async () => {
		const { status, saved, seenBy } = await run({ execute: pausing() });
		expect({ status, saved }).toEqual({ status: 'waiting', saved: ['waiting'] });
		expect(seenBy.Done).toBeUndefined();
	});

	test('has a resume URL with a token of its own, which execute() knows before it pauses', async () => {
		let url: unknown;
		const paused = await run({
			execute: pausing((context) => {
				url = context.evaluateExpression('{{ $execution.resumeUrl }}', 0);
			}),
		});
		const token = paused.execution.data.resumeToken;
		expect(url).toBe(`${N8N_URL}/webhook-waiting/execution?signature=${token}`);
		expect(token).toBeTruthy();
	});

	test('goes on waiting where webhook() gives no workflowData, and goes on with what it gives', async () => {
		let calls = 0;
		const webhook = async (): Promise<IWebhookResponseData> =>
			++calls < 2 ? {} : { workflowData: [[{ json: { result: 1 } }, { json: { result: 2 } }]] };
		const stored = new Stored(await run({ execute: pausing(), webhook }));
		expect((await stored.callback({})).resumed).toBeUndefined();
		const { resumed } = await stored.callback({});
		expect(resumed?.status).toBe('success');
		expect(json(resumed?.seenBy.Done)).toEqual([{ result: 1 }, { result: 2 }]);
		expect(executed).toBe(1);
	});

	test("gives webhook() the items and the node's context, as they were stored", async () => {
		let seen: unknown[] = [];
		const stored = new Stored(
			await run({
				execute: pausing((context) => {
					context.getContext('node').kept = { deep: [1, 'two', null] };
				}),
				webhook: async function (this: IWebhookFunctions) {
					seen = [
						this.evaluateExpression(`{{ $("${NODE_NAME}").context }}`),
						this.evaluateExpression('{{ $input.all() }}', 0),
					];
					return {};
				},
			}),
		);
		await stored.callback({});
		expect(seen[0]).toMatchObject({ kept: { deep: [1, 'two', null] } });
		expect(seen[1]).toMatchObject([{ json: { n: 0 } }, { json: { n: 1 } }]);
	});

	test('numbers the resumed items anew, so that only one item for each input item is paired rightly', async () => {
		const workflowData = [[{ json: {} }, { json: {} }]];
		const webhook = async () => structuredClone({ workflowData });
		const { resumed } = await new Stored(await run({ execute: pausing(), webhook })).callback({});
		expect(resumed?.items.map(({ pairedItem }) => pairedItem)).toMatchObject([
			...[{ item: 0 }, { item: 1 }],
		]);
	});
});

describe('what execute() has started goes on after it', () => {
	test('and sends requests with a credential that was read before', async () => {
		answer('GET', 'https://api.ttapi.io/later', { json: { fine: true } });
		let answered: unknown;
		await run({
			execute: pausing((context) => {
				void (async () => {
					await new Promise((resolve) => setTimeout(resolve, 5_000));
					const data = { apiKey: 'key', baseUrl: 'https://api.ttapi.io' };
					answered = await context.helpers.httpRequestWithAuthentication.call(
						context,
						'ttapiApi',
						{ url: 'https://api.ttapi.io/later', json: true },
						{ credentialsDecrypted: { id: '', name: '', type: 'ttapiApi', data } },
					);
				})();
			}),
		});
		await passes(10);
		expect(answered).toEqual({ fine: true });
		expect(sent[0].headers['tt-api-key']).toBe('key');
	});
});

describe('a pause whose time is up', () => {
	test('does not run the node again, drops what it returned, and hands its input on', async () => {
		const stored = new Stored(await run({ execute: pausing() }));
		const { status, seenBy } = await stored.timeIsUp();
		expect(status).toBe('success');
		expect(json(seenBy.Done)).toEqual(items);
		expect(executed).toBe(1);
	});

	test('hands on all of the input, also with Execute Once', async () => {
		const stored = new Stored(await run({ execute: pausing() }, { node: { executeOnce: true } }));
		expect(json((await stored.timeIsUp()).seenBy.Done)).toEqual(items);
	});

	test('hands on what was put in the place of the input before the pause', async () => {
		const stored = new Stored(
			await run({
				execute: pausing((context) => {
					context.getExecuteData().data.main[0] = [{ json: { prepared: true } }];
				}),
			}),
		);
		expect(json((await stored.timeIsUp()).seenBy.Done)).toEqual([{ prepared: true }]);
	});

	test('sends prepared error items to the error branch', async () => {
		const error = { message: 'it took too long', jobId: 'a' };
		const stored = new Stored(
			await run(
				{
					execute: pausing((context) => {
						context.getExecuteData().data.main[0] = [{ json: { error }, pairedItem: { item: 0 } }];
					}),
				},
				{ node: { onError: 'continueErrorOutput' } },
			),
		);
		const { seenBy } = await stored.timeIsUp();
		expect(seenBy.Done ?? []).toEqual([]);
		expect(seenBy.Failed).toMatchObject([{ json: { error } }]);
	});

	test('has nothing to hand on where the returned list was the prepared one: the engine empties it', async () => {
		const prepared = [{ json: { prepared: true } }];
		const stored = new Stored(
			await run(
				{
					execute: pausing((context) => {
						context.getExecuteData().data.main[0] = prepared;
						return prepared;
					}),
				},
				{ node: { onError: 'continueErrorOutput' } },
			),
		);
		expect((await stored.timeIsUp()).seenBy.Done).toBeUndefined();
	});
});

describe('the error of a run', () => {
	const failing = (enable: boolean): INodeType['webhook'] =>
		async function (this: IWebhookFunctions) {
			const { runExecutionData } = this as never as {
				runExecutionData: ReturnType<typeof createRunExecutionData>;
			};
			const { node } = runExecutionData.executionData!.nodeExecutionStack[0];
			expect(node).toMatchObject({ name: NODE_NAME, disabled: true });
			expect(runExecutionData.resultData.lastNodeExecuted).toBe(NODE_NAME);
			if (enable) node.disabled = false;
			const error = { ...new Error(), name: 'NodeApiError', message: 'Job a failed' };
			runExecutionData.resultData.error = error as never;
			return { workflowData: [[{ json: {} }]] };
		};

	test('that webhook() has put there fails the paused node, where that is enabled: it is not run again', async () => {
		const stored = new Stored(await run({ execute: pausing(), webhook: failing(true) }));
		const { resumed } = await stored.callback({});
		expect(resumed?.status).toBe('error');
		expect(resumed?.error?.message).toBe('Job a failed');
		expect(resumed?.seenBy.Done).toBeUndefined();
		expect(executed).toBe(1);
	});

	test('does nothing where the node is disabled', async () => {
		const stored = new Stored(await run({ execute: pausing(), webhook: failing(false) }));
		const { resumed } = await stored.callback({});
		expect(resumed?.seenBy.Done).toHaveLength(1);
	});
});

describe('Retry On Fail', () => {
	const node = { retryOnFail: true, maxTries: 3, waitBetweenTries: 0 };

	test.each<[string, unknown, number]>([
		['an error', { message: 'no' }, 3],
		['an empty text as the error', '', 3],
		['zero as the error', 0, 3],
		['null as the error', null, 1],
		['false as the error', false, 1],
		['no error', undefined, 1],
	])('runs the node again for a first item with %s, even if it pauses: %j', async (...row) => {
		const [, error, runs] = row;
		const output = () => [{ json: { error: error as never } }];
		await run(
			{ execute: pausing(output) },
			{ node: { ...node, onError: 'continueRegularOutput' } },
		);
		expect(executed).toBe(runs);
	});
});

describe('error items', () => {
	const once = (item: INodeExecutionData): INodeType['execute'] =>
		async function () {
			return [[item]];
		};
	const node = { onError: 'continueErrorOutput' as const };
	const error = { message: 'no', jobId: 'a' };

	test('keep their job id without item.error, and go to the error branch', async () => {
		const { seenBy } = await run({ execute: once({ json: { error } }) }, { node });
		expect(seenBy.Failed).toMatchObject([{ json: { error } }]);
	});

	test('lose it with item.error: the engine writes its own json', async () => {
		const item = { json: { error }, error: new Error('no') as never };
		const { seenBy } = await run({ execute: once(item) }, { node });
		expect(JSON.stringify(seenBy)).not.toContain('"jobId"');
	});

	test('are no error items with another key beside the error', async () => {
		const { seenBy } = await run({ execute: once({ json: { error, jobId: 'a' } }) }, { node });
		expect(seenBy.Done).toHaveLength(1);
	});
});
