/**
 * `npm run dev`: n8n with the nodes rebuilt and reloaded on every change, and a TTAPI on this machine beside it. The
 * build goes straight into n8n's folder of community packages; n8n watches it and reloads what changed.
 */
import getPort from 'get-port';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from './lib/lock.mjs';
import { runScript, start } from './lib/processes.mjs';
import { credentialData, furnish, startSimulator } from './lib/services.mjs';
import { runSteps } from './lib/tasks.mjs';
import { Trouble } from './lib/trouble.mjs';
import { N8nClient, OWNER } from './n8n/client.mjs';
import { preparePackagesFolder } from './n8n/communityPackage.mjs';
import { installN8n, N8N_VERSION } from './n8n/install.mjs';
import { ROOT } from './n8n/pack.mjs';
import { startN8n } from './n8n/start.mjs';

const FOLDER = path.join(ROOT, '.dev');
const LOCK = path.join(ROOT, 'node_modules', '.dev.lock');

await runScript(async () => {
	const { n8n, simulator, dist } = await prepare();
	watch(dist);
	console.log(`\nn8n:      ${n8n.url}   (${OWNER.email}, password ${OWNER.password})`);
	console.log(`TTAPI:    ${simulator.url}   (its jobs and their pictures)`);
	console.log(`n8n's log: ${path.relative(process.cwd(), n8n.log)}`);
	console.log('Change a file in nodes/ or credentials/ and reload the editor. Ctrl-C ends all.\n');
	process.exitCode = 0;
	await n8n.ended;
	throw new Trouble(`n8n has ended by itself; its last words are in ${n8n.log}.`);
});

async function prepare() {
	await takeLock({
		file: LOCK,
		taken: '"npm run dev" runs already in this checkout: end it first.',
	});
	/** @type {any} what one step makes for the next */
	const made = {};
	await runSteps([
		{
			title: `Bring n8n ${N8N_VERSION} (the first time about five minutes and 3 GB)`,
			run: (report) => installN8n({ report }),
		},
		{
			title: 'Build the nodes into n8n',
			run: async () => {
				await rm(FOLDER, { recursive: true, force: true });
				const installed = path.join(
					await preparePackagesFolder(FOLDER),
					'node_modules/n8n-nodes-ttapi',
				);
				await mkdir(installed, { recursive: true });
				await copyFile(path.join(ROOT, 'package.json'), path.join(installed, 'package.json'));
				made.dist = path.join(installed, 'dist');
				await compile(made.dist);
			},
		},
		{
			title: 'Start a TTAPI on this machine',
			run: async () => {
				made.simulator = await startSimulator();
			},
		},
		{
			title: 'Start n8n',
			run: async () => {
				const port = await getPort({ host: '127.0.0.1', port: 5678 });
				made.n8n = await startN8n({ folder: FOLDER, port, env: { N8N_DEV_RELOAD: 'true' } });
			},
		},
		{
			title: 'Set up owner, credential and the example workflows',
			run: () => furnish(new N8nClient(made.n8n), credentialData(made.simulator)),
		},
	]);
	return made;
}

async function compile(dist) {
	const { exitCode, stdout } = await start('tsc', ['--outDir', dist], settings(dist));
	// A contributor's half-written file must not keep n8n from starting; the watcher shows the same errors again.
	if (exitCode !== 0) console.error(stdout);
	await start('gulp', [], settings(dist));
}

/** The compilers print straight into the contributor's terminal. */
function watch(dist) {
	const options = {
		...settings(dist),
		stdio: /** @type {const} */ (['ignore', 'inherit', 'inherit']),
	};
	void start('tsc', ['--watch', '--preserveWatchOutput', '--outDir', dist], options);
	void start('gulp', ['watch', '--silent'], options);
}

function settings(dist) {
	return { cwd: ROOT, preferLocal: true, reject: false, env: { BUILD_FOLDER: dist } };
}
