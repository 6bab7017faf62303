/** Who waits for an execution while it runs: for some of them it must not pause (docs/n8n.md, Where a pause would not work). */
import { describe, expect, test } from '@jest/globals';
import type { IDataObject, INodeType, IWorkflowBase, WorkflowExecuteMode } from 'n8n-workflow';

import './support/http.mts';
import { addNodeType, description } from './support/nodeTypes.mts';
import { runUntilPause } from './support/pausing.mts';
import { runWorkflow, type RunOptions } from './support/runWorkflow.mts';
import { playTtapi } from './support/ttapi.mts';
import { workflowOf, type OperationName } from './support/workflows.mts';

const WEBHOOK = 'n8n-nodes-base.webhook';
const FORM = 'n8n-nodes-base.formTrigger';
const CHAT = '@n8n/n8n-nodes-langchain.chatTrigger';
const SUB_WORKFLOW = 'n8n-nodes-base.executeWorkflowTrigger';

/** A trigger with the fields that say how its caller is answered. */
const trigger = (type: string): INodeType => ({
	description: {
		...description(type, []),
		properties: [
			{ displayName: 'Response Mode', name: 'responseMode', type: 'string', default: '' },
			{ displayName: 'Options', name: 'options', type: 'json', default: {} },
		],
	},
	trigger: async () => ({}),
});
for (const type of [WEBHOOK, FORM, CHAT, SUB_WORKFLOW]) addNodeType(type, trigger(type));

/** The workflow of imagine, with the item that starts it going through another trigger. */
function startedBy(type: string, parameters: IDataObject = {}, name: OperationName = 'imagine') {
	const workflow = workflowOf(name) as IWorkflowBase;
	Object.assign(
		workflow.nodes.find((node) => node.name === 'Trigger')!,
		{ type, parameters },
	);
	return workflow;
}

const run = async (workflow: object, options: RunOptions = {}) => {
	playTtapi({ seconds: 30 });
	return await runUntilPause({ items: [{ prompt: 'cat' }], ...options }, workflow);
};

async function expectPolled(running: ReturnType<typeof run>, reason: RegExp) {
	const { status, seenBy, hints } = await running;
	expect(status).toBe('success');
	for (const { json } of seenBy.Done) expect(json.status).toBe('SUCCESS');
	expect(hints).toMatchObject([{ message: expect.stringMatching(/polled instead of paused, as/) }]);
	expect(hints[0].message).toMatch(reason);
}

describe('the node polls, and the caller gets the finished job, behind', () => {
	test.each<[string, string, IDataObject]>([
		[
			'a webhook that answers when the last node has finished',
			WEBHOOK,
			{ responseMode: 'lastNode' },
		],
		['a webhook that streams', WEBHOOK, { responseMode: 'streaming' }],
		['a form that answers when the workflow has finished', FORM, { responseMode: 'lastNode' }],
		['a chat', CHAT, {}],
		['a chat that streams', CHAT, { options: { responseMode: 'streaming' } }],
	])('%s', async (_title, type, parameters) => {
		const running = run(startedBy(type, parameters), { mode: 'webhook' });
		await expectPolled(running, /caller/);
	});
});

describe('the node pauses behind', () => {
	test.each<[string, string, IDataObject]>([
		['a webhook that answers at once', WEBHOOK, { responseMode: 'onReceived' }],
		['a webhook that Respond to Webhook answers', WEBHOOK, { responseMode: 'responseNode' }],
		['a form that answers at once', FORM, { responseMode: 'onReceived' }],
		['a chat that its own nodes answer', CHAT, { options: { responseMode: 'responseNodes' } }],
	])('%s', async (_title, type, parameters) => {
		const { status } = await run(startedBy(type, parameters), { mode: 'webhook' });
		expect(status).toBe('waiting');
	});

	test('a trigger beside a webhook that has not been called', async () => {
		const workflow = workflowOf('imagine') as IWorkflowBase;
		const other = { ...workflow.nodes[0], id: 'other', name: 'Other "one"', type: WEBHOOK };
		workflow.nodes.push({ ...other, parameters: { responseMode: 'lastNode' } });
		workflow.connections['Other "one"'] = workflow.connections.Trigger;
		expect((await run(workflow)).status).toBe('waiting');
	});
});

describe('a sub-workflow', () => {
	const mode: WorkflowExecuteMode = 'integrated';

	test('that is called for one item polls: its caller may call it for each', async () => {
		await expectPolled(run(startedBy(SUB_WORKFLOW), { mode }), /called for one item/);
	});

	test('that is called for several items pauses', async () => {
		const items = [{ prompt: 'cat' }, { prompt: 'dog' }];
		expect((await run(startedBy(SUB_WORKFLOW), { mode, items })).status).toBe('waiting');
	});
});

test('an evaluation polls', async () => {
	const mode = 'evaluation' as WorkflowExecuteMode;
	await expectPolled(run(workflowOf('imagine'), { mode }), /evaluation/);
});

test('binary data that n8n combines makes the node poll', async () => {
	const workflow = workflowOf('imagine') as IWorkflowBase;
	workflow.settings = { ...workflow.settings, binaryMode: 'combined' } as never;
	await expectPolled(run(workflow), /binary/);
});

test.each(['describe', 'getSeed'] as const)(
	'%s polls: TTAPI sends no callback for it',
	async (name) => {
		playTtapi({ seconds: 30 });
		const { itemOf, OPERATIONS } = await import('../operations.mts');
		const operation = OPERATIONS[name];
		const running = runWorkflow(workflowOf(name), {
			items: [itemOf(operation) as IDataObject],
			n8nUrl: 'http://localhost:5678',
			parameters: { ...operation.pictures, waitForResult: 'callback' } as IDataObject,
		});
		await expectPolled(running as never, /sends no callback/);
	},
);
