/** Starts an n8n in queue mode on this machine: PostgreSQL, Redis, main, workers and a webhook processor. */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import getPort from 'get-port';
import { startPostgres } from '../lib/postgres.mjs';
import { startRedis } from '../lib/redis.mjs';
import { startN8n } from './start.mjs';

/** @typedef {import('./start.mjs').RunningN8n} RunningN8n */

/**
 * A process of n8n that can be killed and restarted.
 *
 * @typedef {object} Part
 * @property {RunningN8n} n8n the current process, or the last one
 * @property {() => Promise<void>} start restarts it in the same folder and at the same address
 */

/**
 * @typedef {object} RunningQueue
 * @property {string} version
 * @property {string} url of main, for the editor and its calls
 * @property {string} webhookUrl of the webhook processor, for all calls from outside
 * @property {Part} main
 * @property {Part[]} workers
 * @property {Part} webhook
 * @property {import('../lib/postgres.mjs').Postgres} postgres
 * @property {import('../lib/redis.mjs').Redis} redis
 * @property {() => Promise<void>} stop stops everything cleanly
 */

/**
 * @param {object} options
 * @param {string} options.folder for everything
 * @param {string} options.tarball the packed package; each process installs it in its own folder,
 *   as if it had its own machine
 * @param {string} [options.version] of n8n
 * @param {number} [options.workers]
 * @param {number} [options.concurrency] how many executions a worker runs at once
 * @param {Record<string, string>} [options.env] on top of the usual settings, for each process
 * @returns {Promise<RunningQueue>}
 * @throws {import('../lib/trouble.mjs').Trouble}
 */
export async function startQueue({
	folder,
	tarball,
	version,
	workers = 2,
	concurrency = 5,
	env = {},
}) {
	await mkdir(folder, { recursive: true });
	/** @type {Array<() => Promise<void>>} */
	const stops = [];
	const stop = async () => {
		for (const each of stops.splice(0).reverse()) await each();
	};
	try {
		const postgres = await startPostgres();
		stops.push(postgres.stop);
		const redis = await startRedis({ folder: path.join(folder, 'redis') });
		stops.push(redis.stop);
		const webhookPort = await getPort({ host: '127.0.0.1' });
		const shared = { ...settings({ postgres, redis, webhookPort }), ...env };

		/** @returns {Promise<Part>} */
		const startPart = async (name, command, { args = [], port = undefined } = {}) => {
			const options = { command, args, folder: path.join(folder, name), version, env: shared };
			const part = {
				n8n: await startN8n({ ...options, port, tarball }),
				async start() {
					part.n8n = await startN8n({ ...options, port: part.n8n.port });
				},
			};
			stops.push(async () => await part.n8n.stop());
			return part;
		};
		// main starts first, because it creates the tables.
		const main = await startPart('main', 'start');
		const webhook = await startPart('webhook', 'webhook', { port: webhookPort });
		const args = [`--concurrency=${concurrency}`];
		const workerParts = [];
		for (let number = 1; number <= workers; number++) {
			workerParts.push(await startPart(`worker-${number}`, 'worker', { args }));
		}
		return {
			version: main.n8n.version,
			url: main.n8n.url,
			webhookUrl: webhook.n8n.url,
			main,
			webhook,
			workers: workerParts,
			postgres,
			redis,
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}

/** The settings of all n8n processes, explained in docs/scaling.md. */
function settings({ postgres, redis, webhookPort }) {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgres.port),
		DB_POSTGRESDB_DATABASE: postgres.database,
		DB_POSTGRESDB_USER: postgres.user,
		DB_POSTGRESDB_PASSWORD: postgres.password,
		// With n8n's default of 2, some simultaneous callbacks fail because no connection is free.
		DB_POSTGRESDB_POOL_SIZE: '10',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redis.port),
		QUEUE_BULL_REDIS_PASSWORD: redis.password,
		// Calls from outside only go to the webhook processor.
		WEBHOOK_URL: `http://127.0.0.1:${webhookPort}/`,
		N8N_DISABLE_PRODUCTION_MAIN_PROCESS: 'true',
		// The processes don't share a folder.
		N8N_DEFAULT_BINARY_DATA_MODE: 'database',
	};
}
