import { afterAll } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { N8nClient } from '../../../scripts/n8n/client.mjs';
import { startN8n, type RunningN8n } from '../../../scripts/n8n/start.mjs';
import type { World } from './world.mts';

export interface OwnN8n {
	n8n: RunningN8n;
	client: N8nClient;
	/** For {@link N8nClient.createWorkflow}: gives every node of ours the world's simulator. */
	credentials: World['credentials'];
	/** Ends n8n in good order and starts it again in the same folder, at the same address. */
	restart(): Promise<void>;
}

/**
 * A second n8n of the version and with the package that the shared one has, for a test that restarts it or looks into
 * its process. It ends after the file's last test.
 *
 * @param env on top of n8n's usual settings
 */
export async function startOwnN8n(
	{ n8n: shared, tarball, credential }: World,
	env: Record<string, string> = {},
): Promise<OwnN8n> {
	const { version } = shared;
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-own-'));
	const n8n = await startN8n({ folder, tarball, version, env });
	const own: OwnN8n = {
		n8n,
		client: new N8nClient(n8n),
		credentials: {},
		async restart() {
			await own.n8n.stop();
			own.n8n = await startN8n({ folder, version, env, port: own.n8n.port });
		},
	};
	afterAll(async () => {
		await own.n8n.stop();
		await rm(folder, { recursive: true, force: true });
	});

	await own.client.setUpOwner();
	const { name, type, data } = credential;
	own.credentials = { [type]: await own.client.createCredential({ name, type, data }) };
	return own;
}
