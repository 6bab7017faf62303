/** n8n's official linter, which passes with warnings. Here there must be none. */
import { execa } from 'execa';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';

await runScript(async () => {
	const { all, exitCode } = await execa('npx', ['n8n-node', 'lint'], { all: true, reject: false });
	console.log(all);
	if (exitCode !== 0) throw new Trouble('The linter found errors.');
	if (/[1-9]\d* warning/.test(all)) throw new Trouble('The linter found warnings.');
});
