/** Starts an n8n that is ready to use, for the demo, the development server and the screenshots. */
import getPort from 'get-port';
import { N8nClient, OWNER } from '../n8n/client.mjs';
import { installN8n, N8N_VERSION } from '../n8n/install.mjs';
import { startN8n } from '../n8n/start.mjs';
import { credentialData, furnish, startSimulator } from './services.mjs';
import { runSteps } from './tasks.mjs';

/**
 * @typedef {object} Stack
 * @property {import('../n8n/start.mjs').RunningN8n} n8n
 * @property {N8nClient} client logged in as the owner
 * @property {{ url: string, apiKey: string } | undefined} simulator undefined with the real TTAPI
 * @property {Record<string, any>} workflows the examples, by file name without extension
 */

/**
 * Installs n8n, builds the nodes, starts the simulator (unless `real`) and n8n, and creates the owner,
 * the credential and the example workflows in it.
 *
 * @param {object} options
 * @param {string} options.folder n8n's user folder
 * @param {{ title: string, run: () => Promise<string | undefined> }} options.build returns the packed package, if it
 *   has to be installed
 * @param {boolean} [options.real] use the real TTAPI, with the key in TTAPI_API_KEY
 * @param {import('../../simulator/startSimulator.mts').SimulatorOptions} [options.simulate]
 * @param {Record<string, string>} [options.env] for n8n
 * @returns {Promise<Stack>}
 */
export async function startStack({ folder, build, real = false, simulate, env }) {
	/** @type {any} what the steps pass on to later ones */
	const made = {};
	await runSteps([
		{
			title: `Install n8n ${N8N_VERSION} (the first time about five minutes and 3 GB)`,
			run: (report) => installN8n({ report }),
		},
		{
			title: build.title,
			run: async () => {
				made.tarball = await build.run();
			},
		},
		{
			title: real ? 'Use the real TTAPI (TTAPI_API_KEY is set)' : 'Start a simulated TTAPI',
			run: async () => {
				if (!real) made.simulator = await startSimulator(simulate);
			},
		},
		{
			title: 'Start n8n',
			run: async () => {
				const port = await getPort({ host: '127.0.0.1', port: 5678 });
				made.n8n = await startN8n({ folder, tarball: made.tarball, port, env });
			},
		},
		{
			title: 'Set up the owner, the credential and the example workflows',
			run: async () => {
				made.client = new N8nClient(made.n8n);
				made.workflows = await furnish(made.client, credentialData(made.simulator));
			},
		},
	]);
	return made;
}

/** Prints the URLs and the login. @param {Stack} stack */
export function printAddresses({ n8n, simulator }) {
	console.log(`\nn8n:      ${n8n.url}   (${OWNER.email}, password ${OWNER.password})`);
	if (simulator) console.log(`TTAPI:    ${simulator.url}   (its jobs and their pictures)`);
}
