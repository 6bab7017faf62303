/** Does what a person does in n8n's editor, with the same HTTP calls as the editor. */
import axios from 'axios';
import { parse } from 'flatted';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';

/** The owner of every n8n that we start. No secret: n8n only listens on this machine. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Ttapi-demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

/** How often a request is sent again that n8n is too busy for, a second apart. */
const MOST_TRIES = 60;

const ENDED = ['success', 'error', 'canceled', 'crashed'];

/**
 * @typedef {object} Execution
 * @property {string} id
 * @property {string} status new, running, waiting, success, error, canceled, crashed
 * @property {string} workflowId
 * @property {any} data decoded: resultData.runData and so on; undefined if there is none yet
 */

export class N8nClient {
	/**
	 * @param {{ url: string, version: string, session?: string }} n8n pass the {@link session} of a
	 *   logged-in client to skip the login
	 */
	constructor({ url, version, session }) {
		this.url = url;
		this.isVersion1 = version.startsWith('1.');
		this.http = axios.create({
			baseURL: `${url}/rest`,
			// n8n ties a login to the browser's ID.
			headers: { 'browser-id': 'n8n-nodes-ttapi' },
			proxy: false,
			// n8n closes idle connections after a few seconds, so a reused one could lose a request.
			httpAgent: new Agent({ keepAlive: false }),
			timeout: 60_000,
		});
		this.http.interceptors.response.use(undefined, async (error) => {
			const { config } = error;
			if (!isNotReady(error) || config.tries === MOST_TRIES) return explain(error);
			await delay(1000);
			return await this.http.request({ ...config, tries: (config.tries ?? 0) + 1 });
		});
		if (session) this.session = session;
	}

	/** The login's cookie. */
	get session() {
		return String(this.http.defaults.headers.common.cookie);
	}

	set session(cookie) {
		this.http.defaults.headers.common.cookie = cookie;
	}

	/** Creates the owner of a fresh n8n and logs in. */
	async setUpOwner() {
		await this.http.post('/owner/setup', OWNER);
		await this.login();
	}

