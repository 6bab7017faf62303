/**
 * Builds and packs, and checks that the package holds what users need, nothing else, and stays small; and that people can
 * read what they install: its code is that of the sources, file by file.
 */
import { execa } from 'execa';
import { mkdtemp, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { outputSchemas } from './lib/outputSchemas.mjs';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';
import { buildAndPack, ROOT } from './n8n/pack.mjs';

const MOST_BYTES = 100_000;
/** Characters. The compiler's own lines stay below it; those of a minifier or a bundler do not. */
const LONGEST_LINE = 500;
const ALLOWED = [
	/^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
	/^dist\/(nodes|credentials)\/.+(?<!\.d)\.js$/,
	/^dist\/nodes\/.+\.node\.json$/,
	/^dist\/nodes\/.+\/__schema__\/v[\d.]+(\/\w+\/\w+)?\.json$/,
	/^dist\/icons\/.+\.svg$/,
];

await runScript(async () => {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-check-'));
	try {
		const tarball = await buildAndPack({ into: folder });
		const { size } = await stat(tarball);
		await execa('tar', ['-xzf', tarball, '-C', folder]);
		const files = await filesIn(path.join(folder, 'package'));
		// The package brings no dependency: n8n-workflow, its peer, is n8n's own, here the checkout's.
		await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
		const { n8n } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
		const packed = { folder: path.join(folder, 'package'), files, n8n };

		const problems = [
			...(await missingFrom(packed)),
			...uninvited(files),
			...(await notMirrored(files)),
			...(await unreadable(packed)),
		];
		if (size > MOST_BYTES) problems.push(`it has ${size} bytes, at most ${MOST_BYTES} are allowed`);
		// What is not there cannot be loaded.
		if (!problems.length) problems.push(...(await wronglyDefined(packed)));
		if (!problems.length) problems.push(...(await untraceable(packed)));
		if (problems.length) throw new Trouble(`The package is not right:\n- ${problems.join('\n- ')}`);
		console.log(`The package is right: ${files.length} files, ${(size / 1000).toFixed(1)} kB.`);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
});

/**
 * @typedef {object} Packed
 * @property {string} folder where it is unpacked
 * @property {string[]} files what is in it
 * @property {{ nodes: string[], credentials: string[] }} n8n the files that n8n loads
 */

/** What n8n loads by name, and what belongs to it. @param {Packed} packed */
async function missingFrom({ files, n8n }) {
	const wanted = [
		'README.md',
		'LICENSE',
		...n8n.credentials,
		...n8n.nodes,
		...n8n.nodes.map((node) => node.replace(/\.js$/, '.json')),
		...Object.keys(await outputSchemas()).map((file) => `dist/${file}`),
	];
	const lost = wanted.filter((file) => !files.includes(file)).map((file) => `${file} is missing`);
	if (!files.some((file) => file.endsWith('.svg'))) lost.push('there is no icon');
	return lost;
}

/** @param {string[]} files */
function uninvited(files) {
	return files
		.filter((file) => !ALLOWED.some((pattern) => pattern.test(file)))
		.map((file) => `${file} does not belong in it`);
}

/** Each source is one file of the package, and the other way round. @param {string[]} files */
async function notMirrored(files) {
	const sources = [...(await sourcesIn('nodes')), ...(await sourcesIn('credentials'))];
	const wanted = sources.map((source) => `dist/${source.replace(/\.ts$/, '.js')}`);
	const code = codeOf(files);
	return [
		...wanted
			.filter((file) => !code.includes(file))
			.map((file) => `${file} is missing, though its source is there`),
		...code.filter((file) => !wanted.includes(file)).map((file) => `${file} has no source`),
	];
}

/** @param {string} folder of the checkout */
async function sourcesIn(folder) {
	const files = await filesIn(path.join(ROOT, folder));
	return files.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
}

/** @param {string} folder @returns {Promise<string[]>} paths from the folder */
async function filesIn(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
		.map((name) => name.split(path.sep).join('/'));
}

/** @param {Packed} packed */
async function unreadable({ folder, files }) {
	const problems = [];
	for (const file of codeOf(files)) {
		const lines = (await readFile(path.join(folder, file), 'utf8')).split('\n');
		const longest = Math.max(...lines.map((line) => line.length));
		if (longest > LONGEST_LINE) {
			const line = lines.findIndex(({ length }) => length === longest) + 1;
			problems.push(
				`${file}:${line} has ${longest} characters, at most ${LONGEST_LINE} are allowed`,
			);
		}
	}
	return problems;
}

/** What n8n loads is written in the file that n8n loads, not passed on from another one. @param {Packed} packed */
async function wronglyDefined({ folder, n8n }) {
	const require = createRequire(import.meta.url);
	const problems = [];
	for (const file of [...n8n.nodes, ...n8n.credentials]) {
		const name = classNameOf(file);
		const text = await readFile(path.join(folder, file), 'utf8');
		if (!new RegExp(`^class ${name}\\b`, 'm').test(text)) {
			problems.push(`${file} does not define the class ${name}`);
		} else if (typeof require(path.join(folder, file))[name] !== 'function') {
			problems.push(`${file} does not export the class ${name}`);
		}
	}
	return problems;
}

/** The stack of a reported error leads to its source: one is provoked, and names file and line. @param {Packed} packed */
async function untraceable({ folder, files, n8n }) {
	const [file] = n8n.nodes;
	const { [classNameOf(file)]: Node } = createRequire(import.meta.url)(path.join(folder, file));
	const error = await new Node().execute.call({}).catch((thrown) => thrown);
	const places = [...String(error?.stack).matchAll(/package\/(dist\/\S+?\.js):\d+:\d+/g)];
	const isKnown = places.length > 0 && places.every(([, place]) => files.includes(place));
	return isKnown ? [] : [`the stack of an error of ${file} names no file and line of the package`];
}

/** n8n takes the class's name from the file's. @param {string} file */
function classNameOf(file) {
	return path.basename(file).split('.')[0];
}

/** @param {string[]} files */
function codeOf(files) {
	return files.filter((file) => file.endsWith('.js'));
}
