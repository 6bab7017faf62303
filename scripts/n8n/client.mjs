/** What a person does in n8n's editor, done over the same HTTP calls that the editor makes. */
import axios from 'axios';
import { parse } from 'flatted';
import { randomUUID } from 'node:crypto';
import { Agent } from 'node:http';

/** The owner of every n8n that these scripts start: it listens on this machine only and lives in a throw-away folder. */
export const OWNER = {
	email: 'owner@example.com',
	password: 'Ttapi-demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

const ENDED = ['success', 'error', 'canceled', 'crashed'];

/**
 * @typedef {object} Execution
 * @property {string} id
 * @property {string} status new, running, waiting, success, error, canceled, crashed
 * @property {string} workflowId
 * @property {any} data decoded: resultData.runData and so on; undefined while there is none
 */

export class N8nClient {
	/**
	 * @param {{ url: string, version: string, session?: string }} n8n with the {@link session} of a client that has
	 *   logged in, this one need not
	 */
	constructor({ url, version, session }) {
		this.url = url;
		this.isVersion1 = version.startsWith('1.');
		this.http = axios.create({
			baseURL: `${url}/rest`,
			// n8n binds the login to the browser that made it.
			headers: { 'browser-id': 'n8n-nodes-ttapi' },
			proxy: false,
			// n8n closes connections that nobody uses for some seconds: just then a request on one would be lost.
			httpAgent: new Agent({ keepAlive: false }),
			timeout: 60_000,
		});
		this.http.interceptors.response.use(undefined, explain);
		if (session) this.session = session;
	}

	/** The cookie of the login. */
	get session() {
		return String(this.http.defaults.headers.common.cookie);
	}

	set session(cookie) {
		this.http.defaults.headers.common.cookie = cookie;
	}

	/** Makes the owner of a fresh n8n and logs in. */
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
	 * Presses "Test" (the editor does so after each save).
	 *
	 * @param {{ id: string, name: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
	 */
	async testCredential({ id, name, type, data }) {
		return await this.#post('/credentials/test', { credentials: { id, name, type, data } });
	}

	/**
	 * @param {object} workflow as n8n exports it
	 * @param {Record<string, { id: string, name: string }>} [credentials] by type: given to each node that has a
	 *   place for one of this type
	 * @returns {Promise<any>} the stored workflow
	 */
	async createWorkflow(workflow, credentials = {}) {
		const nodes = workflow.nodes.map((node) => withAddress(withCredentials(node, credentials)));
		return await this.#post('/workflows', { settings: {}, active: false, ...workflow, nodes });
	}

	/**
	 * Presses "Save" after an edit of the nodes.
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
	 * @param {string} [trigger] name of the node to start from; the manual trigger if not given
	 * @returns {Promise<string>} the execution's id
	 */
	async startWorkflow(workflow, trigger) {
		const name = trigger ?? workflow.nodes.find(({ type }) => /manualTrigger$/.test(type)).name;
		// n8n 1.x runs what it is sent, 2.x what it has stored (and ignores what it is sent).
		const body = { workflowData: workflow, triggerToStartFrom: { name } };
		return (await this.#post(`/workflows/${workflow.id}/run`, body)).executionId;
	}

	/**
	 * Presses "Execute workflow" and waits for the end.
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
	 * @param {string[]} [options.until] statuses to wait for; any end if not given
	 * @returns {Promise<Execution>}
	 */
	async waitForExecution(id, { timeout = 120, until = ENDED } = {}) {
		const giveUpAt = Date.now() + timeout * 1000;
		for (let pause = 100; ; pause = Math.min(pause * 1.5, 1000)) {
			const execution = await this.getExecution(id);
			if (until.includes(execution.status)) return execution;
			if (Date.now() > giveUpAt || ENDED.includes(execution.status)) {
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
	 * @returns {Promise<Array<{ id: string, status: string, workflowId: string }>>} without their data, newest first
	 */
	async listExecutions(filter = {}) {
		const params = { filter: JSON.stringify(filter), limit: 100 };
		return (await this.http.get('/executions', { params })).data.data.results;
	}

	/**
	 * Presses "Retry" on a failed execution. n8n answers when the new one has ended or paused.
	 *
	 * @param {string} id
	 * @param {{ withCurrentWorkflow?: boolean }} [options] with the workflow as it is now, or as it was then
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
 * The items that a node gave.
 *
 * @param {Execution} execution
 * @param {string} node name
 * @param {{ run?: number, output?: number }} [which] the last run and the first output if not given
 */
export function itemsOf(execution, node, { run = -1, output = 0 } = {}) {
	return execution.data?.resultData.runData[node]?.at(run)?.data?.main[output] ?? [];
}

/** A node says by its `credentials` which types it takes; in an exported example the entries have no id. */
function withCredentials(node, credentials) {
	if (!node.credentials) return node;
	const given = Object.keys(node.credentials).map((type) => {
		const { id, name } = credentials[type] ?? node.credentials[type];
		return [type, { id, name }];
	});
	return { ...node, credentials: Object.fromEntries(given) };
}

/** The editor gives every node that is called from outside an address of its own; n8n 1.x leaves it to the editor. */
function withAddress(node) {
	const isCalled =
		/\.(webhook|formTrigger|ttapiMidjourneyTrigger)$/.test(node.type) && !node.webhookId;
	return isCalled ? { ...node, webhookId: randomUUID() } : node;
}

/** n8n says in the body what is wrong; axios alone says "status code 400". */
function explain(error) {
	const { method, url } = error.config ?? {};
	const said = error.response?.data?.message ?? error.message;
	const status = error.response ? ` (${error.response.status})` : '';
	error.message = `n8n, ${method} ${url}: ${said}${status}`;
	throw error;
}
