/**
 * Single delivery: what no callback tells, the process that paused finds (docs/n8n.md, After execute() has returned). On
 * n8n 2.x it could not evaluate an expression any more.
 */
import { describe, expect, test } from '@jest/globals';
import type { Execution } from '../../scripts/n8n/client.mjs';
import { noOp, target, type Step } from '../workflow.mts';
import {
	jsonOf,
	numbered,
	paired,
	pairsOf,
	pausing,
	post,
	prompts,
	row,
	startPausing,
	type Answer,
} from './support/pausing.mts';
import { eventually } from './support/eventually.mts';

const pauses = await startPausing({ jobMs: 1_000, slots: 200 });

describe('an execution', () => {
	test('whose callbacks are all lost goes on by itself', async () => {
		pauses.addFaults({ kind: 'callbackLost' });
		const items = prompts('a red fox', 'a blue whale');
		const id = await pauses.start(await pauses.create(items, [pausing('TTAPI')]));
		const execution = await pauses.ended(id, 15);
		expect(execution.status).toBe('success');
		expect(pairsOf(execution)).toEqual(paired(items));
		expect(jsonOf(execution, 'TTAPI').map(({ status }) => status)).toEqual(['SUCCESS', 'SUCCESS']);
		expect(pauses.counter.runs(id)).toBe(1);
	});

	test('that is stopped while its jobs are looked at stays stopped', async () => {
		pauses.addFaults({ kind: 'callbackLost' }, { kind: 'jobNeverEnds' });
		const id = await pauses.startPaused(prompts('a red fox'), pausing('TTAPI'));
		await pauses.world.client.stopExecution(id);
		pauses.finish(...pauses.jobs());
		await new Promise((resolve) => setTimeout(resolve, 12_000));
		expect(await pauses.status(id)).toBe('canceled');
		expect(pauses.counter.runs(id)).toBe(0);
	});
});

test('of 60 executions at once, with jobs of 1 s and callbacks that come once, each goes on, once', async () => {
	const workflow = await pauses.create([], [pausing('TTAPI')], { active: true });
	await Promise.all(
		Array.from(
			{ length: 60 },
			async (_, n) => await pauses.call(workflow, numbered(1, `run ${n}:`)),
		),
	);
	const executions = await eventually(async () => {
		const list = await pauses.world.client.listExecutions({ workflowId: workflow.id });
		return list.length === 60 && list.every(({ status }: any) => status === 'success') && list;
	}, 150);
	for (const { id } of executions) expect(pauses.counter.runs(String(id))).toBe(1);
});

describe('a caller that waits for the last node gets the finished job from', () => {
	/** Lets this trigger start a row that would pause. @param call calls it; anything but 200 is called again */
	async function answerTo(
		caller: Omit<Step, 'name'>,
		call: () => Promise<Answer>,
	): Promise<{ answer: unknown; execution: Execution }> {
		const rows = row([], [pausing('TTAPI', { prompt: 'a red fox' }), noOp('Last')]);
		const node = { name: 'Caller', id: 'Caller', position: [0, 0], ...caller };
		const workflow = await pauses.store(
			{
				...rows,
				nodes: [...rows.nodes, node],
				connections: { ...rows.connections, Caller: { main: [target('Start')] } },
			},
			{ active: true },
		);
		const { body } = await eventually(async () => {
			const got = await call();
			return got.status === 200 && got;
		});
		const [{ id }] = await pauses.world.client.listExecutions({ workflowId: workflow.id });
		return { answer: body, execution: await pauses.ended(id) };
	}

	const { url } = pauses.world.n8n;
	const path = () => crypto.randomUUID();

	test('a webhook', async () => {
		const parameters = { httpMethod: 'POST', path: path(), responseMode: 'lastNode', options: {} };
		const { answer } = await answerTo(
			{ type: 'n8n-nodes-base.webhook', typeVersion: 2, parameters },
			async () => await post(`${url}/webhook/${parameters.path}`, {}),
		);
		expect(answer).toMatchObject({ status: 'SUCCESS', prompt: 'a red fox' });
	});

	test('a chat, which waits for it by default', async () => {
		const webhookId = path();
		const { answer } = await answerTo(
			{
				type: '@n8n/n8n-nodes-langchain.chatTrigger',
				typeVersion: 1.1,
				webhookId,
				parameters: { public: true, options: {} },
			},
			async () =>
				await post(`${url}/webhook/${webhookId}/chat`, {
					action: 'sendMessage',
					sessionId: 'one',
					chatInput: 'a red fox',
				}),
		);
		expect(answer).toMatchObject({ status: 'SUCCESS', prompt: 'a red fox' });
	});

	test('a form that tells that the workflow has finished', async () => {
		const webhookId = path();
		const { execution } = await answerTo(
			{
				type: 'n8n-nodes-base.formTrigger',
				typeVersion: 2.2,
				webhookId,
				parameters: {
					formTitle: 'A picture',
					formFields: { values: [{ fieldLabel: 'Prompt' }] },
					responseMode: 'lastNode',
					options: {},
				},
			},
			async () => {
				const body = new FormData();
				body.append('field-0', 'a red fox');
				const sent = await fetch(`${url}/form/${webhookId}`, { method: 'POST', body });
				return { status: sent.status, body: await sent.text(), retryAfter: undefined };
			},
		);
		// It has not been paused in between: the page would have said that all is done.
		expect(jsonOf(execution, 'Last')).toMatchObject([{ status: 'SUCCESS', prompt: 'a red fox' }]);
		expect(pauses.answersTo(pauses.job('a red fox'))).toEqual([]);
	});
});

test('a sub-workflow that is called once for each item gives back every result', async () => {
	const child = row([], [pausing('TTAPI'), noOp('Last')]);
	const trigger = {
		id: 'Called by Parent',
		name: 'Called by Parent',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		position: [0, 0],
		parameters: { inputSource: 'passthrough' },
	};
	const stored = await pauses.store(
		{
			...child,
			name: 'e2e called for each item',
			nodes: [...child.nodes, trigger],
			connections: { ...child.connections, 'Called by Parent': { main: [target('Start')] } },
		},
		{ active: true },
	);
	const items = numbered(3);
	const call: Step = {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: {
			mode: 'each',
			workflowId: { __rl: true, mode: 'id', value: stored.id },
			workflowInputs: { mappingMode: 'defineBelow', value: {} },
			options: { waitForSubWorkflow: true },
		},
	};
	const parent = await pauses.store(row(items, [call, noOp('Behind Call')]));
	const execution = await pauses.ended(await pauses.start(parent));
	expect(jsonOf(execution, 'Behind Call').map(({ prompt, status }) => [prompt, status])).toEqual(
		items.map(({ prompt }) => [prompt, 'SUCCESS']),
	);
});
