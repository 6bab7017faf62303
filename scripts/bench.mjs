/**
 * `npm run bench`: measures the nodes in a real n8n, side by side with what a user would do without them, and writes the results
 * to docs/benchmarks.md. `npm run bench -- 5` runs one row and only prints what came of it.
 */
import { program } from 'commander';
import { tsImport } from 'tsx/esm/api';
import { runScript } from './lib/processes.mjs';

program
	.name('npm run bench --')
	.description('Measures the nodes against what a user would do without them.')
	.argument('[rows...]', 'numbers of rows in docs/benchmarks.md; all if none is given')
	.option('--rounds <number>', 'how often each row is measured', Number)
	.option('--short', 'measure less: to see that it works, not to compare')
	.option('--save', 'put the rows into docs/benchmarks.md; without rows this is done anyway')
	.option('--profile <folder>', 'profile n8n meanwhile, and say where its time went')
	.parse(process.argv.filter((argument) => argument !== '--'));

await runScript(async () => {
	const { runBenchmarks } = await tsImport(
		'../benchmarks/support/runBenchmarks.mts',
		import.meta.url,
	);
	const {
		rounds,
		short: isShort = false,
		save: isSaved = false,
		profile: profiles,
	} = program.opts();
	await runBenchmarks({ rows: program.args.map(Number), rounds, isShort, isSaved, profiles });
});
