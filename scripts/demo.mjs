/**
 * `npm run demo`: makes pictures in a real n8n with one command. It installs what is missing, starts
 * a simulated TTAPI (or uses the real one if TTAPI_API_KEY is set) and an n8n with the packed
 * package, runs the first example and saves its pictures.
 */
import Table from 'cli-table3';
import { program } from 'commander';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { takeLock } from './lib/lock.mjs';
import { runScript } from './lib/processes.mjs';
import { printAddresses, startStack } from './lib/stack.mjs';
import { runSteps } from './lib/tasks.mjs';
import { Trouble } from './lib/trouble.mjs';
import { itemsOf } from './n8n/client.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';

const FOLDER = path.join(ROOT, '.demo');
/** Outside FOLDER, which is emptied, and ignored by git. */
const LOCK = path.join(ROOT, 'node_modules', '.demo.lock');
const PICTURES = path.join(ROOT, 'demo-output');
/** Long enough for a busy day at the real TTAPI. */
const RUN_SECONDS = 30 * 60;

const { once } = program
	.name('npm run demo --')
	.description('Runs a workflow in a real n8n and saves its Midjourney pictures.')
	.option('--once', 'exit after saving the pictures instead of leaving n8n open')
	.parse(process.argv.filter((argument) => argument !== '--'))
	.opts();

await runScript(async () => {
	await takeLock({
		file: LOCK,
		taken: 'A demo is already running in this checkout. Stop it first.',
	});
	const stack = await startStack({
		folder: FOLDER,
		real: Boolean(process.env.TTAPI_API_KEY),
		build: {
			title: 'Build and pack the nodes',
			run: async () => {
				await Promise.all([FOLDER, PICTURES].map(empty));
				return await buildAndPack({ into: FOLDER });
			},
		},
	});
	await showPictures(stack.client, stack.workflows['prompts-to-upscaled-pictures']);
	if (once) return;

	printAddresses(stack);
	console.log('Press Ctrl-C to stop.');
	process.exitCode = 0;
	await stack.n8n.ended;
	throw new Trouble(`n8n stopped unexpectedly. See the end of its log: ${stack.n8n.log}`);
});

/** Runs the workflow, saves its pictures and prints a table of them. */
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
		head: ['Prompt', 'Job ID', 'Status', 'Seconds (run)', 'File'],
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
