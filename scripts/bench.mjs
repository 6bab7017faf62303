/**
 * `npm run bench`: compares the nodes in a real n8n with what a user would do without them, and
 * writes the results to docs/benchmarks.md. `npm run bench -- 5` runs one row and only prints it.
 */
import { program } from 'commander';
import path from 'node:path';
import { register } from 'tsx/esm/api';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';

const ROWS =
	'row numbers from docs/benchmarks.md, such as 1 5; without any, all rows run and are saved';

program
	.name('npm run bench --')
	.description(
		'Compares the nodes in a real n8n with what a user would do without them, and prints the ratios. Missing a goal is not an error.',
	)
	.argument('[rows...]', ROWS)
	.option('--rounds <number>', 'how often to measure each row; saves nothing')
	.option('--short', 'measure less, only to see that it works; saves nothing')
	.option('--save', 'save the given rows, too, and keep the others as they are')
	.option('--page', 'measure nothing, only rewrite the page and its plots from results.json')
	.option('--profile <folder>', 'profile n8n meanwhile and show where its time went')
	.parse(process.argv.filter((argument) => argument !== '--'));

await runScript(async () => {
	// Not tsImport, which would load shared modules a second time.
	register();
	const { runBenchmarks } = await import('../benchmarks/support/runBenchmarks.mts');
	const { rounds, short = false, save = false, page = false, profile } = program.opts();
	await runBenchmarks({
		rows: program.args.map((text) => wholeNumber(text, 'A row')),
		rounds: rounds === undefined ? undefined : wholeNumber(rounds, '--rounds'),
		isShort: short,
		isSaved: save,
		isPageOnly: page,
		// Absolute, because n8n writes them and runs in another folder.
		profiles: profile && path.resolve(profile),
	});
});

/** @param {string} text @param {string} what @returns {number} */
function wholeNumber(text, what) {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new Trouble(`${what} must be a whole number from 1, not "${text}".`);
}
