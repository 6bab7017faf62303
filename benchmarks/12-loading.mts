import { execa } from 'execa';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from 'simple-statistics';
import { installPackage, packagesFolder } from '../scripts/n8n/communityPackage.mjs';
import { installN8n, type N8nInstall } from '../scripts/n8n/install.mjs';
import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import type { Stage } from './support/stage.mts';

const SLACK = ['Slack.node.js', 'SlackTrigger.node.js'];

export default benchmark({
	row: 12,
	work: 'loading the package, and its packed size',
	against: "n8n's own Slack nodes",
	method:
		"Each process is a fresh one of n8n's Node 24 that has loaded n8n-workflow and n8n-core, as n8n has before any node (the Slack nodes need both, ours only the first); then it loads both nodes of the package, or Slack and Slack Trigger, and says how long that took. The files are in the system's cache, nothing compiled is. A round is the median of ten processes of each side, one after the other in turns. The packed size is only reported: `npm run check:package` sets its limit.",
	measures: {
		loading: { name: 'loading', unit: 'ms', goal: { atMost: 0.5 } },
		size: { name: 'packed size', unit: 'kB' },
	},
	async run(stage, rounds) {
		const install = await installN8n();
		const ours = await ourFiles(stage);
		const folder = path.join(install.folder, 'node_modules/n8n-nodes-base/dist/nodes/Slack');
		const theirs = SLACK.map((file) => path.join(folder, file));
		const size = { ours: (await stat(stage.tarball)).size / 1000 };
		// Not measured: the system reads the files.
		for (const files of [ours, theirs]) await loadingMs(install, files);
		const processes = stage.isShort ? 4 : 10;
		return await inTurn(rounds, async (at) => {
			const taken = { ours: [] as number[], theirs: [] as number[] };
			for (let each = 0; each < processes; each++) {
				const isOursFirst = (at + each) % 2 === 0;
				if (isOursFirst) taken.ours.push(await loadingMs(install, ours));
				taken.theirs.push(await loadingMs(install, theirs));
				if (!isOursFirst) taken.ours.push(await loadingMs(install, ours));
			}
			return { loading: { ours: median(taken.ours), theirs: median(taken.theirs) }, size };
		});
	},
});

/** Both nodes, as n8n finds them in the installed package. */
async function ourFiles(stage: Stage): Promise<string[]> {
	const folder = await mkdtemp(path.join(tmpdir(), 'n8n-nodes-ttapi-bench-'));
	stage.atEnd(async () => await rm(folder, { recursive: true, force: true }));
	await installPackage({ folder, tarball: stage.tarball });
	const installed = path.join(packagesFolder(folder), 'node_modules/n8n-nodes-ttapi');
	const { n8n } = JSON.parse(await readFile(path.join(installed, 'package.json'), 'utf8'));
	requireDone(n8n.nodes.length === SLACK.length, `${n8n.nodes.length} nodes in the package`);
	return n8n.nodes.map((file: string) => path.join(installed, file));
}

async function loadingMs(install: N8nInstall, files: string[]): Promise<number> {
	const script = fileURLToPath(new URL('support/timeRequire.mjs', import.meta.url));
	// As n8n does, so that a community package finds n8n's own n8n-workflow.
	const env = { NODE_PATH: path.join(install.folder, 'node_modules'), NODE_OPTIONS: '' };
	const { stdout } = await execa(install.node, [script, install.folder, ...files], { env });
	const ms = Number(stdout);
	requireDone(ms > 0, `loading said ${stdout}`);
	return ms;
}
