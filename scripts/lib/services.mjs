/** The simulator, the credential and the example workflows for a fresh n8n. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { ROOT } from '../n8n/pack.mjs';

/**
 * Starts the simulator in this process.
 *
 * @param {import('../../simulator/startSimulator.mts').SimulatorOptions} [options]
 * @returns {Promise<import('../../simulator/startSimulator.mts').Simulator>}
 */
export async function startSimulator(options) {
	const module = await tsImport('../../simulator/startSimulator.mts', import.meta.url);
	return await module.startSimulator(options);
}

/**
 * The data of the TTAPI credential: for the simulator, or for the real TTAPI with the key in
 * TTAPI_API_KEY.
 *
 * @param {{ url: string, apiKey: string } | undefined} simulator
 */
export function credentialData(simulator) {
	if (!simulator)
		return { apiKey: String(process.env.TTAPI_API_KEY), baseUrl: 'https://api.ttapi.io' };
	return { apiKey: simulator.apiKey, baseUrl: 'custom', customBaseUrl: simulator.url };
}

/**
 * Creates the owner, the credential and the workflows of `examples/` in a fresh n8n.
 *
 * @param {import('../n8n/client.mjs').N8nClient} client
 * @param {Record<string, unknown>} data of the credential
 * @returns {Promise<Record<string, any>>} the workflows, by file name without extension
 */
export async function furnish(client, data) {
	await client.setUpOwner();
	const credential = await client.createCredential({
		name: 'TTAPI account',
		type: 'ttapiApi',
		data,
	});
	const workflows = {};
	for (const [name, example] of Object.entries(await readExamples())) {
		workflows[name] = await client.createWorkflow(example, { ttapiApi: credential });
	}
	return workflows;
}

async function readExamples() {
	const folder = path.join(ROOT, 'examples');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	const entries = files.map(async (file) => [
		path.basename(file, '.json'),
		JSON.parse(await readFile(path.join(folder, file), 'utf8')),
	]);
	return Object.fromEntries(await Promise.all(entries));
}
