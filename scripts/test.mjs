/**
 * `npm test`: runs the levels that need no n8n, with a minimum for the coverage, then e2e and a short
 * fault matrix on both versions of n8n. `npm test -- unit` runs a part. The level "queue" needs
 * programs that npm doesn't have, so it only runs if it is named. The last line is the total of all
 * runs: N passed, N failed.
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
/** Jobs of the fault matrix in a full run. More would take too long for every change. */
const SHORT_FAULT_JOBS = 100;

program
	.name('npm test --')
	.description('Runs all tests but "queue", with coverage, or only the given ones.')
	.argument(
		'[what...]',
		`levels (${LEVELS.join(', ')}), then any arguments for jest: a file, -t <name>, --watch`,
	)
	.allowUnknownOption()
	.addHelpText(
		'after',
		[
			'',
			`E2E_N8N_VERSION: the n8n for e2e, faults and queue. Default: ${N8N_VERSION}; a full run also uses ${OLDER_N8N_VERSION}.`,
			`FAULT_JOBS: the number of jobs in the fault matrix. Default: 1000; ${SHORT_FAULT_JOBS} in a full run.`,
			'',
			'Examples:',
			'  npm test -- unit engine',
			'  npm test -- e2e -t "stops"',
			`  E2E_N8N_VERSION=${OLDER_N8N_VERSION} npm test -- e2e`,
		].join('\n'),
	)
	.parse();

/** jest's own `--selectProjects unit engine` works like `unit engine`. */
const given = program.args.filter((argument) => !['--', '--selectProjects'].includes(argument));
const named = given.filter((argument) => LEVELS.includes(argument));
const levels = named.length ? named : BY_DEFAULT;
const forJest = given.filter((argument) => !LEVELS.includes(argument));
const isFullRun = given.length === 0;

/** Only a full run can reach the minimum. */
const coverage = isFullRun
	? ['--coverage', '--coverageThreshold', JSON.stringify({ global: { lines: LINES_COVERED } })]
	: [];
const version = process.env.E2E_N8N_VERSION ?? N8N_VERSION;
const versions =
	isFullRun && !process.env.E2E_N8N_VERSION ? [version, OLDER_N8N_VERSION] : [version];

/**
 * The files that each e2e run ignores, and how many it runs at once. The editor loses messages if n8n
 * is busy, so the browser tests run alone. The others mostly wait, so three of them run at once.
 */
const E2E_RUNS = [
	['/e2e/(?!browser)', 1],
	['/e2e/browser', 3],
];

const total = { passed: 0, failed: 0 };
try {
	const needsN8n = levels.some((level) => !WITHOUT_N8N.includes(level));
	if (needsN8n) await installVersions();
	if (isFullRun) {
		await jest(version, coverage, WITHOUT_N8N);
		for (const n8nVersion of versions) {
			console.log(`\ne2e on n8n ${n8nVersion}`);
			for (const [ignored, workers] of E2E_RUNS) {
				await jest(
					n8nVersion,
					['--testPathIgnorePatterns', ignored, '--maxWorkers', workers],
					['e2e'],
				);
			}
			console.log(`\nFault matrix on n8n ${n8nVersion}`);
			await jest(n8nVersion, [], ['faults']);
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

async function installVersions() {
	await runSteps(
		versions.map((version) => ({
			title: `n8n ${version}`,
			run: (report) => installN8n({ version, report }),
		})),
	);
}

/**
 * Runs jest and adds to the total. A run that fails without a failed test (low coverage, no n8n, no
 * test at all) counts as one failure.
 *
 * @param {string} version of n8n
 * @param {Array<string | number>} args
 * @param {string[]} levels
 */
async function jest(version, args, levels) {
	// jest loads ES modules with an experimental API, and Node warns about that in every process.
	const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
	// --selectProjects takes everything after it as project names, so it comes last.
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
			...(isFullRun ? { FAULT_JOBS: process.env.FAULT_JOBS ?? String(SHORT_FAULT_JOBS) } : {}),
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
