/** The one n8n that all e2e files share: started before the first, ended after the last. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { N8nClient } from '../../../scripts/n8n/client.mjs';
import { buildAndPack } from '../../../scripts/n8n/pack.mjs';
import { startN8n } from '../../../scripts/n8n/start.mjs';

/** Name of the environment variable that tells the test files where n8n is. */
export const ADDRESS = 'E2E_N8N';

/** @type {import('../../../scripts/n8n/start.mjs').RunningN8n | undefined} */
let n8n;
let folder = '';

export async function startSharedN8n() {
	folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-e2e-'));
	const { tarball } = await buildAndPack({ into: folder });
	n8n = await startN8n({ folder, tarball, version: process.env.E2E_N8N_VERSION });
	const client = new N8nClient(n8n);
	await client.setUpOwner();
	// The test files use this login: n8n lets nobody log in as often as there are files.
	const { url, version, log } = n8n;
	process.env[ADDRESS] = JSON.stringify({ url, version, log, session: client.session });
}

export async function stopSharedN8n() {
	await n8n?.stop();
	if (folder) await rm(folder, { recursive: true, force: true });
}
