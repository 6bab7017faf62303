/** Our own Redis. It doesn't touch the system's. */
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
 * @property {() => Promise<void>} restart stops it cleanly and starts it again with the same data
 * @property {() => Promise<void>} stop
 */

/** @returns {string | undefined} path of the server program */
export const findRedis = () => findProgram(['redis-server']);

/**
 * @param {object} options
 * @param {string} options.folder for its data; created if it is missing
 * @returns {Promise<Redis>} once it is ready
 * @throws {Trouble}
 */
export async function startRedis({ folder }) {
	const program = findRedis();
	const client = findProgram(['redis-cli']);
	if (!program || !client) {
		throw new Trouble('Redis is missing. Run "npm run queue:services" to install it.');
	}
	await mkdir(folder, { recursive: true });
	const port = await getPort({ host: '127.0.0.1' });
	const password = randomBytes(16).toString('hex');
	// In a file, because everybody can see the password in a process's arguments.
	const settings = path.join(folder, 'redis.conf');
	await writeFile(
		settings,
		[
			'bind 127.0.0.1',
			`port ${port}`,
			`dir ${folder}`,
			`requirepass ${password}`,
			// Without it, Redis loses the queue in a crash.
			'appendonly yes',
		].join('\n'),
		{ mode: 0o600 },
	);
	const launch = async () => {
		const child = start(program, [settings], { cwd: folder, stdio: 'ignore', reject: false });
		const check = [client, '-h', '127.0.0.1', '-p', String(port), 'ping'];
		const env = { REDISCLI_AUTH: password };
		// While it loads its data, it answers something else.
		await untilUp('Redis', child, check, { cwd: folder, env }, 'PONG');
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
