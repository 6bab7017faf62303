import { jest } from '@jest/globals';
import type { IDataObject, IExecuteFunctions, INode, NodeTypeAndVersion } from 'n8n-workflow';

import { nodeExpression } from '../../../nodes/TtapiMidjourney/n8n/context.ts';
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
	/** The nodes before ours, those that have not run in this execution with `ran: false`. */
	parents?: Array<Partial<NodeTypeAndVersion> & { ran?: boolean }>;
	/** How many items the caller of the sub-workflow has handed over. */
	handedOver?: number;
	workflowSettings?: object;
	isStreaming?: boolean;
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
	const parents = (given.parents ?? []).map((parent, n) => ({ name: `parent ${n}`, ...parent }));
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
			id: 'node',
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
		evaluateExpression: (expression: string) => {
			if (expression.includes('all(0, 0).length')) return given.handedOver;
			const parent = parents.find(({ name }) => expression === nodeExpression(name!, 'isExecuted'));
			if (parent) return parent.ran ?? true;
			return given.resumeUrl ?? 'https://n8n.example.com/webhook-waiting/1';
		},
		getParentNodes: () => parents,
		getWorkflowSettings: () => given.workflowSettings ?? {},
		isStreaming: () => given.isStreaming ?? false,
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
