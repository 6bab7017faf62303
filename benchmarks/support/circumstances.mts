/** On what is measured: this machine, and the versions of all that takes part. Names no host, no user and no path. */
import { execa } from 'execa';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Trouble } from '../../scripts/lib/trouble.mjs';
import { installN8n } from '../../scripts/n8n/install.mjs';
import { ROOT } from '../../scripts/n8n/pack.mjs';
import type { Circumstances } from './results.mts';

/** What saving a result changes itself. */
const RESULTS = ['docs/benchmarks', 'docs/benchmarks.md'];

/** Asked before the first row: what is changed meanwhile does not count. @throws {Trouble} without git */
export async function circumstancesNow(): Promise<Circumstances> {
	const { version: n8n, node } = await installN8n();
	const { stdout: nodeVersion } = await execa(node, ['--version']);
	const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
	return {
		machine: {
			processor: os.cpus()[0].model.trim(),
			cores: os.cpus().length,
			memoryGB: Number((os.totalmem() / 1e9).toFixed(1)),
			system: `${await distribution()}, ${process.arch}`,
		},
		versions: {
			package: version,
			n8n,
			'Node of n8n': nodeVersion.replace('v', ''),
			'Node of the bench': process.versions.node,
		},
		commit: await commit(),
	};
}

/** The commit that is measured, with a `+` behind it where files were changed since. */
async function commit(): Promise<string> {
	const hash = await git('rev-parse', '--short=10', 'HEAD');
	const changed = await git(
		'status',
		'--porcelain',
		'--',
		'.',
		...RESULTS.map((file) => `:!${file}`),
	);
	return changed ? `${hash}+` : hash;
}

async function git(...args: string[]): Promise<string> {
	const { stdout, failed } = await execa('git', args, { cwd: ROOT, reject: false });
	if (failed) {
		throw new Trouble('Results are saved with their commit: run this in a git checkout.');
	}
	return stdout;
}

/** Such as `Debian GNU/Linux 12 (bookworm)`. */
async function distribution(): Promise<string> {
	const release = await readFile('/etc/os-release', 'utf8').catch(() => '');
	return /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? os.type();
}
