/** Workflows that run as they do in production: active, started by a call, and looked at afterwards. */
import axios from 'axios';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { itemsOf, type Execution } from '../../scripts/n8n/client.mjs';
import { requireDone } from './benchmark.mts';
import type { Credentials, Host } from './host.mts';
import type { Json } from './workflows.mts';

/** How often n8n is asked whether something has come about: rarely, so that asking costs it little. */
const ASKED_EVERY_MS = 250;
const PATIENCE_SECONDS = 120;
/** For all that executions do with many jobs. */
const LONG_PATIENCE_SECONDS = 1_800;
const PAGE = 100;
const ENDED = ['success', 'error', 'canceled', 'crashed'];
const SETTLED = ['waiting', ...ENDED];

/** What n8n's list says of an execution. */
interface Listed {
	id: string;
	status: string;
	/** ISO 8601; undefined as long as it runs. */
	stoppedAt?: string;
}

interface Page {
	/** Of all pages. */
	count: number;
	/** Newest first. */
	results: Listed[];
	/** Leads to the next page. */
	nextCursor: string | null;
}

/** Posts JSON as TTAPI would. @param agent keeps connections; a new one for each call if not given @returns the status */
export async function post(url: string, body: unknown, agent?: Agent): Promise<number> {
	const send = async () =>
		await axios.post(url, body, {
			httpAgent: agent ?? new Agent({ keepAlive: false }),
			proxy: false,
			timeout: 60_000,
			validateStatus: () => true,
		});
	// n8n may close a kept connection in the moment in which it is used again: then it has got nothing.
	const { status } = await send().catch(async (error: { code?: string; request?: Json }) => {
		if (error.code === 'ECONNRESET' && error.request?.reusedSocket) return await send();
		throw error;
	});
	return status;
}

/** Does the same for each entry, some at once. */
export async function inLanes<T>(
	lanes: number,
	entries: T[],
	work: (entry: T) => Promise<unknown>,
): Promise<void> {
	const left = entries.values();
	const lane = async () => {
		for (const entry of left) await work(entry);
	};
	await Promise.all(Array.from({ length: lanes }, lane));
}

/** Looks again and again until it is so. */
export async function until(
	what: string,
	isSo: () => boolean | Promise<boolean>,
	{ seconds = PATIENCE_SECONDS, everyMs = ASKED_EVERY_MS } = {},
): Promise<void> {
	const giveUpAt = Date.now() + seconds * 1000;
	while (!(await isSo())) {
		requireDone(Date.now() < giveUpAt, `not within ${seconds} s: ${what}`);
		await delay(everyMs);
	}
}

/** The JSON of the items that a node gave. */
export const jsonOf = (execution: Execution, node: string): Json[] =>
	itemsOf(execution, node).map(({ json }: { json: Json }) => json);

/** An active workflow with an address. */
export class Production {
	private constructor(
		private readonly host: Host,
		private readonly id: string,
		/** Where it is called. */
		readonly url: string,
	) {}

	/**
	 * Stores the workflow, activates it, and waits until its address answers, which takes a moment longer.
	 * @param address of its webhook, behind `<n8n>/webhook/`
	 */
	static async of(
		host: Host,
		workflow: Json,
		address: string,
		credentials?: Credentials,
	): Promise<Production> {
		const stored = await host.client.createWorkflow(workflow, credentials);
		await host.client.activateWorkflow(stored);
		const url = `${host.n8n.url}/webhook/${address}`;
		// Another method than the workflow listens to: that starts nothing, and n8n says then which one is meant.
		const knows = async () => {
			const { data } = await axios.get(url, { proxy: false, validateStatus: () => true });
			return /not registered for GET/.test(String(data.message));
		};
		await until(`${url} answers`, knows);
		return new Production(host, stored.id, url);
	}

	/** Calls it once for each body. */
	async call(bodies: unknown[], lanes = 1, agent?: Agent): Promise<void> {
		await inLanes(lanes, bodies, async (body) => {
			const status = await post(this.url, body, agent);
			requireDone(status === 200, `${this.url} answered ${status}`);
		});
	}

	/** How many of its executions have this status. */
	async count(status: string): Promise<number> {
		return (await this.list({ status: [status] }, { limit: 1 })).count;
	}

	/** Waits until so many of its executions have this status. */
	async untilCount(status: string, count: number): Promise<void> {
		await until(`${count} executions ${status}`, async () => (await this.count(status)) >= count);
	}

	/** Waits until all executions have ended, however. @returns them, oldest first */
	async untilEnded(count: number): Promise<Listed[]> {
		const ended = async () => (await this.list({ status: ENDED }, { limit: 1 })).count >= count;
		const patience = { seconds: LONG_PATIENCE_SECONDS, everyMs: 1_000 };
		await until(`${count} executions have ended`, ended, patience);
		return await this.executions();
	}

	/** Its executions that have paused or ended, oldest first. @param after only those that are newer than this one */
	async executions(after = '0'): Promise<Listed[]> {
		const found: Listed[] = [];
		for (let cursor: string | undefined; ;) {
			const { results, nextCursor } = await this.list({ status: SETTLED }, { limit: PAGE, cursor });
			const newer = results.filter(({ id }) => Number(id) > Number(after));
			found.push(...newer);
			if (newer.length < PAGE || !nextCursor) return found.reverse();
			cursor = nextCursor;
		}
	}

	/** An execution that has ended well, with its data. Throws when it has not. */
	async ended(id: string): Promise<Execution> {
		return await this.host.client.waitForExecution(id, { until: ['success'] });
	}

	private async list(filter: Json, range: Json): Promise<Page> {
		const params = { filter: JSON.stringify({ workflowId: this.id, ...filter }), ...range };
		return (await this.host.client.http.get('/executions', { params })).data.data;
	}
}
