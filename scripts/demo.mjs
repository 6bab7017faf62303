/**
 * `npm run demo`: pictures out of a real n8n in one command. It brings what is missing, starts a TTAPI on this machine
 * (or uses the real one when TTAPI_API_KEY is set) and an n8n with the packed package, runs the first example and
 * saves its pictures.
 */
import Table from 'cli-table3';
import { program } from 'commander';
import getPort from 'get-port';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from './lib/lock.mjs';
import { runScript } from './lib/processes.mjs';
import { credentialData, furnish, startSimulator } from './lib/services.mjs';
import { runSteps } from './lib/tasks.mjs';
import { Trouble } from './lib/trouble.mjs';
import { itemsOf, N8nClient, OWNER } from './n8n/client.mjs';
import { installN8n, N8N_VERSION } from './n8n/install.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';
import { startN8n } from './n8n/start.mjs';

const FOLDER = path.join(ROOT, '.demo');
/** Outside the folder, which is emptied, and in a place that git does not look at. */
const LOCK = path.join(ROOT, 'node_modules', '.demo.lock');
const PICTURES = path.join(ROOT, 'demo-output');
/** Long enough for a busy day at the real TTAPI. */
const RUN_SECONDS = 30 * 60;

const { once } = program
	.name('npm run demo --')
	.description('Shows Midjourney pictures coming out of a workflow in a real n8n.')
	.option('--once', 'end after the pictures instead of leaving n8n open')
	.parse(process.argv.filter((argument) => argument !== '--'))
	.opts();

await runScript(async () => {
	const { n8n, simulator, client, workflow } = await prepare();
	await showPictures(client, workflow);
	if (once) return;

	console.log(`\nn8n:      ${n8n.url}   (${OWNER.email}, password ${OWNER.password})`);
	if (simulator) console.log(`TTAPI:    ${simulator.url}   (its jobs and their pictures)`);
	console.log('Ctrl-C ends both.');
	process.exitCode = 0;
	await n8n.ended;
	throw new Trouble(`n8n has ended by itself; its last words are in ${n8n.log}.`);
});

/** Everything up to an n8n that a person could work in. */
async function prepare() {
	const real = Boolean(process.env.TTAPI_API_KEY);
	await takeLock({
		file: LOCK,
		taken: 'A demo is running already in this checkout: end it first.',
	});
	/** @type {any} what one step makes for the next */
	const made = {};
	await runSteps([
		{
			title: `Bring n8n ${N8N_VERSION} (the first time about five minutes and 3 GB)`,
			run: (report) => installN8n({ report }),
		},
		{
			title: 'Build and pack the nodes',
			run: async () => {
				await Promise.all([FOLDER, PICTURES].map(empty));
				made.tarball = (await buildAndPack({ into: FOLDER })).tarball;
			},
		},
		{
			title: real ? 'Use the real TTAPI (TTAPI_API_KEY is set)' : 'Start a TTAPI on this machine',
			run: async () => {
				if (!real) made.simulator = await startSimulator();
			},
		},
		{
			title: 'Start n8n with the packed nodes',
			run: async () => {
				const port = await getPort({ host: '127.0.0.1', port: 5678 });
				made.n8n = await startN8n({ folder: FOLDER, tarball: made.tarball, port });
			},
		},
		{
			title: 'Set up owner, credential and the example workflows',
			run: async () => {
				made.client = new N8nClient(made.n8n);
				const workflows = await furnish(made.client, credentialData(made.simulator));
				made.workflow = workflows['prompts-to-upscaled-pictures'];
			},
		},
	]);
	return made;
}

/** Runs the workflow, saves its pictures and prints what came out. */
async function showPictures(client, workflow) {
	let execution;
	await runSteps([
		{
			title: `Run "${workflow.name}"`,
			run: async () => {
				execution = await client.runWorkflow(workflow, { timeout: RUN_SECONDS });
				const { error } = execution.data.resultData;
				if (error) throw new Trouble([error.message, error.description].filter(Boolean).join('\n'));
			},
		},
	]);

	const prompts = itemsOf(execution, 'One Item per Prompt').map(({ json }) => json.prompt);
	const upscaled = itemsOf(execution, 'Upscale the First');
	const seconds = (Date.parse(execution.stoppedAt) - Date.parse(execution.startedAt)) / 1000;
	const table = new Table({
		head: ['Prompt', 'Job id', 'Status', 'Seconds', 'File'],
		colWidths: [34],
		wordWrap: true,
		style: { head: [], border: [] },
	});
	for (const [index, { json, binary }] of upscaled.entries()) {
		const file = path.join(PICTURES, `${index + 1}${path.extname(binary.data.fileName)}`);
		await writeFile(file, await client.downloadBinary(binary.data));
		const shown = path.relative(ROOT, file);
		table.push([prompts[index], json.jobId, json.status, seconds.toFixed(1), shown]);
	}
	console.log(`\n${table}`);
	if (upscaled.length !== prompts.length) {
		throw new Trouble(`${prompts.length} prompts went in, ${upscaled.length} pictures came out.`);
	}
}

async function empty(folder) {
	await rm(folder, { recursive: true, force: true });
	await mkdir(folder, { recursive: true });
}
