/**
 * What the TypeScript compiler leaves out of `dist`: icons, codex files and output schemas. They keep their place, so
 * that the relative `file:` references of the compiled nodes and credentials hold.
 */
const { rm } = require('node:fs/promises');
const path = require('node:path');
const { Transform } = require('node:stream');
const { dest, src, watch } = require('gulp');
const prettier = require('prettier');

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

/** Writes the compiler's output with tabs and in long lines: the same code, smaller. */
function format() {
	const formatted = new Transform({
		objectMode: true,
		async transform(file, _encoding, done) {
			const options = { parser: 'babel', useTabs: true, printWidth: 320, trailingComma: 'none' };
			file.contents = Buffer.from(await prettier.format(String(file.contents), options));
			done(null, file);
		},
	});
	return src('**/*.js', { cwd: target, base: target }).pipe(formatted).pipe(dest(target));
}

function watchAssets() {
	return watch(ASSETS, { ignoreInitial: false }, assets);
}

module.exports = { default: assets, assets, clean, format, watch: watchAssets };
