/**
 * Asks npm for known vulnerabilities in this package's runtime dependencies. Without any dependency,
 * npm needs no network for this.
 */
import { execa } from 'execa';
import { runScript } from './lib/processes.mjs';
import { Trouble } from './lib/trouble.mjs';
import { ROOT } from './n8n/pack.mjs';

await runScript(async () => {
	const { stdout, stderr } = await execa('npm', ['audit', '--omit=dev', '--json'], {
		cwd: ROOT,
		reject: false,
	});
	const report = parsed(stdout);
	if (!report?.metadata) {
		const why = report?.message ?? report?.error?.summary ?? stderr.trim().split('\n').at(-1);
		throw new Trouble(`The registry did not answer npm audit. npm said: ${why}`);
	}
	const { dependencies, vulnerabilities } = report.metadata;
	const found = Object.values(report.vulnerabilities);
	if (vulnerabilities.total > 0) {
		const list = found.map(({ name, severity, range }) => `- ${name} ${range}: ${severity}`);
		throw new Trouble(`npm audit found vulnerabilities:\n${list.join('\n')}`);
	}
	// npm counts the package itself.
	console.log(`npm audit found nothing in ${dependencies.prod - 1} runtime dependencies.`);
});

function parsed(text) {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
