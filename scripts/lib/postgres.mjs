/** Our own PostgreSQL in a temporary folder. It doesn't touch the system's. */
import { execa } from 'execa';
import getPort from 'get-port';
import { readdirSync } from 'node:fs';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findProgram } from './debian.mjs';
import { end, start } from './processes.mjs';
import { untilUp } from './service.mjs';
import { Trouble } from './trouble.mjs';

/** Debian has a folder for each version in here. None is in PATH. */
const DEBIAN = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root. Debian's package creates this user. */
const USER = 'postgres';

/**
 * @typedef {object} Postgres
 * @property {number} port on 127.0.0.1
 * @property {string} user
 * @property {string} password
 * @property {string} database
 * @property {number} pid
 * @property {() => Promise<void>} stop stops it and removes its data
 */

/** @returns {string | undefined} path of the server program */
export const findPostgres = () => find('postgres');

/** @param {string} program */
const find = (program) => findProgram([program], debianFolders());

function debianFolders() {
	try {
		const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
		return versions.map((version) => path.join(DEBIAN, version, 'bin'));
	} catch {
		return [];
	}
}

/** @returns {Promise<Postgres>} with an empty database, once it is ready @throws {Trouble} */
export async function startPostgres() {
	const [initdb, postgres, isReady] = ['initdb', 'postgres', 'pg_isready'].map(find);
	if (!initdb || !postgres || !isReady) {
		throw new Trouble('PostgreSQL is missing. Run "npm run queue:services" to install it.');
	}
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-postgres-'));
	const asUser = await handOver(folder);
	const password = randomBytes(16).toString('hex');
	const data = path.join(folder, 'data');
	const passwordFile = path.join(folder, 'password');
	await writeFile(passwordFile, password, { mode: 0o644 });
	const options = ['--pgdata', data, '--username=n8n', '--auth=scram-sha-256', '--encoding=UTF8'];
	const [file, ...args] = [...asUser, initdb, ...options, `--pwfile=${passwordFile}`];
	await execa(file, args, { cwd: folder });

	const port = await getPort({ host: '127.0.0.1' });
	// Only the port, no socket in a system folder.
	const settings = [`listen_addresses=127.0.0.1`, `port=${port}`, 'unix_socket_directories='];
	const [program, ...rest] = [...asUser, postgres, '-D', data];
	const child = start(program, [...rest, ...settings.flatMap((setting) => ['-c', setting])], {
		cwd: folder,
		stdio: 'ignore',
		reject: false,
	});
	const check = [isReady, '--host=127.0.0.1', `--port=${port}`];
	await untilUp('PostgreSQL', child, check, { cwd: folder });
	const pid = /** @type {number} */ (child.pid);
	return {
		port,
		user: 'n8n',
		password,
		database: 'postgres',
		pid,
		async stop() {
			await end(pid);
			await rm(folder, { recursive: true, force: true });
		},
	};
}

/**
 * Gives the folder to the user that PostgreSQL runs as, if we are root.
 *
 * @param {string} folder
 * @returns {Promise<string[]>} prefix for commands that run as that user
 */
async function handOver(folder) {
	if (process.getuid?.() !== 0) return [];
	const idOf = async (kind) => Number((await execa('id', [kind, USER])).stdout);
	await chown(folder, await idOf('-u'), await idOf('-g'));
	await chmod(folder, 0o700);
	return ['setpriv', `--reuid=${USER}`, `--regid=${USER}`, '--init-groups'];
}