	async login() {
		const { email, password } = OWNER;
		const body = { emailOrLdapLoginId: email, email, password };
		const { headers } = await this.http.post('/login', body);
		const cookies = (headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]);
		this.session = cookies.join('; ');
	}

	/**
	 * @param {{ name: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<{ id: string, name: string, type: string }>}
	 */
	async createCredential(credential) {
		return await this.#post('/credentials', credential);
	}

	/**
	 * Presses "Test", as the editor does after each save.
	 *
	 * @param {{ id: string, name: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
	 */
	async testCredential({ id, name, type, data }) {
		return await this.#post('/credentials/test', { credentials: { id, name, type, data } });
	}

	/**
	 * @param {object} workflow as n8n exports it
	 * @param {Record<string, { id: string, name: string }>} [credentials] by type, for the nodes that use
	 *   this type
	 * @returns {Promise<any>} the stored workflow
	 */
	async createWorkflow(workflow, credentials = {}) {
		const nodes = workflow.nodes.map((node) => withWebhookId(withCredentials(node, credentials)));
		return await this.#post('/workflows', { settings: {}, active: false, ...workflow, nodes });
	}

	/**
	 * Presses "Save" after the nodes were edited.
	 *
	 * @param {any} workflow as {@link createWorkflow} returned it, edited
	 * @returns {Promise<any>} the stored workflow
	 */
	async updateWorkflow({ id, versionId, name, nodes, connections, settings }) {
		const edited = { versionId, name, nodes, connections, settings };
		return (await this.http.patch(`/workflows/${id}`, edited)).data.data;
	}

	/** @param {{ id: string, versionId: string }} workflow */
	async activateWorkflow({ id, versionId }) {
		if (this.isVersion1) {
			return (await this.http.patch(`/workflows/${id}`, { active: true, versionId })).data.data;
		}
		return await this.#post(`/workflows/${id}/activate`, { versionId });
	}

	/** @param {{ id: string, versionId: string }} workflow */
	async deactivateWorkflow({ id, versionId }) {
		if (this.isVersion1) {
			return (await this.http.patch(`/workflows/${id}`, { active: false, versionId })).data.data;
		}
		return await this.#post(`/workflows/${id}/deactivate`, {});
	}

	/**
	 * Presses "Execute workflow".
	 *
	 * @param {any} workflow as {@link createWorkflow} returned it
	 * @param {string} [trigger] name of the node to start from; default: the manual trigger
	 * @returns {Promise<string>} the execution's id
	 */
	async startWorkflow(workflow, trigger) {
		const name = trigger ?? workflow.nodes.find(({ type }) => /manualTrigger$/.test(type)).name;
		// n8n 1.x runs the workflow that we send; 2.x ignores it and runs the stored one.
		const body = { workflowData: workflow, triggerToStartFrom: { name } };
		return (await this.#post(`/workflows/${workflow.id}/run`, body)).executionId;
	}

	/**
	 * Presses "Execute workflow" and waits until the execution has finished.
	 *
	 * @param {any} workflow
	 * @param {{ trigger?: string, timeout?: number }} [options] timeout in seconds
	 */
	async runWorkflow(workflow, { trigger, timeout } = {}) {
		return await this.waitForExecution(await this.startWorkflow(workflow, trigger), { timeout });
	}

	/**
	 * @param {string} id
	 * @param {object} [options]
	 * @param {number} [options.timeout] seconds
	 * @param {string[]} [options.until] statuses to wait for; default: any final one
	 * @returns {Promise<Execution>}
	 */
	async waitForExecution(id, { timeout = 120, until = ENDED } = {}) {
		const deadline = Date.now() + timeout * 1000;
		for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
			const execution = await this.getExecution(id);
			if (until.includes(execution.status)) return execution;
			if (Date.now() > deadline || ENDED.includes(execution.status)) {
				throw new Error(`Execution ${id} is "${execution.status}", not ${until.join(' or ')}`);
			}
			await new Promise((resolve) => setTimeout(resolve, pause));
		}
	}

	/** @param {string} id @returns {Promise<Execution>} */
	async getExecution(id) {
		const execution = (await this.http.get(`/executions/${id}`)).data.data;
		return { ...execution, data: execution.data ? parse(execution.data) : undefined };
	}

	/**
	 * @param {{ workflowId?: string, status?: string[] }} [filter]
	 * @returns {Promise<Array<{ id: string, status: string, workflowId: string }>>} newest first, without their data
	 */
	async listExecutions(filter = {}) {
		const all = [];
		/** @type {object | undefined} */
		let next = {};
		// n8n hands out 100 ended ones at a time: 2.x with a cursor for the next ones, 1.x by the last ID.
		while (next) {
			const params = { filter: JSON.stringify(filter), limit: 100, ...next };
			const { results, nextCursor } = (await this.http.get('/executions', { params })).data.data;
			all.push(...results);
			if (nextCursor) next = { cursor: nextCursor };
			else if (nextCursor === undefined && results.length >= 100)
				next = { lastId: results.at(-1).id };
			else next = undefined;
		}
		return all;
	}

	/**
	 * Presses "Retry" on a failed execution. n8n answers when the new one has finished or paused.
	 *
	 * @param {string} id
	 * @param {{ withCurrentWorkflow?: boolean }} [options] whether to use the workflow as it is now,
	 *   instead of as it was then
	 * @returns {Promise<string>} the new execution's id
	 */
	async retryExecution(id, { withCurrentWorkflow = false } = {}) {
		const body = { loadWorkflow: withCurrentWorkflow };
		return String((await this.#post(`/executions/${id}/retry`, body)).id);
	}

	/** Presses "Stop". @param {string} id */
	async stopExecution(id) {
		return await this.#post(`/executions/${id}/stop`, {});
	}

	/** @param {{ id?: string, data?: string }} binary one entry of an item's `binary` */
	async downloadBinary({ id, data }) {
		// n8n keeps some small files inside the item itself.
		if (!id) return Buffer.from(String(data), 'base64');
		const params = { id, action: 'download' };
		const answer = await this.http.get('/binary-data', { params, responseType: 'arraybuffer' });
		return Buffer.from(answer.data);
	}

	async #post(path, body) {
		return (await this.http.post(path, body)).data.data;
	}
}

/**
 * The items that a node returned.
 *
 * @param {Execution} execution
 * @param {string} node name
 * @param {{ run?: number, output?: number }} [which] default: the last run and the first output
 */
export function itemsOf(execution, node, { run = -1, output = 0 } = {}) {
	return execution.data?.resultData.runData[node]?.at(run)?.data?.main[output] ?? [];
}

/** Fills in a node's `credentials`: exported examples have the type, but no ID. */
function withCredentials(node, credentials) {
	if (!node.credentials) return node;
	const given = Object.keys(node.credentials).map((type) => {
		const { id, name } = credentials[type] ?? node.credentials[type];
		return [type, { id, name }];
	});
	return { ...node, credentials: Object.fromEntries(given) };
}

/** Gives a node with a webhook its ID. n8n 1.x leaves that to the editor. */
function withWebhookId(node) {
	const needsId =
		/\.(webhook|formTrigger|ttapiMidjourneyTrigger)$/.test(node.type) && !node.webhookId;
	return needsId ? { ...node, webhookId: randomUUID() } : node;
}

/** A busy n8n says so for some seconds, and does nothing. */
const isNotReady = (error) => error.response?.data?.message === 'Database is not ready!';

/** Puts n8n's message into the error. axios only says "status code 400". */
function explain(error) {
	const { method, url } = error.config ?? {};
	const said = error.response?.data?.message ?? error.message;
	const status = error.response ? ` (${error.response.status})` : '';
	error.message = `n8n, ${method} ${url}: ${said}${status}`;
	throw error;
}
