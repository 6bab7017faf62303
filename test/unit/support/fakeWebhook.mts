import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import type {
	IDataObject,
	IHttpRequestOptions,
	INode,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';

import { store } from './downloads.mts';
import { valueAt } from './fakeContext.mts';
import { fakeHttp, type FakeHttp } from './fakeHttp.mts';
import { FakeResponse } from './fakeResponse.mts';
import { settle } from './virtualClock.mts';

/** A call of a webhook, and the n8n that it reaches. */
export interface FakeCall extends FakeHttp {
	body?: unknown;
	query?: IDataObject;
	headers?: IDataObject;
	/** undefined where n8n did not keep the bytes. */
	rawBody?: Buffer;
	parameters?: IDataObject;
	mode?: string;
	node?: Partial<INode>;
	workflowId?: string;
	staticData?: IDataObject;
	/** The error of a credential that is missing. */
	credentialError?: Error;
	/** Whether it is missing just now; always if not given. */
	credentialFails?: () => boolean;
	/** The id of its credential; one that nobody else has if not given. */
	credentialId?: string;
	/** What n8n gives for an expression. */
	evaluate?: (expression: string) => unknown;
	/** What the context holds beside its public methods. */
	runExecutionData?: unknown;
	response?: FakeResponse;
}

/** The part of n8n's webhook context that the nodes use. */
export function fakeWebhook(given: FakeCall = {}) {
	const response = given.response ?? new FakeResponse();
	const { apiRequests, downloads, credentials, helpers } = fakeHttp(given);
	const expressions: string[] = [];
	// Each call has a credential of its own: one that is kept for some seconds is not that of another test.
	const credentialId = given.credentialId ?? randomUUID();
	const staticData = given.staticData ?? {};
	const logger = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
	const context = {
		getBodyData: () => ('body' in given ? given.body : {}),
		getQueryData: () => given.query ?? {},
		getHeaderData: () => given.headers ?? {},
		getRequestObject: () => ({ rawBody: given.rawBody }),
		getResponseObject: () => response,
		getExecutionId: () => 'execution',
		getMode: () => given.mode ?? 'webhook',
		getNode: () => ({
			id: 'node',
			name: 'TTAPI Midjourney',
			type: 'ttapiMidjourney',
			parameters: {},
			credentials: { ttapiApi: { id: credentialId, name: 'TTAPI account' } },
			...given.node,
		}),
		getWorkflow: () => ({ id: given.workflowId ?? 'workflow' }),
		getWorkflowStaticData: () => staticData,
		getNodeParameter: (
			name: string,
			fallback?: unknown,
			options?: { rawExpressions?: boolean },
		) => {
			const value = valueAt(given.parameters, name);
			if (value === undefined) return fallback;
			// An expression of a test is a text that begins with "="; its value is the rest.
			const isExpression = typeof value === 'string' && value.startsWith('=');
			return isExpression && !options?.rawExpressions ? value.slice(1) : value;
		},
		getCredentials: async () => {
			if (given.credentialError && (given.credentialFails?.() ?? true)) throw given.credentialError;
			return credentials;
		},
		evaluateExpression: (expression: string) => {
			expressions.push(expression);
			return given.evaluate?.(expression);
		},
		...('runExecutionData' in given ? { runExecutionData: given.runExecutionData } : {}),
		logger,
		helpers: { ...store, ...helpers },
	} as unknown as IWebhookFunctions;
	return { context, response, apiRequests, downloads, expressions, staticData, logger };
}

/** Which jobs TTAPI was asked for, in the order of asking. */
export const askedFor = (requests: IHttpRequestOptions[]): string[] =>
	requests.map(({ qs, body }) => ((qs ?? body) as { jobId: string }).jobId);

/** Lets time pass until `work` has come to an end. Needs jest's timers. */
export async function untilDone<T>(work: Promise<T>, mostSeconds = 3_600): Promise<T> {
	let isDone = false;
	const done = () => (isDone = true);
	work.then(done, done);
	await settle();
	for (let step = 0; step < mostSeconds * 10 && !isDone; step++) {
		await jest.advanceTimersByTimeAsync(100);
		await settle();
	}
	return await work;
}

/** Fakes the clock and the timers; promises go on. */
export function useFakeTime(): void {
	// A day later each time: what the process remembers of the test before is forgotten by then.
	today += 24 * 3_600_000;
	const doNotFake = ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] as const;
	jest.useFakeTimers({ now: today, doNotFake: [...doNotFake] });
	jest.spyOn(performance, 'now').mockImplementation(() => Date.now());
}

let today = Date.UTC(2026, 0, 1);

/** Whether a call of a webhook starts or resumes the workflow. */
export const isStarted = ({ workflowData }: IWebhookResponseData): boolean =>
	workflowData !== undefined;
