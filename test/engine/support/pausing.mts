/**
 * What n8n does with a paused execution (n8n/dist/webhooks/waiting-webhooks.js, webhook-helpers.js, wait-tracker.js of
 * 2.41.1): it is stored as text, and goes on with a callback or when its time is up.
 */
import { beforeEach } from '@jest/globals';
import { parse, stringify } from 'flatted';
import type {
	IDataObject,
	IRunExecutionData,
	IWebhookResponseData,
	IWorkflowBase,
} from 'n8n-workflow';
import nock from 'nock';

import { FakeResponse } from '../../unit/support/fakeResponse.mts';
import { WebhookContext } from './n8n.mts';
import { nodeTypes } from './nodeTypes.mts';
import {
	NODE_NAME,
	additionalData,
	process,
	runWorkflow,
	workflowFrom,
	type Result,
	type RunOptions,
} from './runWorkflow.mts';
import { untilDone } from './virtualTime.mts';
import { workflowOf } from './workflows.mts';

/** What came of a callback to the resume URL. */
export interface Callback {
	/** What TTAPI got as its answer. */
	status: number;
	headers: Record<string, string>;
	/** When it got it, in ms since 1970. */
	answeredAt: number | undefined;
	/** The rest of the execution; undefined where it goes on waiting. */
	resumed?: Result;
}

/** A paused execution in n8n's database. */
export class Stored {
	private readonly text: string;

	/** The rest of the execution, if a call of the process that paused has resumed it. */
	resumed?: Result;

	constructor(private readonly paused: Result) {
		if (paused.status !== 'waiting') throw new Error(`The execution is ${paused.status}`);
		this.text = stringify(paused.execution.data);
	}

	/** When n8n ends the pause by itself, in ms since 1970. */
	get until(): number {
		return new Date(this.paused.run.waitTill!).getTime();
	}

	/** All that n8n has written of the execution. */
	get written(): string {
		return this.text;
	}

	/** What the paused node has stored, as it comes out of the database. */
	get context(): IDataObject {
		const { contextData } = this.load().executionData!;
		return contextData[`node:${this.nodeName}`] as IDataObject;
	}

	/** A POST to the resume URL. */
	async callback(body: unknown): Promise<Callback> {
		const data = this.load();
		const [entry] = data.executionData!.nodeExecutionStack;
		entry.node.disabled = true;
		data.waitTill = undefined;
		data.resultData.runData[this.nodeName].pop();

		const response = new FakeResponse();
		const result = await untilDone(this.webhook(data, body, response));
		let resumed: Result | undefined;
		if (result.workflowData) {
			entry.data.main = result.workflowData;
			entry.metadata = { ...entry.metadata, forwardAllOutputs: true };
			if (!result.noWebhookResponse) response.answeredByN8n();
			resumed = await process({ ...this.paused.execution, data });
		}
		const { statusCode: status, headers, answeredAt } = response;
		return { status, headers, answeredAt, resumed };
	}

	/** The wait tracker starts the execution when its time is up. */
	async timeIsUp(): Promise<Result> {
		return await process({ ...this.paused.execution, data: this.load() });
	}

	private get nodeName(): string {
		return this.load().resultData.lastNodeExecuted!;
	}

	private load(): IRunExecutionData {
		return parse(this.text) as IRunExecutionData;
	}

	private async webhook(
		data: IRunExecutionData,
		body: unknown,
		response: FakeResponse,
	): Promise<IWebhookResponseData> {
		const { definition, options } = this.paused.execution;
		const workflow = workflowFrom(definition, options);
		const node = workflow.getNode(this.nodeName)!;
		const type = nodeTypes.getByNameAndVersion(node.type);
		const context = new WebhookContext(
			workflow,
			node,
			{
				...additionalData(options),
				httpRequest: { body, headers: {}, params: {}, query: { signature: data.resumeToken } },
				httpResponse: response,
			} as never,
			'trigger',
			{ webhookDescription: type.description.webhooks![0] } as never,
			[],
			data,
		);
		await workflow.expression.acquireIsolate();
		try {
			return await type.webhook!.call(context);
		} finally {
			await workflow.expression.releaseIsolate();
		}
	}
}

/** Where n8n is reached from the internet, in the tests of pausing. */
export const N8N_URL = 'https://n8n.example.com';

/** A call of a resume URL by the process that paused. */
export interface OwnCall {
	path: string;
	body: unknown;
	/** In s since the test's start. */
	at: number;
}

/** All such calls of the test. They don't count among what was sent to the outside world. */
export const ownCalls: OwnCall[] = [];

/** The execution that such a call resumes; n8n answers 409, as if it were running, where there is none. */
let served: Stored | undefined;

/** Lets calls of the resume URL reach this execution from now on. Tests that don't call its resume URL by hand. */
export const serve = (stored: Stored): Stored => (served = stored);

beforeEach(() => {
	served = undefined;
	ownCalls.length = 0;
	const began = Date.now();
	nock(N8N_URL)
		.persist()
		.post(/^\/webhook-waiting\//)
		.query(true)
		.reply(async (path, body) => {
			ownCalls.push({ path, body, at: (Date.now() - began) / 1000 });
			if (!served || served.resumed) return [409, {}];
			const { status, resumed } = await served.callback(body);
			served.resumed = resumed;
			return [status, {}];
		});
});

/** Runs the workflow of imagine until it pauses; `waits` by callbacks unless its parameters say something else. */
export const runUntilPause = async (
	options: RunOptions = {},
	workflow: object = workflowOf('imagine'),
): Promise<Result> =>
	await runWorkflow(workflow, {
		n8nUrl: N8N_URL,
		...options,
		parameters: { waitForResult: 'callback', ...options.parameters },
	});

/** The same, as n8n has it in its database then. */
export const pauseAndStore = async (options: RunOptions = {}, workflow?: object): Promise<Stored> =>
	new Stored(await runUntilPause(options, workflow));

/** What TTAPI sends when a job ends. */
export const callbackFor = (jobId: string): IDataObject => ({
	status: 'SUCCESS',
	jobId,
	message: 'success',
	data: { jobId, action: 'imagine', prompt: 'as the caller says' },
});

/** The workflow of imagine with our node under another name, and its node set as given. */
export function renamed(name: string): object {
	const workflow = JSON.parse(JSON.stringify(workflowOf('imagine'))) as IWorkflowBase;
	workflow.nodes.find((node) => node.name === NODE_NAME)!.name = name;
	workflow.connections = {
		Trigger: { main: [[{ node: name, type: 'main', index: 0 }]] },
		[name]: workflow.connections[NODE_NAME],
	};
	return workflow;
}
