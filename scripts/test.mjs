/**
 * `npm test` runs all parts: the levels that need no n8n, with a minimum for the coverage; e2e and a short
 * fault matrix on n8n; and on an older n8n the tests that pin n8n's behaviour. `npm test -- older` runs one
 * part, `npm test -- unit` one level. The last line is the total: N passed, N failed.
 */
import { program } from 'commander';
import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { installN8n, N8N_VERSION, OLDER_N8N_VERSION } from './n8n/install.mjs';
import { ROOT } from './n8n/pack.mjs';
import { runSteps } from './lib/tasks.mjs';
import { printTrouble } from './lib/trouble.mjs';
import { startSharedN8n } from '../test/e2e/support/sharedN8n.mjs';

const WITHOUT_N8N = ['unit', 'engine', 'simulator'];
/** "queue" needs programs that npm doesn't have, so it only runs if it is named. */
const LEVELS = [...WITHOUT_N8N, 'e2e', 'faults', 'queue'];
const PARTS = { fast: runWithoutN8n, n8n: runOnN8n, older: runOnOlderN8n };
const LINES_COVERED = 95;
/** Jobs of the fault matrix in a full run. More would take too long for every change. */
const SHORT_FAULT_JOBS = 100;
/** Bursts need the machine for themselves: `npm test -- faults` runs them. */
const NO_BURSTS = ['--testPathIgnorePatterns', '/faults/bursts'];
/** The editor loses messages if n8n is busy: the browser tests run first, and alone. */
const BROWSER = '/e2e/browser';
/** The other files of e2e mostly wait. */
const SOME_AT_ONCE = ['--maxWorkers', '3'];

program
	.name('npm test --')
	.description('Runs all parts, or only the given parts or levels.')
	.argument(
		'[what...]',
		`parts (${Object.keys(PARTS).join(', ')}), or levels (${LEVELS.join(', ')}), then any arguments for jest: a file, -t <name>, --watch`,
	)
	.allowUnknownOption()
	.addHelpText(
		'after',
		[
			'',
			`E2E_N8N_VERSION: the n8n for e2e, faults and queue. Default: ${N8N_VERSION}; the part "older" uses ${OLDER_N8N_VERSION}.`,
			`FAULT_JOBS: the number of jobs in the fault matrix. Default: 1000; ${SHORT_FAULT_JOBS} in the part "n8n".`,
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
const parts = given.length ? given.filter((argument) => argument in PARTS) : Object.keys(PARTS);
const version = process.env.E2E_N8N_VERSION ?? N8N_VERSION;

const total = { passed: 0, failed: 0 };
/** Commands that run what failed by itself. @type {string[]} */
const again = [];
try {
	if (parts.length) for (const part of parts) await PARTS[part]();
	else await runLevels();
} catch (error) {
	printTrouble(error);
	total.failed += 1;
}
process.exitCode = total.failed ? 1 : 0;
if (again.length) console.log(`\nTo run what failed by itself:\n${again.join('\n')}\n`);
console.log(`${total.passed} passed, ${total.failed} failed`);

async function runLevels() {
	const named = given.filter((argument) => LEVELS.includes(argument));
	const levels = named.length ? named : LEVELS.filter((level) => level !== 'queue');
	if (levels.some((level) => !WITHOUT_N8N.includes(level))) await bringN8n(version);
	await jest(
		version,
		levels,
		given.filter((argument) => !LEVELS.includes(argument)),
	);
}

async function runWithoutN8n() {
	const least = JSON.stringify({ global: { lines: LINES_COVERED } });
	await jest(version, WITHOUT_N8N, ['--coverage', '--coverageThreshold', least]);
}

async function runOnN8n() {
	await withN8n(version, async () => {
		await jest(version, ['e2e'], ['--testPathPatterns', BROWSER]);
		await jest(version, ['e2e'], ['--testPathIgnorePatterns', BROWSER, ...SOME_AT_ONCE]);
		await jest(version, ['faults'], NO_BURSTS, { FAULT_JOBS: String(SHORT_FAULT_JOBS) });
	});
}

/** What docs/n8n.md says of n8n, and every operation once. */
async function runOnOlderN8n() {
	const text = await readFile(path.join(ROOT, 'docs/n8n.md'), 'utf8');
	const named = new Set([...text.matchAll(/^- e2e\/(\w+):/gm)].map(([, file]) => file));
	named.delete('browser');
	const pins = `/e2e/(${[...named].join('|')})\\.test`;
	await withN8n(OLDER_N8N_VERSION, async () => {
		await jest(OLDER_N8N_VERSION, ['e2e'], ['--testPathPatterns', BROWSER]);
		await jest(OLDER_N8N_VERSION, ['e2e'], ['--testPathPatterns', pins, ...SOME_AT_ONCE]);
		const smoke = ['--testPathPatterns', '/e2e/operations', '-t', 'in the dialect "wire"'];
		await jest(OLDER_N8N_VERSION, ['e2e'], smoke);
	});
}

/** Starts n8n once for all that `run` does. @param {string} n8nVersion @param {() => Promise<void>} run */
async function withN8n(n8nVersion, run) {
	await bringN8n(n8nVersion);
	const stop = await startSharedN8n(n8nVersion);
	try {
		await run();
	} finally {
		await stop();
	}
}

/** @param {string} n8nVersion */
async function bringN8n(n8nVersion) {
	const bring = (report) => installN8n({ version: n8nVersion, report });
	await runSteps([{ title: `n8n ${n8nVersion}`, run: bring }]);
}

/**
 * Runs jest and adds to the total. A run that fails without a failed test (low coverage, no n8n, no
 * test at all) counts as one failure.
 *
 * @param {string} version of n8n
 * @param {string[]} levels
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 */
async function jest(version, levels, args, env = {}) {
	// jest loads ES modules with an experimental API, and Node warns about that in every process.
	const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
	// --selectProjects takes everything after it as project names, so it comes last.
	const command = ['node_modules/jest/bin/jest.js', ...args, '--selectProjects', ...levels];
	const child = execa(process.execPath, [...node, ...command], {
		cwd: ROOT,
		env: { ...env, E2E_N8N_VERSION: version },
		stdio: 'inherit',
		ipc: true,
		reject: false,
	});
	const run = { passed: 0, failed: 0, failures: [] };
	child.on('message', (totals) => Object.assign(run, totals));
	const { exitCode } = await child;
	total.passed += run.passed;
	total.failed += exitCode === 0 ? 0 : Math.max(run.failed, 1);
	again.push(...run.failures.map((failure) => commandFor(failure, version)));
}

/** @param {{ file: string, name?: string }} failure @param {string} version of n8n */
function commandFor({ file, name }, version) {
	const [, level] = file.split('/');
	const environment = version === N8N_VERSION ? '' : `E2E_N8N_VERSION=${version} `;
	// jest takes the name for a pattern, and the shell must take it for one word.
	const pattern = name?.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll("'", '.');
	return `${environment}npm test -- ${level} ${file}${pattern ? ` -t '${pattern}'` : ''}`;
}
