/**
 * `npm run dev`: n8n with the nodes rebuilt and reloaded on every change, and a TTAPI on this machine beside it. The
 * build goes straight into n8n's folder of community packages; n8n watches it and reloads what changed.
 */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from './lib/lock.mjs';
import { runScript, start } from './lib/processes.mjs';
import { printAddresses, startStack } from './lib/stack.mjs';
import { Trouble } from './lib/trouble.mjs';
import { preparePackagesFolder } from './n8n/communityPackage.mjs';
import { ROOT } from './n8n/pack.mjs';

const FOLDER = path.join(ROOT, '.dev');
const LOCK = path.join(ROOT, 'node_modules', '.dev.lock');

await runScript(async () => {
	await takeLock({
		file: LOCK,
		taken: '"npm run dev" runs already in this checkout: end it first.',
	});
	let dist = '';
	const stack = await startStack({
		folder: FOLDER,
		build: {
			title: 'Build the nodes into n8n',
			run: async () => {
				dist = await makePackage();
				await compile(dist);
				return undefined;
			},
		},
		env: { N8N_DEV_RELOAD: 'true' },
	});
	watch(dist);
	printAddresses(stack);
	console.log(`n8n's log: ${path.relative(process.cwd(), stack.n8n.log)}`);
	console.log('Change a file in nodes/ or credentials/ and reload the editor. Ctrl-C ends all.\n');
	process.exitCode = 0;
	await stack.n8n.ended;
	throw new Trouble(`n8n has ended by itself; its last words are in ${stack.n8n.log}.`);
});

/** Makes a place for the build in n8n's folder of community packages. @returns {Promise<string>} where to build */
async function makePackage() {
	await rm(FOLDER, { recursive: true, force: true });
	const packages = await preparePackagesFolder(FOLDER);
	const installed = path.join(packages, 'node_modules/n8n-nodes-ttapi');
	await mkdir(installed, { recursive: true });
	await copyFile(path.join(ROOT, 'package.json'), path.join(installed, 'package.json'));
	return path.join(installed, 'dist');
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
