/**
 * `npm run bench`: measures the nodes in a real n8n, side by side with what a user would do without them, and writes the results
 * to docs/benchmarks.md. `npm run bench -- 5` runs one row and only prints what came of it.
 */
import { program } from 'commander';
import path from 'node:path';
import { register } from 'tsx/esm/api';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';

const ROWS =
	'numbers of rows in docs/benchmarks.md, such as 1 5; all if none is given, which saves what comes of them';

program
	.name('npm run bench --')
	.description(
		'Measures the nodes in a real n8n against what a user would do without them, and prints the ratios. A missed least is no error.',
	)
	.argument('[rows...]', ROWS)
	.option(
		'--rounds <number>',
		'how often each row is measured: 5 times if not given, with --short 2',
	)
	.option('--short', 'measure less: to see that it works, not to compare; nothing is saved')
	.option('--save', 'save the rows that are named, too; the others stay as they were')
	.option('--page', 'measure nothing: write the page and its plots anew from results.json')
	.option('--profile <folder>', 'profile n8n meanwhile, and say where its time went')
	.parse(process.argv.filter((argument) => argument !== '--'));

await runScript(async () => {
	// Not tsImport: it would load the modules that both sides share a second time.
	register();
	const { runBenchmarks } = await import('../benchmarks/support/runBenchmarks.mts');
	const { rounds, short = false, save = false, page = false, profile } = program.opts();
	await runBenchmarks({
		rows: program.args.map((text) => wholeNumber(text, 'A row')),
		rounds: rounds === undefined ? undefined : wholeNumber(rounds, '--rounds'),
		isShort: short,
		isSaved: save,
		isPageOnly: page,
		// n8n writes them, from a folder of its own.
		profiles: profile && path.resolve(profile),
	});
});

/** @param {string} text @param {string} what @returns {number} */
function wholeNumber(text, what) {
	if (/^[1-9]\d*$/.test(text)) return Number(text);
	throw new Trouble(`${what} is a whole number from 1, not "${text}".`);
}
