/**
 * What stands beside the compiled code: icons, codex files and output schemas. Icons and codex files keep their places, so
 * that the relative `file:` references of nodes and credentials hold. The code itself is what `tsc` makes of it, with the
 * tabs of the sources.
 */
const { rm } = require('node:fs/promises');
const path = require('node:path');
const { Transform } = require('node:stream');
const { dest, parallel, src, watch } = require('gulp');

const ASSETS = ['icons/*.svg', 'nodes/**/*.node.json'];

/** Where the package is built: `npm run dev` builds straight into n8n's folder of community packages. */
const target = path.resolve(process.env.BUILD_FOLDER || 'dist');

async function clean() {
	await rm(target, { recursive: true, force: true });
}

function assets() {
	// Without `encoding: false` gulp 5 reads every file as UTF-8 text.
	return src(ASSETS, { base: '.', encoding: false, allowEmpty: true }).pipe(dest(target));
}

/** `tsc` indents with four spaces, of which a package of many files has some 40 kB. */
function tabs() {
	const withTabs = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			const lines = String(file.contents).replace(/^(?: {4})+/gm, (spaces) =>
				'\t'.repeat(spaces.length / 4),
			);
			file.contents = Buffer.from(lines);
			done(null, file);
		},
	});
	return src('**/*.js', { cwd: target }).pipe(withTabs).pipe(dest(target));
}

async function schemas() {
	const { writeOutputSchemas } = await import('./scripts/lib/outputSchemas.mjs');
	await writeOutputSchemas(target);
}

function watchAll() {
	watch(ASSETS, { ignoreInitial: false }, assets);
	watch('nodes/**/__schema__/*.json', { ignoreInitial: false }, schemas);
	// A new operation gives a job, without a change in the list of schemas.
	watch('nodes/**/*.operation.ts', { events: ['add', 'unlink'] }, schemas);
}

module.exports = {
	default: parallel(assets, schemas, tabs),
	assets,
	schemas,
	clean,
	watch: watchAll,
};
