/** `npm run queue:services`: installs PostgreSQL and Redis for the queue tests if they are missing. */
import { installPackages } from './lib/debian.mjs';
import { findPostgres } from './lib/postgres.mjs';
import { runScript } from './lib/processes.mjs';
import { findRedis } from './lib/redis.mjs';

await runScript(async () => {
	const missing = [
		...(findPostgres() ? [] : ['postgresql']),
		...(findRedis() ? [] : ['redis-server']),
	];
	if (missing.length) {
		await installPackages(missing, 'Install PostgreSQL and Redis so that they are in PATH.');
	}
	console.log(`PostgreSQL: ${findPostgres()}\nRedis: ${findRedis()}`);
});
