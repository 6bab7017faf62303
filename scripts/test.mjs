/** `npm test`: all levels in one jest run, with the coverage held to a minimum. `npm test -- unit` runs a part. */
import { program } from 'commander';
import { execa } from 'execa';
import { installN8n, N8N_VERSION } from './n8n/install.mjs';
import { ROOT } from './n8n/pack.mjs';
import { runSteps } from './lib/tasks.mjs';
import { printTrouble } from './lib/trouble.mjs';

const LEVELS = ['unit', 'engine', 'simulator', 'e2e'];
const LINES_COVERED = 95;

program
	.name('npm test --')
	.description('Runs the tests: all of them with the coverage, or some.')
	.argument(
		'[what...]',
		`levels (${LEVELS.join(', ')}), then anything that jest takes: a file, -t <name>, --watch`,
	)
	.allowUnknownOption()
	.addHelpText('after', '\nExamples:\n  npm test -- unit engine\n  npm test -- e2e -t "stops"')
	.parse();

/** jest's own `--selectProjects unit engine` says the same as `unit engine`. */
const given = program.args.filter((argument) => !['--', '--selectProjects'].includes(argument));
const named = given.filter((argument) => LEVELS.includes(argument));
const levels = named.length ? named : LEVELS;
const forJest = given.filter((argument) => !LEVELS.includes(argument));

/** A part of the tests covers a part of the code: only the whole run is held to the minimum. */
const coverage =
	given.length === 0
		? ['--coverage', '--coverageThreshold', JSON.stringify({ global: { lines: LINES_COVERED } })]
		: [];

/** Jest runs no `afterAll` in a file of which `-t` leaves no test: what such an e2e file has opened stays open. */
const forced = forJest.some((argument) => /^(-t|--testNamePattern)/.test(argument));

try {
	if (levels.includes('e2e')) {
		const version = process.env.E2E_N8N_VERSION ?? N8N_VERSION;
		await runSteps([{ title: `n8n ${version}`, run: (report) => installN8n({ version, report }) }]);
	}
	// Jest loads ES modules through an interface that Node still calls experimental, and says so in every process.
	const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
	// --selectProjects takes everything behind it for names of projects, so it comes last.
	const jest = [
		'node_modules/jest/bin/jest.js',
		...coverage,
		...forJest,
		'--selectProjects',
		...levels,
	];
	const { exitCode } = await execa(process.execPath, [...node, ...jest], {
		cwd: ROOT,
		stdio: 'inherit',
		reject: false,
	});
	process.exitCode = exitCode ?? 1;
} catch (error) {
	printTrouble(error);
	console.log('0 passed, 1 failed');
	process.exitCode = 1;
}
