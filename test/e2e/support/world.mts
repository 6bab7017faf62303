import { afterAll } from '@jest/globals';
import { N8nClient } from '../../../scripts/n8n/client.mjs';
import {
	startSimulator,
	type Simulator,
	type SimulatorOptions,
} from '../../../simulator/startSimulator.mts';
import { ADDRESS } from './sharedN8n.mjs';

export interface World {
	/** The shared n8n; `log` is the file with all that it printed. */
	n8n: { url: string; version: string; log: string };
	/** The package that it was given. */
	tarball: string;
	client: N8nClient;
	/** This file's own TTAPI: no other file's jobs or faults are in it. */
	simulator: Simulator;
	/** A credential that points at the simulator, with the data it was made of. */
	credential: { id: string; name: string; type: string; data: Record<string, unknown> };
	/** For {@link N8nClient.createWorkflow}: gives every node of ours the credential. */
	credentials: Record<string, { id: string; name: string }>;
	/** The same n8n with another account, for a test that needs one of which n8n knows nothing. */
	withAccount(options?: SimulatorOptions): Promise<World>;
}

/**
 * What an e2e file needs: the shared n8n with our packed package, a simulator of its own, and a credential that joins
 * the two. Call it at the top of the file: it ends what it started after the last test.
 */
export async function startWorld(options: SimulatorOptions = {}): Promise<World> {
	const { session, tarball, ...n8n } = JSON.parse(String(process.env[ADDRESS]));
	const client = new N8nClient({ ...n8n, session });
	const simulators: Simulator[] = [];
	afterAll(async () => void (await Promise.all(simulators.map((each) => each.close()))));

	async function withAccount(options: SimulatorOptions = {}): Promise<World> {
		const simulator = await startSimulator({ jobMs: 500, pictureSize: 64, ...options });
		simulators.push(simulator);
		const data = {
			apiKey: simulator.apiKey,
			baseUrl: 'custom',
			customBaseUrl: simulator.url,
		};
		const type = 'ttapiApi';
		const made = await client.createCredential({ name: `Simulator ${simulator.url}`, type, data });
		const credential = { ...made, data };
		const credentials = { [type]: credential };
		return { n8n, tarball, client, simulator, credential, credentials, withAccount };
	}
	return await withAccount(options);
}
