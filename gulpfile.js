/**
 * What stands beside the compiled code: icons, codex files and output schemas. They go to the same places as in the
 * sources, so that the relative `file:` references of nodes and credentials hold. The code itself is what `tsc` makes of it.
 */
const { rm } = require('node:fs/promises');
const path = require('node:path');
const { dest, src, watch } = require('gulp');

const ASSETS = ['icons/*.svg', 'nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'];

/** Where the package is built: `npm run dev` builds straight into n8n's folder of community packages. */
const target = path.resolve(process.env.BUILD_FOLDER || 'dist');

async function clean() {
	await rm(target, { recursive: true, force: true });
}

function assets() {
	// Without `encoding: false` gulp 5 reads every file as UTF-8 text.
	return src(ASSETS, { base: '.', encoding: false, allowEmpty: true }).pipe(dest(target));
}

function watchAssets() {
	return watch(ASSETS, { ignoreInitial: false }, assets);
}

module.exports = { default: assets, assets, clean, watch: watchAssets };
