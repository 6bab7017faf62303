/**
 * Holds this checkout and its packed package against the rules of n8n's official scanner, which by itself only looks
 * at published packages: the same rules, on the same two sets of files, without a download.
 */
import {
	analyzePackage,
	SOURCE_FILE_PATTERNS,
} from '@n8n/scan-community-package/scanner/scanner.mjs';
import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';

await runScript(async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-scan-'));
	try {
		const tarball = await buildAndPack({ into: folder });
		await execa('tar', ['-xzf', tarball, '-C', folder]);
		await scan('The source', ROOT, SOURCE_FILE_PATTERNS);
		await scan('The packed package', path.join(folder, 'package'), ['**/*.js', 'package.json']);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

/** @param {string} what @param {string} folder @param {string[]} patterns */
async function scan(what, folder, patterns) {
	const { passed, message, details = '' } = await analyzePackage(folder, patterns);
	if (!passed) throw new Trouble(`${what} breaks the scanner's rules: ${message}\n${details}`);
	console.log(`${what} keeps the scanner's rules.`);
}
