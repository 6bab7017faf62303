import axios from 'axios';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { itemsOf, type N8nClient } from '../../../scripts/n8n/client.mjs';
import type { Simulator } from '../../../simulator/startSimulator.mts';
import { FETCH, OPERATIONS } from '../../operations.mts';
import { CREDENTIALS, OUR_NODE, noOp, target, workflow, type Step } from '../../workflow.mts';
import { eventually } from './eventually.mts';
import type { World } from './world.mts';

type Json = Record<string, unknown>;

export const TRIGGER = 'When a Job Ends';
/** The node behind the trigger. */
export const BEHIND = 'Behind';

/** What a trigger needs of a {@link World}. */
export type Place = Pick<World, 'client' | 'credentials'>;

/** An item that came out behind the trigger. */
export interface Item {
	json: any;
	binary?: Record<string, any>;
}

/** The answer to a call of the trigger. */
export interface Answer {
	status: number;
	headers: Record<string, unknown>;
	data: any;
}

export interface Listener {
	workflow: any;
	/** Where TTAPI is to call while the workflow is active. */
	url: string;
	/** Where it is to call while the editor listens. */
	testUrl: string;
	/** Posts to {@link url}. */
	post(body: unknown, options?: PostOptions): Promise<Answer>;
	/**
	 * Waits until the workflow has run `count` times to the end, and a little longer for runs that should not be.
	 *
	 * @returns the items of each run, oldest first
	 */
	runs(count: number): Promise<Item[][]>;
}

interface PostOptions {
	/** Such as `?token=secret`. */
	query?: string;
	headers?: Record<string, string>;
	/** Another address than {@link Listener.url}. */
	to?: string;
	/** Hangs up when it is aborted. */
	signal?: AbortSignal;
}

/** The body of a callback as TTAPI sends it, with nothing in it that is worth believing. */
export const callbackOf = (jobId: string, status = 'SUCCESS', data: Json = {}): Json => ({
	status,
	jobId,
	message: status === 'SUCCESS' ? 'success' : '',
	data: { jobId, hookUrl: 'http://127.0.0.1:9/secret', ...data },
});

/** Reads a file of the items into their `bytes.<field>`, as base64. */
const reader = (field: string): Step => ({
	name: `Read ${field}`,
	type: 'n8n-nodes-base.extractFromFile',
	parameters: {
		operation: 'binaryToPropery',
		binaryPropertyName: field,
		destinationKey: `bytes.${field}`,
		options: { keepSource: 'both' },
	},
});

/**
 * The trigger with NoOp behind it, stored and not active.
 *
 * @param files fields whose files are read between the two, while the workflow runs: n8n 1.x loses files of webhooks
 *   when the run has ended
 */
export async function createTrigger(
	{ client, credentials }: Place,
	parameters: Json = {},
	files: string[] = [],
): Promise<Listener> {
	const webhookId = randomUUID();
	const trigger = {
		...{ name: TRIGGER, type: `${OUR_NODE}Trigger`, webhookId, parameters },
		...(credentials.ttapiApi && { credentials: CREDENTIALS }),
	};
	const nodes = [trigger, ...files.map(reader), noOp(BEHIND)];
	const made = workflow(
		// Without the values: a token must not get into n8n's log by the name.
		`e2e trigger ${Object.keys(parameters).join(', ')}`,
		nodes,
		Object.fromEntries(
			nodes.slice(1).map(({ name }, at) => [nodes[at].name, { main: [target(name)] }]),
		),
	);
	const stored = await client.createWorkflow(made, credentials);
	const url = `${client.url}/webhook/${webhookId}/callback`;
	const testUrl = `${client.url}/webhook-test/${webhookId}/callback`;
	return {
		workflow: stored,
		url,
		testUrl,
		post: async (body, { query = '', to = url, ...more } = {}) =>
			await post(`${to}${query}`, body, more),
		runs: async (count) => await runsOf(client, stored.id, count),
	};
}

/** An active trigger whose address answers. */
export async function listen(
	place: Place,
	parameters: Json = {},
	files: string[] = [],
): Promise<Listener> {
	const listener = await createTrigger(place, parameters, files);
	await place.client.activateWorkflow(listener.workflow);
	await answers(listener);
	return listener;
}

