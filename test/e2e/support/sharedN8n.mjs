/** The one n8n that all e2e files share. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { N8nClient } from '../../../scripts/n8n/client.mjs';
import { buildAndPack } from '../../../scripts/n8n/pack.mjs';
import { startN8n } from '../../../scripts/n8n/start.mjs';

/** Name of the environment variable that tells the test files where n8n is. */
export const ADDRESS = 'E2E_N8N';

/**
 * Starts n8n with the packed package, and says in {@link ADDRESS} where it is.
 *
 * @param {string} [version] of n8n
 * @returns {Promise<() => Promise<void>>} stops it
 */
export async function startSharedN8n(version = process.env.E2E_N8N_VERSION) {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-e2e-'));
	/** @type {import('../../../scripts/n8n/start.mjs').RunningN8n | undefined} */
	let n8n;
	const stop = async () => {
		delete process.env[ADDRESS];
		await n8n?.stop();
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const tarball = await buildAndPack({ into: folder });
		n8n = await startN8n({ folder, tarball, version });
		const client = new N8nClient(n8n);
		await client.setUpOwner();
		// The test files use this login: n8n lets nobody log in as often as there are files.
		const { url, log } = n8n;
		const address = { url, version: n8n.version, log, tarball, session: client.session };
		process.env[ADDRESS] = JSON.stringify(address);
		return stop;
	} catch (error) {
		await stop();
		throw error;
	}
}
