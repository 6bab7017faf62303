/** `node scripts/check-release.mjs v1.2.3`: checks that the tag, package.json and the changelog agree. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';
import { ROOT } from './n8n/pack.mjs';

const [tag = ''] = process.argv.slice(2);

await runScript(async () => {
	const { version } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
	if (tag !== `v${version}`) {
		throw new Trouble(
			`The tag is "${tag}" but should be v${version}, the version in package.json.`,
		);
	}
	const changelog = await readFile(path.join(ROOT, 'CHANGELOG.md'), 'utf8');
	const headings = changelog.split('\n').filter((line) => line.startsWith('## '));
	if (!headings.some((line) => line.replace(/[[\]]/g, '').split(/\s+/)[1] === version)) {
		throw new Trouble(`CHANGELOG.md has no heading for ${version}.`);
	}
	console.log(`Version ${version} can be published.`);
});
