/** An n8n to be measured: its client, and what can be asked of its process. */
import axios from 'axios';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { N8nClient } from '../../scripts/n8n/client.mjs';
import type { RunningN8n } from '../../scripts/n8n/start.mjs';
import type { Simulator } from '../../simulator/startSimulator.mts';
import { PROBE_PORT } from './probe.mjs';

export type Credentials = Record<string, { id: string; name: string }>;

/** What an n8n must be started with to be asked. @param port a free one */
export const probeEnvironment = (port: number): Record<string, string> => ({
	NODE_OPTIONS: `--import ${fileURLToPath(new URL('./probe.mjs', import.meta.url))}`,
	[PROBE_PORT]: String(port),
});

export class Host {
	readonly client: N8nClient;

	constructor(
		readonly n8n: RunningN8n,
		private readonly probePort: number,
		/** Where profiles are written; undefined: none is. */
		private readonly profiles?: string,
	) {
		this.client = new N8nClient(n8n);
	}

	/** Credentials for {@link N8nClient.createWorkflow}: nodes of ours talk to this simulator. */
	async credentialsFor(simulator: Pick<Simulator, 'url' | 'apiKey'>): Promise<Credentials> {
		const type = 'ttapiApi';
		const { url, apiKey } = simulator;
		const data = { apiKey, baseUrl: 'custom', customBaseUrl: url };
		return { [type]: await this.client.createCredential({ name: `TTAPI ${url}`, type, data }) };
	}

	/** The same for n8n's HTTP Request nodes: a Header Auth credential with the key. */
	async headerCredential({ url, apiKey }: Pick<Simulator, 'url' | 'apiKey'>): Promise<Credentials> {
		const type = 'httpHeaderAuth';
		const data = { name: 'TT-API-KEY', value: apiKey };
		return { [type]: await this.client.createCredential({ name: `Key ${url}`, type, data }) };
	}

	/** Processor time of n8n so far, of all its threads, in ms. */
	async processorMs(): Promise<number> {
		const { user, system } = await this.ask('/cpu');
		return (user + system) / 1000;
	}

	/** Bytes that n8n holds in its heap and outside of it, after all garbage was collected. */
	async heldBytes(): Promise<number> {
		const { heapUsed, external } = await this.ask('/memory');
		return heapUsed + external;
	}

	/**
	 * Collects all garbage and begins to watch the most memory that the process takes from the system.
	 * @returns what it takes now, in bytes
	 */
	async startPeak(): Promise<number> {
		await this.ask('/memory');
		// From here on the system notes the peak anew (Linux, proc_pid_clear_refs).
		await writeFile(`/proc/${this.n8n.pid}/clear_refs`, '5');
		return await this.status('VmRSS');
	}

	/** The most bytes since {@link startPeak}. */
	async peak(): Promise<number> {
		return await this.status('VmHWM');
	}

	/** Does something, and profiles n8n meanwhile if profiles are wanted. @param name of the profile's file */
	async profiled<T>(name: string, work: () => Promise<T>): Promise<T> {
		if (!this.profiles) return await work();
		await this.ask('/profile/start');
		try {
			return await work();
		} finally {
			await this.ask('/profile/stop', `${this.profiles}/${name}.cpuprofile`);
		}
	}

	private async status(name: string): Promise<number> {
		const status = await readFile(`/proc/${this.n8n.pid}/status`, 'utf8');
		const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
		if (!found) throw new Error(`Linux does not say ${name} of n8n`);
		return Number(found[1]) * 1024;
	}

	private async ask(path: string, file?: string): Promise<any> {
		const url = `http://127.0.0.1:${this.probePort}${path}`;
		const { data } = await axios.get(url, { params: { file }, proxy: false, timeout: 120_000 });
		return data;
	}
}
