import getPort from 'get-port';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Simulator } from '../simulator/startSimulator.mts';
import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { endedJob, MB, served, sha256 } from './support/pictures.mts';
import type { Stage } from './support/stage.mts';
import { httpRequest, manualWorkflow, ttapi, type Step } from './support/workflows.mts';

const PICTURE_BYTES = 10 * MB;
const FIELDS = ['a', 'b', 'c', 'd', 'e'];

export default benchmark({
	row: 9,
	work: 'memory for a blend of 5 pictures x 10 MB from binary data',
	against: 'the size of the request body',
	method:
		"Five HTTP Request nodes in a row download the pictures into five binary fields of one item (binary data on disk), and our node submits the blend and waits for nothing. The figure is the most memory that the n8n process takes from the system (VmHWM), less what it takes just before our node, after all garbage was collected; an HTTP Request node directly before ours calls the bench for that. So it is our node's share alone, with all garbage that it makes and all that n8n and Node make of the body on its way. The other figure is the Content-Length of the blend as it arrived. Each round has an n8n of its own, just started, that has done one blend of five small pictures before. The five pictures that arrived are compared with the originals by their hashes.",
	measures: { memory: { unit: 'MB', goal: { atMost: 3 } } },
	async run(stage, rounds) {
		const [few, many] = [
			await stage.simulator({}),
			await stage.simulator({ pictureBytes: stage.isShort ? 2 * MB : PICTURE_BYTES }),
		];
		return await inTurn(rounds, async (at) => {
			const host = await stage.n8n();
			try {
				await blend(stage, host, few, 'warm-up');
				const { memory, body } = await blend(stage, host, many, String(at));
				stage.report(`${memory.toFixed(1)} MB for a body of ${body.toFixed(1)} MB`);
				return { memory: { ours: memory, theirs: body } };
			} finally {
				await host.n8n.stop();
			}
		});
	},
});

/** @returns in MB: the memory over idle, and the body */
async function blend(
	stage: Stage,
	host: Host,
	simulator: Simulator,
	name: string,
): Promise<{ memory: number; body: number }> {
	simulator.reset();
	const pictures = FIELDS.map((field) => endedJob(simulator, `job-${field}`)[0]);
	let idle = 0;
	const checkpoint = await startCheckpoint(stage, async () => {
		idle = await host.startPeak();
	});
	const workflow = await host.client.createWorkflow(
		manualWorkflow(
			name,
			[{}],
			[
				...FIELDS.map((field, at) => download(`Download ${field}`, pictures[at], field)),
				download('Checkpoint', checkpoint, 'checkpoint'),
				ttapi('Blend', {
					operation: 'blend',
					imageInput: 'binary',
					binaryPropertyName: FIELDS.join(),
					waitForResult: 'none',
				}),
			],
		),
		await host.credentialsFor(simulator),
	);
	const execution = await host.profiled(
		`09-${name}`,
		async () => await host.client.runWorkflow(workflow),
	);
	const memory = (await host.peak()) - idle;
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	requireDone(idle > 0, 'the checkpoint was not called');
	const bytes = await requireBlended(simulator, pictures);
	return { memory: memory / MB, body: bytes / MB };
}

/** Downloads into one more binary field; those that the item has stay. */
const download = (name: string, url: string, outputPropertyName: string): Step =>
	httpRequest(name, {
		url,
		options: { response: { response: { responseFormat: 'file', outputPropertyName } } },
	});

/** An address that does something before it answers. */
async function startCheckpoint(stage: Stage, work: () => Promise<void>): Promise<string> {
	const server = createServer(async (_request, response) => {
		await work();
		response.end('go on');
	});
	const port = await getPort({ host: '127.0.0.1' });
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	stage.atEnd(async () => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${port}/`;
}

/**
 * Throws unless exactly these pictures were blended, in this order.
 * @returns bytes of the request's body
 */
async function requireBlended(simulator: Simulator, addresses: string[]): Promise<number> {
	const { jobs, requests } = simulator.state();
	const submits = requests.filter(({ endpoint }) => endpoint === 'blend');
	requireDone(submits.length === 1, `${submits.length} blends were submitted`);
	const accepted = jobs.filter(({ endpoint }) => endpoint === 'blend');
	requireDone(accepted.length === 1, `${accepted.length} blends were accepted`);
	const [{ body, headers }] = submits;
	const { imgBase64Array } = body as { imgBase64Array: string[] };
	requireDone(imgBase64Array.length === addresses.length, `${imgBase64Array.length} pictures came`);
	for (const [at, address] of addresses.entries()) {
		const text = `data:image/png;base64,${(await served(address)).toString('base64')}`;
		// The simulator logs long texts by length and hash only.
		const isRight = imgBase64Array[at].includes(`SHA-256 ${sha256(text)}`);
		requireDone(isRight, `picture ${at + 1} is not the one of ${address}`);
	}
	return Number(headers['content-length']);
}
