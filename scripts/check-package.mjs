/** Builds and packs, and checks that the package holds what users need, nothing else, and stays small. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';

const MOST_BYTES = 60_000;
const ALLOWED = [
	/^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
	/^dist\/(nodes|credentials)\/.+(?<!\.d)\.js$/,
	/^dist\/nodes\/.+\.node\.json$/,
	/^dist\/nodes\/.+\/__schema__\/.+\.json$/,
	/^dist\/icons\/.+\.svg$/,
];

await runScript(async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-check-'));
	try {
		const { size, files } = await buildAndPack({ into: folder });
		const problems = [...(await missingFrom(files)), ...uninvited(files)];
		if (size > MOST_BYTES) problems.push(`it has ${size} bytes, at most ${MOST_BYTES} are allowed`);
		if (problems.length) throw new Trouble(`The package is not right:\n- ${problems.join('\n- ')}`);
		console.log(`The package is right: ${files.length} files, ${(size / 1000).toFixed(1)} kB.`);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

/** What n8n loads by name, and what belongs to it. */
async function missingFrom(files) {
	const { n8n } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
	const wanted = [
		'README.md',
		'LICENSE',
		...n8n.credentials,
		...n8n.nodes,
		...n8n.nodes.map((node) => node.replace(/\.js$/, '.json')),
	];
	const lost = wanted.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
	if (!files.some((file) => file.endsWith('.svg'))) lost.push('there is no icon');
	return lost;
}

function uninvited(files) {
	return files
		.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
		.map((file) => `${file} does not belong in it`);
}
