/** What the tests of paused executions share: their workflows, their callbacks, and a count of what runs behind. */
import { afterAll, beforeEach } from '@jest/globals';
import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { itemsOf, type Execution } from '../../../scripts/n8n/client.mjs';
import type { Fault, JobRecord, SimulatorOptions } from '../../../simulator/startSimulator.mts';
import { eventually } from './eventually.mts';
import { CREDENTIALS, OUR_NODE, noOp, target, workflow, type Step } from '../../workflow.mts';
import { startWorld, type World } from './world.mts';

export type Json = Record<string, any>;

export interface Answer {
	status: number;
	body: any;
	retryAfter: string | undefined;
}

/** A job that ends only when the test ends it, and whose callback only the test sends. */
export const IN_OUR_HANDS: Fault[] = [{ kind: 'jobNeverEnds' }, { kind: 'callbackLost' }];

/** A node of ours that pauses. */
export const pausing = (
	name: string,
	{ options = {}, ...parameters }: Json = {},
	settings: Partial<Step> = {},
): Step => ({
	name,
	type: OUR_NODE,
	parameters: {
		prompt: '={{ $json.prompt }}',
		waitForResult: 'callback',
		options: { pollInterval: 1, ...options },
		...parameters,
	},
	credentials: CREDENTIALS,
	...settings,
});

/** Job > Wait: completes what a wait that ran out has left. */
export const jobWait = (name = 'Wait'): Step => ({
	...pausing(name),
	parameters: { resource: 'job', operation: 'wait', options: { pollInterval: 1 } },
});

/** Writes into each item which prompt n8n's own pairing leads back to. */
export const pairing = (name = 'Behind'): Step => ({
	name,
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'raw',
		jsonOutput: "={{ { startedWith: $('Start').item.json.prompt } }}",
		includeOtherFields: true,
		options: {},
	},
});

export const prompts = (...texts: string[]): Json[] => texts.map((prompt) => ({ prompt }));

export const numbered = (count: number, text = 'picture number'): Json[] =>
	prompts(...Array.from({ length: count }, (_, index) => `${text} ${index}`));

/**
 * A row of nodes that a person or a call of its webhook starts:
 *
 *     Manual (with `items` pinned) ─┐
 *                                   ├─ Start ─ steps ─ ...      On Error: behind the error output of each step
 *     Called ─ Items ───────────────┘
 *
 * @param items the `json` of the items that a person's run begins with
 * @param more connections besides, by the name of the node that they leave
 */
export function row(items: Json[], steps: Step[], more: Record<string, any[][]> = {}) {
	const nodes: Step[] = [
		{ name: 'Manual', type: 'n8n-nodes-base.manualTrigger' },
		{
			name: 'Called',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: { httpMethod: 'POST', path: randomUUID(), options: {} },
		},
		{
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			parameters: { fieldToSplitOut: 'body.items', options: {} },
		},
		noOp('Start'),
		...steps,
		noOp('On Error'),
	];
	const line = ['Start', ...steps.map(({ name }) => name)];
	const inLine = line.slice(0, -1).map((name, at) => {
		const onError = steps[at - 1]?.onError === 'continueErrorOutput' ? [target('On Error')] : [];
		return [name, { main: [target(line[at + 1]), ...onError] }];
	});
	return workflow(
		`e2e pausing ${steps[0].name}`,
		nodes,
		{
			Manual: { main: [target('Start')] },
			Called: { main: [target('Items')] },
			Items: { main: [target('Start')] },
			...Object.fromEntries(inLine),
			...Object.fromEntries(Object.entries(more).map(([name, main]) => [name, { main }])),
		},
		{ Manual: items },
	);
}

/** Counts the runs of the node "Count", by execution. */
export interface Counter {
	/** Goes behind the node that pauses: asks the counter once a run, however many items come. */
	step: Step;
	/** The same, counting by something else than the execution. @param key n8n's expression, such as `{{ $json.a }}` */
	stepFor(key: string): Step;
	runs(key: string): number;
	/** All that were counted. */
	keys(): string[];
}

export async function startCounter(): Promise<Counter> {
	const counts = new Map<string, number>();
	const server = createServer((request, response) => {
		const key = String(request.url).slice(1);
		counts.set(key, (counts.get(key) ?? 0) + 1);
		response.setHeader('content-type', 'application/json').end('{"counted":true}');
	}).listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	afterAll(() => {
		server.closeAllConnections();
		server.close();
	});
	const stepFor = (key: string): Step => ({
		name: 'Count',
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		executeOnce: true,
		parameters: {
			url: `=http://127.0.0.1:${(server.address() as AddressInfo).port}/${key}`,
			options: {},
		},
	});
	return {
		step: stepFor('{{ $execution.id }}'),
		stepFor,
		runs: (key) => counts.get(key) ?? 0,
		keys: () => [...counts.keys()],
	};
}

/** The execution whose resume URL a job calls. */
export const executionOf = ({ hookUrl }: JobRecord): string =>
	String(/\/webhook-waiting\/(\d+)/.exec(hookUrl)?.[1]);

