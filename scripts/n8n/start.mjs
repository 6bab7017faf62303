/** Starts a real n8n, with SQLite by default, and installs our packed package like a user would. */
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
 * n8n's commands, and what each prints when it is ready. The health check would be too early: it
 * passes seconds before webhooks work. The last two commands are for queue mode.
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
 * @property {Promise<unknown>} ended resolves when n8n exits, for any reason
 * @property {() => Promise<void>} stop stops n8n cleanly
 * @property {() => Promise<void>} kill stops n8n like a crash
 */

/**
 * Starts n8n and waits until it is ready. To restart a stopped or killed n8n, pass the same `folder`
 * and `port`, and no `tarball`.
 *
 * @param {object} options
 * @param {keyof typeof READY} [options.command]
 * @param {string[]} [options.args] of the command
 * @param {string} options.folder n8n's user folder; created if it is missing
 * @param {string} [options.tarball] the packed package to install as a community package
 * @param {string} [options.version] of n8n
 * @param {number} [options.port] default: a free one
 * @param {Record<string, string>} [options.env] on top of the usual settings
 * @param {number} [options.timeout] seconds until it must be ready
 * @param {(text: string) => void} [options.report] called with the progress of an install
 * @returns {Promise<RunningN8n>}
 * @throws {Trouble} if n8n can't be installed, exits early or is not ready in time
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
	const logStart = await sizeOf(log);
	const child = launch(install, [command, ...args], log, folder, {
		...n8nEnvironment({ install, folder, port, brokerPort }),
		...env,
	});
	const pid = /** @type {number} */ (child.pid);

	const readNewLog = async () => (await readFile(log)).subarray(logStart);
	const isReady = async () => (await readNewLog()).includes(READY[command]);
	const deadline = Date.now() + timeout * 1000;
	while (!(await isReady())) {
		const inTime = Date.now() < deadline;
		if (child.exitCode === null && child.signalCode === null && inTime) {
			await new Promise((resolve) => setTimeout(resolve, 200));
			continue;
		}
		await kill(pid);
		const lastLines = (await readNewLog()).toString().trim().split('\n').slice(-5);
		const what = inTime ? 'exited while it was starting' : `was not ready after ${timeout} seconds`;
		const name = command === 'start' ? 'n8n' : `n8n's ${command}`;
		throw new Trouble(
			`${name} ${what}. Its last lines (see ${log} for all):\n${lastLines.join('\n')}`,
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

/** n8n writes directly to its log, because a pipe could fill up, or break when we exit. */
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
