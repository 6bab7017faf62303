import { expect, test } from '@jest/globals';
import { NodeOperationError, type INode } from 'n8n-workflow';

import { failRun } from '../../../nodes/TtapiMidjourney/pausing/pausedRun.ts';
import { fakeWebhook } from '../support/fakeWebhook.mts';

const NAME = 'TTAPI Midjourney';
const error = new NodeOperationError({ name: NAME, parameters: {} } as INode, 'Job abc failed');

/** The execution as n8n gives it to `webhook()`. */
const paused = () => ({
	executionData: { nodeExecutionStack: [{ node: { name: NAME, disabled: true } }] },
	resultData: { lastNodeExecuted: NAME, runData: {} } as Record<string, unknown>,
});

const failWith = (runExecutionData: unknown) =>
	failRun(fakeWebhook({ runExecutionData }).context, error);

test('the run has the error, and the node is enabled, so that n8n finds it there', () => {
	const run = paused();
	expect(failWith(run)).toBe(true);
	expect(run.resultData).toEqual({ lastNodeExecuted: NAME, runData: {}, error });
	expect(run.resultData.error).toBe(error);
	expect(run.executionData.nodeExecutionStack).toEqual([{ node: { name: NAME, disabled: false } }]);
});

type Run = ReturnType<typeof paused>;

/** The same with another entry on top of the stack. */
const withTop = (top: unknown) => ({
	...paused(),
	executionData: { nodeExecutionStack: [top] },
});

test.each<[string, unknown]>([
	['no data of the run', undefined],
	['nothing as the data of the run', null],
	['a text as the data of the run', 'run'],
	['a list as the data of the run', []],
	['data of the run without anything in it', {}],
	['no data of the execution', { ...paused(), executionData: undefined }],
	['no stack', { ...paused(), executionData: {} }],
	['no list as the stack', { ...paused(), executionData: { nodeExecutionStack: null } }],
	['an empty stack', { ...paused(), executionData: { nodeExecutionStack: [] } }],
	['no entry on the stack', withTop(null)],
	['no node on the stack', withTop({})],
	['nothing as the node on the stack', withTop({ node: null })],
	['another node on the stack', withTop({ node: { name: 'Other', disabled: true } })],
	['a node on the stack that is not disabled', withTop({ node: { name: NAME } })],
	['a node on the stack that is enabled', withTop({ node: { name: NAME, disabled: false } })],
	['something else as `disabled`', withTop({ node: { name: NAME, disabled: 'true' } })],
	['no results', { ...paused(), resultData: undefined }],
	['another node that ran last', { ...paused(), resultData: { lastNodeExecuted: 'Other' } }],
	['no node that ran last', { ...paused(), resultData: {} }],
])('nothing is changed where n8n has %s', (_title, run) => {
	const before = structuredClone(run);
	expect(failWith(run)).toBe(false);
	expect(run).toEqual(before);
});

test('nothing is changed where n8n does not show the run to the node', () => {
	expect(failRun(fakeWebhook().context, error)).toBe(false);
});

test('the other entries of the stack stay as they are', () => {
	const run = paused() as Run;
	run.executionData.nodeExecutionStack.push({ node: { name: 'Other', disabled: true } });
	failWith(run);
	expect(run.executionData.nodeExecutionStack[1]).toEqual({
		node: { name: 'Other', disabled: true },
	});
});