/**
 * Why a workflow cannot be activated. n8n 1.x says so at once, 2.x says yes, tries five times with growing pauses, and
 * shows it then.
 */
export async function activationError(client: N8nClient, { workflow }: Listener): Promise<string> {
	try {
		await client.activateWorkflow(workflow);
	} catch (error) {
		return (error as Error).message;
	}
	return await eventually(async () => {
		const { data } = await client.http.get(`/workflows/${workflow.id}/publication-status`);
		const [failed] = data.data.triggers.filter(({ status }: Json) => status === 'failed');
		return failed?.errorMessage;
	}, 120);
}

/** Activation answers before the address does, and so does deactivation: until then n8n itself says 404. */
export async function answers({ url }: Pick<Listener, 'url'>, isActive = true): Promise<void> {
	await eventually(async () => ((await post(url, {})).status === 404) !== isActive);
}

/** Posts JSON (a text or bytes go as they are) as TTAPI would, and takes every status for an answer. */
export async function post(
	url: string,
	body: unknown,
	{ headers = {}, signal }: Pick<PostOptions, 'headers' | 'signal'> = {},
): Promise<Answer> {
	const isRaw = typeof body === 'string' || Buffer.isBuffer(body);
	return await axios.post(url, isRaw ? body : JSON.stringify(body), {
		headers: { 'content-type': 'application/json', ...headers },
		transformRequest: [(data) => data],
		signal,
		proxy: false,
		timeout: 60_000,
		maxRedirects: 0,
		validateStatus: () => true,
	});
}

const RUNNING = ['new', 'running', 'waiting'];
/** How long a run that should not be may take to show itself. */
const SETTLING_MS = 400;
/** How long the runs of many callbacks may take on a busy machine, in seconds. */
const RUNS_SECONDS = 150;

async function runsOf(client: N8nClient, workflowId: string, count: number): Promise<Item[][]> {
	await eventually(async () => {
		const runs = await client.listExecutions({ workflowId });
		return runs.length >= count && !runs.some(({ status }) => RUNNING.includes(status));
	}, RUNS_SECONDS);
	await delay(SETTLING_MS);
	const found = await client.listExecutions({ workflowId });
	const runs = await Promise.all(found.reverse().map(({ id }) => client.waitForExecution(id)));
	for (const { status, data } of runs) {
		if (status === 'success') continue;
		throw new Error(`A run is "${status}": ${data?.resultData.error?.message}`);
	}
	if (runs.length !== count) throw new Error(`${runs.length} runs instead of ${count}`);
	return runs.map((run) => itemsOf(run, BEHIND));
}

/** Submits a job to the simulator by its API, as some program that is not n8n. */
export async function submitJob(
	simulator: Simulator,
	body: Json,
	path = OPERATIONS.imagine.path,
): Promise<string> {
	const { data } = await axios.post(`${simulator.url}${path}`, body, {
		headers: { 'TT-API-KEY': simulator.apiKey },
		proxy: false,
	});
	return data.data.jobId ?? data.data.job_id;
}

/** What the simulator says about a job when it is asked. */
export async function fetchBody(simulator: Simulator, jobId: string): Promise<any> {
	const { data } = await axios.get(`${simulator.url}${FETCH.image}`, {
		params: { jobId },
		headers: { 'TT-API-KEY': simulator.apiKey },
		proxy: false,
	});
	return data;
}

/** The ids of the jobs that the API was asked about, with repetitions. */
export const askedFor = (simulator: Simulator): string[] =>
	simulator
		.state()
		.requests.filter(({ path }) => path.startsWith('/midjourney') && path.endsWith('/fetch'))
		.map(({ query, body }) => String(query.jobId ?? (body as Json | null)?.jobId));

/** The answers that the simulator's callbacks for a job got, in the order of trying. */
export const callbackAnswers = (simulator: Simulator, jobId: string): Array<number | null> =>
	simulator
		.state()
		.callbacks.filter((callback) => callback.jobId === jobId)
		.map(({ status }) => status);