/** Sends anything to an address (a text as it is), as TTAPI or a stranger would. Never throws for a status. */
export async function post(url: string, body: unknown, headers: Json = {}): Promise<Answer> {
	const answer = await axios.post(url, body, {
		headers: { 'content-type': 'application/json', ...headers },
		// Left to itself, axios makes a JSON string of a text.
		...(typeof body === 'string' ? { transformRequest: [(text: string) => text] } : {}),
		validateStatus: () => true,
		proxy: false,
		timeout: 60_000,
		maxBodyLength: Infinity,
	});
	const { status, data, headers: answered } = answer;
	return { status, body: data, retryAfter: answered['retry-after'] };
}

export type Start = 'manual' | 'production';

export class Pausing {
	constructor(
		readonly world: World,
		readonly counter: Counter,
	) {}

	get simulator() {
		return this.world.simulator;
	}

	/** A stored workflow: the steps, then Behind (with its pairing) and Count. It is active where it is to be called. */
	async create(items: Json[], steps: Step[], { active = false } = {}): Promise<any> {
		return await this.store(row(items, [...steps, pairing(), this.counter.step]), { active });
	}

	async store(workflow: object, { active = false } = {}): Promise<any> {
		const { client, credentials } = this.world;
		const stored = await client.createWorkflow(workflow, credentials);
		if (active) await client.activateWorkflow(stored);
		return stored;
	}

	/** Starts the workflow as a person does in the editor, or as a call of its production webhook does. */
	async start(workflow: any, how: Start = 'manual'): Promise<string> {
		const { client } = this.world;
		if (how === 'manual') return await client.startWorkflow(workflow, 'Manual');
		const list = async () => await client.listExecutions({ workflowId: workflow.id });
		const before = new Set((await list()).map(({ id }) => id));
		await this.call(
			workflow,
			workflow.pinData.Manual.map(({ json }: any) => json),
		);
		const [{ id }] = await eventually(async () => {
			const started = (await list()).filter((execution) => !before.has(execution.id));
			return started.length > 0 && started;
		});
		return id;
	}

	/** Calls the production webhook of an active workflow. */
	async call(workflow: any, items: Json[]): Promise<void> {
		const { path } = workflow.nodes.find(({ name }: Step) => name === 'Called').parameters;
		await eventually(
			async () => (await post(`${this.world.n8n.url}/webhook/${path}`, { items })).status === 200,
		);
	}

	/** Starts a row with these steps, and waits until it is paused. */
	async startPaused(items: Json[], ...steps: Step[]): Promise<string> {
		return await this.paused(await this.start(await this.create(items, steps)));
	}

	/** Waits until n8n itself calls the execution waiting; throws when it ended instead. */
	async paused(executionId: string): Promise<string> {
		await this.world.client.waitForExecution(executionId, { until: ['waiting'] });
		return executionId;
	}

	async status(executionId: string): Promise<string> {
		return (await this.world.client.getExecution(executionId)).status;
	}

	async ended(executionId: string, timeout = 120): Promise<Execution> {
		return await this.world.client.waitForExecution(executionId, { timeout });
	}

	jobs(executionId?: string): JobRecord[] {
		const { jobs } = this.simulator.state();
		return executionId ? jobs.filter((job) => executionOf(job) === executionId) : jobs;
	}

	job(prompt: string): JobRecord {
		const found = this.jobs().find((job) => job.prompt === prompt);
		if (!found) throw new Error(`There is no job for "${prompt}".`);
		return found;
	}

	addFaults(...faults: Fault[]): void {
		for (const fault of faults) this.simulator.addFault(fault);
	}

	finish(...jobs: JobRecord[]): void {
		for (const { jobId } of jobs) this.simulator.finishJob(jobId, 'SUCCESS');
	}

	/** Sends the callback of a job once, as TTAPI does when it ended well. */
	async callBack({ hookUrl, jobId, prompt }: JobRecord, more: Json = {}): Promise<Answer> {
		const data = { action: 'imagine', jobId, prompt, progress: '100', hookUrl };
		return await post(hookUrl, { status: 'SUCCESS', jobId, message: 'success', data, ...more });
	}

	/** The answers that the simulator's own callbacks got, in order. */
	answersTo({ jobId }: JobRecord): Array<number | null> {
		const { callbacks } = this.simulator.state();
		return callbacks.filter((each) => each.jobId === jobId).map(({ status }) => status);
	}
}

/** A world for the tests of a file, emptied before each of them. Each callback is sent once, as TTAPI does. */
export async function startPausing(options: SimulatorOptions = {}): Promise<Pausing> {
	const each = new Pausing(await startWorld(options), await startCounter());
	beforeEach(() => each.simulator.reset());
	return each;
}

export const jsonOf = (execution: Execution, node: string, which = {}): Json[] =>
	itemsOf(execution, node, which).map(({ json }: any) => json);

/** Of the items behind the node: their own prompt, and the one that n8n's pairing leads back to. */
export const pairsOf = (execution: Execution): Array<[string, string]> =>
	jsonOf(execution, 'Behind').map(({ prompt, startedWith }) => [prompt, startedWith]);

/** What {@link pairsOf} gives when no result is on the wrong item. */
export const paired = (items: Json[]): Array<[string, string]> =>
	items.map(({ prompt }) => [prompt, prompt]);
