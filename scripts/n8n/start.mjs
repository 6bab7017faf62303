/** Starts a real n8n on this machine, on SQLite unless told otherwise, with our packed package installed as a person would install it. */
import getPort from 'get-port';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { end, kill, start } from '../lib/processes.mjs';
import { Trouble } from '../lib/trouble.mjs';
import { installPackage } from './communityPackage.mjs';
import { n8nEnvironment } from './environment.mjs';
import { installN8n } from './install.mjs';

/**
 * What n8n can be started as, with the line that it prints when all is up: it answers its health check seconds before
 * its webhooks. The last two are parts of queue mode.
 */
const READY = {
	start: 'Editor is now accessible',
	worker: 'n8n worker is now ready',
	webhook: 'Webhook listener waiting for requests',
};

/**
 * @typedef {object} RunningN8n
 * @property {string} version
 * @property {string} url for example http://127.0.0.1:5678
 * @property {number} port
 * @property {number} pid
 * @property {string} folder n8n's user folder
 * @property {string} log file with everything that n8n printed
 * @property {Promise<unknown>} ended resolves when n8n has ended, for whatever reason
 * @property {() => Promise<void>} stop ends n8n in good order
 * @property {() => Promise<void>} kill ends n8n as a crash would
 */

/**
 * Starts n8n and waits until it can be used. Start it again in the same folder (without `tarball`, with the same
 * `port`) to go on where a stopped or killed one was.
 *
 * @param {object} options
 * @param {keyof typeof READY} [options.command]
 * @param {string[]} [options.args] of the command
 * @param {string} options.folder n8n's user folder; made if it is not there
 * @param {string} [options.tarball] the packed package to install as a community package
 * @param {string} [options.version] of n8n
 * @param {number} [options.port] exactly this one; any free one if not given
 * @param {Record<string, string>} [options.env] on top of the usual settings
 * @param {number} [options.timeout] seconds until it must be up
 * @param {(text: string) => void} [options.report] told what is going on
 * @returns {Promise<RunningN8n>}
 * @throws {Trouble} when n8n could not be brought, ends early or is not up in time
 */
export async function startN8n({
	command = 'start',
	args = [],
	folder,
	tarball,
	version,
	port,
	env = {},
	timeout = 180,
	report = () => {},
}) {
	const install = await installN8n({ version, report });
	await mkdir(folder, { recursive: true });
	if (tarball) await installPackage({ folder, tarball });

	port ??= await getPort({ host: '127.0.0.1' });
	const brokerPort = await getPort({ host: '127.0.0.1' });
	const log = path.join(folder, 'n8n.log');
	const logged = await sizeOf(log);
	const child = launch(install, [command, ...args], log, folder, {
		...n8nEnvironment({ install, folder, port, brokerPort }),
		...env,
	});
	const pid = /** @type {number} */ (child.pid);

	const ready = async () => (await readFile(log)).subarray(logged).includes(READY[command]);
	const giveUpAt = Date.now() + timeout * 1000;
	while (!(await ready())) {
		const inTime = Date.now() < giveUpAt;
		if (child.exitCode === null && child.signalCode === null && inTime) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			continue;
		}
		await kill(pid);
		const said = (await readFile(log)).subarray(logged).toString().trim().split('\n').slice(-5);
		const what = inTime ? 'ended while it was starting' : `was not up after ${timeout} seconds`;
		const who = command === 'start' ? 'n8n' : `n8n's ${command}`;
		throw new Trouble(
			`${who} ${what}. Its last lines (all of them in ${log}):\n${said.join('\n')}`,
		);
	}

	return {
		version: install.version,
		url: `http://127.0.0.1:${port}`,
		port,
		pid,
		folder,
		log,
		ended: child,
		stop: () => end(pid),
		kill: () => kill(pid),
	};
}

/** n8n writes straight to its log file: no pipe that could fill up or break when we end. */
function launch({ node, n8n }, command, log, folder, env) {
	const output = openSync(log, 'a');
	const child = start(node, [n8n, ...command], {
		cwd: folder,
		env,
		extendEnv: false,
		stdio: ['ignore', output, output],
		reject: false,
	});
	closeSync(output);
	return child;
}

async function sizeOf(file) {
	return await stat(file).then(
		({ size }) => size,
		() => 0,
	);
}
