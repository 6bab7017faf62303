/**
 * What becomes of the sources: icons, codex files and output schemas are copied to their place, so that the relative
 * `file:` references of nodes and credentials hold; the code of the published package becomes one file.
 */
const { mkdir, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const esbuild = require('esbuild');
const { dest, src, watch } = require('gulp');
const { n8n } = require('./package.json');

const ASSETS = ['icons/*.svg', 'nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'];

/** Where the package is built: `npm run dev` builds straight into n8n's folder of community packages. */
const target = path.resolve(process.env.BUILD_FOLDER || 'dist');

/** Beside the nodes, with everything that they and the credential are made of. */
const BUNDLE = 'dist/nodes/TtapiMidjourney/bundle.js';

async function clean() {
	await rm(target, { recursive: true, force: true });
}

function assets() {
	// Without `encoding: false` gulp 5 reads every file as UTF-8 text.
	return src(ASSETS, { base: '.', encoding: false, allowEmpty: true }).pipe(dest(target));
}

/**
 * One file for all of the code: n8n loads it faster than a hundred, and it is smaller. Functions and classes keep their
 * names, so that the stack of a reported error can be read. n8n finds each class in a file of its own name.
 */
async function bundle() {
	const entries = [...n8n.nodes, ...n8n.credentials];
	const sourceOf = (entry) => `./${path.relative('dist', entry).replace(/\.js$/, '')}`;
	await esbuild.build({
		stdin: {
			contents: entries.map((entry) => `export * from '${sourceOf(entry)}';`).join('\n'),
			resolveDir: __dirname,
		},
		bundle: true,
		platform: 'node',
		target: 'node20',
		external: ['n8n-workflow'],
		minify: true,
		keepNames: true,
		outfile: placeOf(BUNDLE),
	});
	for (const entry of entries) {
		const from = path.relative(path.dirname(entry), BUNDLE).replace(/^(?!\.)/, './');
		const name = path.basename(entry).split('.')[0];
		await mkdir(path.dirname(placeOf(entry)), { recursive: true });
		await writeFile(placeOf(entry), `exports.${name} = require('${from}').${name};\n`);
	}
}

const placeOf = (file) => path.join(target, path.relative('dist', file));

function watchAssets() {
	return watch(ASSETS, { ignoreInitial: false }, assets);
}

module.exports = { default: assets, assets, bundle, clean, watch: watchAssets };
