import { jest } from '@jest/globals';
import type { IDataObject, IExecuteFunctions, INode } from 'n8n-workflow';

import { fakeHttp, type FakeHttp } from './fakeHttp.mts';

export interface FakeN8n extends FakeHttp {
	/** The parameters of each item; one object for all of them. */
	parameters?: IDataObject | IDataObject[];
	items?: IDataObject[];
	continueOnFail?: boolean;
	/** What differs of the node. */
	node?: Partial<INode>;
	workflowId?: string;
	mode?: string;
	/** What `$execution.resumeUrl` says. */
	resumeUrl?: unknown;
	/** The round of a loop. */
	runIndex?: number;
	helpers?: object;
}

/** What a dotted name leads to, as n8n reads it. */
export const valueAt = (parameters: unknown, name: string): unknown =>
	name
		.split('.')
		.reduce(
			(found, key) => (found as Record<string, unknown> | null | undefined)?.[key],
			parameters,
		);

/** The part of n8n that the node uses, without n8n: no network, no files. */
export function fakeContext(given: FakeN8n = {}) {
	const stop = new AbortController();
	const { items = [{ json: {} }], parameters = {} } = given;
	const { apiRequests, downloads, credentials, helpers } = fakeHttp(given);
	const addExecutionHints = jest.fn();
	const nodeContext: IDataObject = {};
	const executeData = { data: { main: [items] } };
	const putExecutionToWait = jest.fn(async (_until: Date) => {});
	const context = {
		getCredentials: async () => credentials,
		getExecutionCancelSignal: () => stop.signal,
		getInputData: () => items,
		getNode: () => ({
			name: 'TTAPI Midjourney',
			type: 'ttapiMidjourney',
			parameters: {},
			...given.node,
		}),
		getWorkflow: () => ({ id: 'workflowId' in given ? given.workflowId : 'workflow' }),
		getExecutionId: () => 'execution',
		getMode: () => given.mode ?? 'trigger',
		getContext: () => nodeContext,
		getExecuteData: () => executeData,
		putExecutionToWait,
		getWorkflowDataProxy: () => ({ $runIndex: given.runIndex ?? 0 }),
		evaluateExpression: () => given.resumeUrl ?? 'https://n8n.example.com/webhook-waiting/1',
		getNodeParameter: (name: string, index: number, fallback?: unknown) => {
			const value = valueAt(Array.isArray(parameters) ? parameters[index] : parameters, name);
			return value === undefined ? fallback : value;
		},
		continueOnFail: () => given.continueOnFail ?? false,
		addExecutionHints,
		logger: { info: jest.fn(), warn: jest.fn() },
		helpers: { ...helpers, ...given.helpers },
	} as unknown as IExecuteFunctions;
	return {
		context,
		stop,
		apiRequests,
		downloads,
		addExecutionHints,
		nodeContext,
		executeData,
		putExecutionToWait,
	};
}
