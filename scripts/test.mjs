/**
 * `npm test`: all levels without n8n, with the coverage held to a minimum, then on both lines of n8n e2e and the short form
 * of the fault matrix.
 * `npm test -- unit` runs a part. The level "queue" needs programs that npm does not have: it runs only when it is
 * named. The last line is the total of all runs: N passed, N failed.
 */
import { program } from 'commander';
import { execa } from 'execa';
import { installN8n, N8N_VERSION, OLDER_N8N_VERSION } from './n8n/install.mjs';
import { ROOT } from './n8n/pack.mjs';
import { runSteps } from './lib/tasks.mjs';
import { printTrouble } from './lib/trouble.mjs';

const WITHOUT_N8N = ['unit', 'engine', 'simulator'];
const BY_DEFAULT = [...WITHOUT_N8N, 'e2e', 'faults'];
const LEVELS = [...BY_DEFAULT, 'queue'];
const LINES_COVERED = 95;
/** Jobs of the fault matrix in the whole run: more take longer than a change should wait for. */
const SHORT_FAULT_JOBS = 100;

program
	.name('npm test --')
	.description('Runs the tests: all but "queue" with the coverage, or some.')
	.argument(
		'[what...]',
		`levels (${LEVELS.join(', ')}), then anything that jest takes: a file, -t <name>, --watch`,
	)
	.allowUnknownOption()
	.addHelpText(
		'after',
		[
			'',
			`E2E_N8N_VERSION says which n8n e2e, faults and queue run on. Without it: ${N8N_VERSION}, and when all tests run ${OLDER_N8N_VERSION}, too.`,
			`FAULT_JOBS says how many jobs go through the fault matrix. Without it: 1000, and when all tests run ${SHORT_FAULT_JOBS}.`,
			'',
			'Examples:',
			'  npm test -- unit engine',
			'  npm test -- e2e -t "stops"',
			`  E2E_N8N_VERSION=${OLDER_N8N_VERSION} npm test -- e2e`,
		].join('\n'),
	)
	.parse();

/** jest's own `--selectProjects unit engine` says the same as `unit engine`. */
const given = program.args.filter((argument) => !['--', '--selectProjects'].includes(argument));
const named = given.filter((argument) => LEVELS.includes(argument));
const levels = named.length ? named : BY_DEFAULT;
const forJest = given.filter((argument) => !LEVELS.includes(argument));
const all = given.length === 0;

/** A part of the tests covers a part of the code: only the whole run is held to the minimum. */
const coverage = all
	? ['--coverage', '--coverageThreshold', JSON.stringify({ global: { lines: LINES_COVERED } })]
	: [];
const version = process.env.E2E_N8N_VERSION ?? N8N_VERSION;
const alsoOn = all && !process.env.E2E_N8N_VERSION ? [OLDER_N8N_VERSION] : [];

/**
 * Which files a run of e2e leaves out, and how many it runs at once. The editor loses messages of an n8n that is busy, so
 * the browser has one for itself. The others mostly wait, for n8n's timers and for jobs: more at once than processors.
 */
const E2E_RUNS = [
	['/e2e/(?!browser)', 1],
	['/e2e/browser', 3],
];

const total = { passed: 0, failed: 0 };
try {
	const needN8n = !levels.every((level) => WITHOUT_N8N.includes(level));
	if (needN8n) await bringN8n([version, ...alsoOn]);
	if (all) {
		await jest(version, coverage, WITHOUT_N8N);
		for (const line of [version, ...alsoOn]) {
			console.log(`\ne2e on n8n ${line}`);
			for (const [ignored, atOnce] of E2E_RUNS) {
				await jest(line, ['--testPathIgnorePatterns', ignored, '--maxWorkers', atOnce], ['e2e']);
			}
			console.log(`\nFault matrix on n8n ${line}`);
			await jest(line, [], ['faults']);
		}
	} else {
		await jest(version, forJest, levels);
	}
} catch (error) {
	printTrouble(error);
	total.failed += 1;
}
process.exitCode = total.failed ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed`);

/** @param {string[]} versions */
async function bringN8n(versions) {
	await runSteps(
		versions.map((version) => ({
			title: `n8n ${version}`,
			run: (report) => installN8n({ version, report }),
		})),
	);
}

/**
 * Runs jest and adds to the total. A run that fails without a failed test (coverage, an n8n that does not start, no
 * test at all) counts as one.
 *
 * @param {string} version of n8n
 * @param {Array<string | number>} args
 * @param {string[]} levels
 */
async function jest(version, args, levels) {
	// Jest loads ES modules through an interface that Node still calls experimental, and says so in every process.
	const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
	// --selectProjects takes everything behind it for names of projects, so it comes last.
	const command = [
		'node_modules/jest/bin/jest.js',
		...args.map(String),
		'--selectProjects',
		...levels,
	];
	const child = execa(process.execPath, [...node, ...command], {
		cwd: ROOT,
		env: {
			E2E_N8N_VERSION: version,
			...(all ? { FAULT_JOBS: process.env.FAULT_JOBS ?? String(SHORT_FAULT_JOBS) } : {}),
		},
		stdio: 'inherit',
		ipc: true,
		reject: false,
	});
	const run = { passed: 0, failed: 0 };
	child.on('message', (totals) => Object.assign(run, totals));
	const { exitCode } = await child;
	total.passed += run.passed;
	total.failed += exitCode === 0 ? 0 : Math.max(run.failed, 1);
}
