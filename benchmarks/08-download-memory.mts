import { itemsOf, type Execution } from '../scripts/n8n/client.mjs';
import { benchmark, inTurn, requireDone, takingTurns } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { endedJob, MB, requireDownloaded, type Downloaded } from './support/pictures.mts';
import type { Stage } from './support/stage.mts';
import { httpRequest, manualWorkflow, prompts, ttapi } from './support/workflows.mts';

const PICTURE_BYTES = 8 * MB;
const PICTURES_EACH = 4;

export default benchmark({
	row: 8,
	work: 'memory for 10 jobs x 4 pictures x 8 MB downloaded, binary data on disk',
	against: 'the same downloads by an HTTP Request node',
	method:
		'Our node takes 10 prompts, waits for the jobs (half a second each) and downloads the 40 pictures (Download: All Images). One HTTP Request node (Response Format: File) with 40 items downloads as many and as large pictures of jobs that had ended before, so that it has no job to wait for. Each side has an n8n of its own, just started, in each round, and has downloaded one small picture in it before. The figure is the most memory that the n8n process takes from the system (VmHWM), less what it takes just before, after all garbage was collected; so garbage that comes meanwhile is included. All files are then read back and hashed.',
	measures: { memory: { unit: 'MB', goal: { atMost: 1 } } },
	async run(stage, rounds) {
		const jobs = stage.isShort ? 3 : 10;
		return await inTurn(rounds, async (at) => ({
			memory: await takingTurns(
				at,
				async () => await measure(stage, `ours-${at}`, await ourDownloads(stage, jobs)),
				async () => await measure(stage, `theirs-${at}`, await theirDownloads(stage, jobs)),
			),
		}));
	},
});

/** One side: its two workflows, and where the second one's pictures come from. */
interface Side {
	create(host: Host): Promise<{ small: any; large: any }>;
	/** All that the second one has downloaded. */
	filesOf(execution: Execution): Downloaded[];
}

async function ourDownloads(stage: Stage, jobs: number): Promise<Side> {
	const options = { jobMs: 500 };
	const few = await stage.simulator(options);
	const many = await stage.simulator({ ...options, pictureBytes: PICTURE_BYTES });
	const step = (download: string) => ttapi('Download', { download, options: { pollInterval: 1 } });
	return {
		async create(host) {
			return {
				small: await host.client.createWorkflow(
					manualWorkflow('small', prompts(1), [step('grid')]),
					await host.credentialsFor(few),
				),
				large: await host.client.createWorkflow(
					manualWorkflow('large', prompts(jobs), [step('images')]),
					await host.credentialsFor(many),
				),
			};
		},
		filesOf(execution) {
			const items = itemsOf(execution, 'Download');
			requireDone(items.length === jobs, `${items.length} items of ${jobs}`);
			const counted = many.state().jobs.length;
			requireDone(counted === jobs, `${counted} jobs of ${jobs}`);
			return items.flatMap(({ json, binary }: any) =>
				Array.from({ length: PICTURES_EACH }, (_, index) => ({
					binary: binary[`image_${index + 1}`],
					address: json.images[index],
				})),
			);
		},
	};
}

async function theirDownloads(stage: Stage, jobs: number): Promise<Side> {
	const few = await stage.simulator({});
	const many = await stage.simulator({ pictureBytes: PICTURE_BYTES });
	const addresses = Array.from({ length: jobs }, (_, at) => endedJob(many, `job-${at}`)).flat();
	const download = httpRequest('Download', {
		url: '={{ $json.url }}',
		options: { response: { response: { responseFormat: 'file' } } },
	});
	const workflow = (name: string, urls: string[]) =>
		manualWorkflow(
			name,
			urls.map((url) => ({ url })),
			[download],
		);
	return {
		async create({ client }) {
			const [first] = endedJob(few, 'job');
			return {
				small: await client.createWorkflow(workflow('small', [first])),
				large: await client.createWorkflow(workflow('large', addresses)),
			};
		},
		filesOf(execution) {
			const items = itemsOf(execution, 'Download');
			return addresses.map((address, at) => ({ binary: items[at]?.binary?.data, address }));
		},
	};
}

/** @returns MB over idle */
async function measure(stage: Stage, name: string, side: Side): Promise<number> {
	const host = await stage.n8n();
	try {
		const { small, large } = await side.create(host);
		const warmUp = await host.client.runWorkflow(small);
		requireDone(warmUp.status === 'success', `warm-up ${warmUp.status}`);
		const idle = await host.startPeak();
		const execution = await host.profiled(
			`08-${name}`,
			async () => await host.client.runWorkflow(large, { timeout: 300 }),
		);
		const memory = ((await host.peak()) - idle) / MB;
		requireDone(execution.status === 'success', `execution ${execution.status}`);
		await requireDownloaded(host.client, side.filesOf(execution), PICTURE_BYTES);
		stage.report(`${name}: ${memory.toFixed(1)} MB over ${(idle / MB).toFixed(0)} MB`);
		return memory;
	} finally {
		await host.n8n.stop();
	}
}
