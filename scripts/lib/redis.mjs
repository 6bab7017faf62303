/** A Redis of our own on this machine; one that the system runs is left alone. */
import getPort from 'get-port';
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from './debian.mjs';
import { end, start } from './processes.mjs';
import { untilUp } from './service.mjs';
import { Trouble } from './trouble.mjs';

/**
 * @typedef {object} Redis
 * @property {number} port on 127.0.0.1
 * @property {string} password
 * @property {number} pid
 * @property {() => Promise<void>} restart ends it in good order and starts it again with the same data
 * @property {() => Promise<void>} stop
 */

/** @returns {string | undefined} path of the server program */
export const findRedis = () => findProgram(['redis-server']);

/**
 * @param {object} options
 * @param {string} options.folder for its data; made if it is not there
 * @returns {Promise<Redis>} as soon as it can be used
 * @throws {Trouble}
 */
export async function startRedis({ folder }) {
	const program = findRedis();
	const client = findProgram(['redis-cli']);
	if (!program || !client) {
		throw new Trouble('Redis is missing: "npm run queue:services" installs Debian\'s.');
	}
	await mkdir(folder, { recursive: true });
	const port = await getPort({ host: '127.0.0.1' });
	const password = randomBytes(16).toString('hex');
	// In a file, for the list of processes shows arguments to everybody.
	const settings = path.join(folder, 'redis.conf');
	await writeFile(
		settings,
		[
			'bind 127.0.0.1',
			`port ${port}`,
			`dir ${folder}`,
			`requirepass ${password}`,
			// Without it a Redis that ends by a crash has forgotten the queue.
			'appendonly yes',
		].join('\n'),
		{ mode: 0o600 },
	);
	const launch = async () => {
		const child = start(program, [settings], { cwd: folder, stdio: 'ignore', reject: false });
		const question = [client, '-h', '127.0.0.1', '-p', String(port), 'ping'];
		const env = { REDISCLI_AUTH: password };
		// It says something else while it reads its data.
		await untilUp('Redis', child, question, { cwd: folder, env }, 'PONG');
		return /** @type {number} */ (child.pid);
	};
	const redis = {
		port,
		password,
		pid: await launch(),
		async restart() {
			await end(redis.pid);
			redis.pid = await launch();
		},
		stop: async () => await end(redis.pid),
	};
	return redis;
}
