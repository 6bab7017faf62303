import { linearRegression } from 'simple-statistics';
import { itemsOf } from '../scripts/n8n/client.mjs';
import type { Simulator } from '../simulator/startSimulator.mts';
import { benchmark, inTurn, requireDone, type Sample } from './support/benchmark.mts';
import { ended } from './support/ended.mts';
import type { Credentials, Host } from './support/host.mts';
import { MB } from './support/pictures.mts';
import { manualWorkflow, prompts, ttapi } from './support/workflows.mts';

const SLOTS = 1_000;
/** Less is lost in what n8n holds for other reasons. */
const LEAST_MB = 1;

/** How many items, and what they cost. */
type Point = [items: number, cost: number];

export default benchmark({
	row: 13,
	work: 'how makespan and memory grow with 10, 100, 1,000 and 5,000 items',
	against: 'a straight line',
	method:
		'Imagine and wait for the results by polling each second: jobs of one second, 1,000 slots, and as many jobs in flight. The makespan is how long our node takes. Memory is the most that n8n holds during a second run of the same, in its heap and outside of it, over what it held before: all garbage is collected for each reading, some five a second at most, so that only what is in use counts (what n8n itself keeps of the items is in it); less than 1 MB counts as 1 MB. Each round has an n8n of its own, just started, that has done ten items before, and takes the sizes in ascending order. The figure is the exponent of growth: the slope of the straight line that fits the logarithms of cost and items best; 1 is a cost in proportion to the items. As a few items mostly cost the second that their jobs take, the exponent of the last step alone, from 1,000 to 5,000, is measured, too.',
	measures: {
		makespan: { name: 'makespan', unit: '', pointUnit: 's', least: { atMost: 1.05 } },
		makespanLast: { name: 'makespan, last step', unit: '', least: { atMost: 1.05 } },
		memory: { name: 'memory', unit: '', pointUnit: 'MB', least: { atMost: 1.05 } },
		memoryLast: { name: 'memory, last step', unit: '', least: { atMost: 1.05 } },
	},
	async run(stage, rounds) {
		const sizes = stage.isShort ? [10, 100, 500] : [10, 100, 1_000, 5_000];
		const simulator = await stage.simulator({ jobMs: 1_000, slots: SLOTS });
		return await inTurn(rounds, async (at) => {
			const host = await stage.n8n();
			try {
				const credentials = await host.credentialsFor(simulator);
				const imagine = async (name: string, count: number, isRead = false) =>
					await imagineAll(host, simulator, { name, credentials, count, isRead });
				await imagine('warm-up', sizes[0]);
				const makespans: Point[] = [];
				const memories: Point[] = [];
				for (const count of sizes) {
					const { makespan } = await imagine(`${count}-${at}`, count);
					const { held } = await imagine(`${count}-${at}-memory`, count, true);
					makespans.push([count, makespan / 1000]);
					memories.push([count, Math.max(held / MB, LEAST_MB)]);
					const [seconds, megabytes] = [makespans, memories].map((all) => all.at(-1)![1]);
					stage.report(`${count} items: ${seconds} s, ${megabytes.toFixed(1)} MB`);
				}
				return {
					makespan: growth(makespans),
					makespanLast: growth(makespans.slice(-2)),
					memory: growth(memories),
					memoryLast: growth(memories.slice(-2)),
				};
			} finally {
				await host.n8n.stop();
			}
		});
	},
});

/** The exponent of growth, beside that of a straight line. */
function growth(points: Point[]): Sample {
	for (const [items, cost] of points) requireDone(cost > 0, `${items} items cost ${cost}`);
	const { m } = linearRegression(points.map((point) => point.map(Math.log)));
	return { ours: m, theirs: 1, points };
}

interface Imagining {
	name: string;
	credentials: Credentials;
	count: number;
	/** Whether the memory is read meanwhile, which takes time. */
	isRead: boolean;
}

/** @returns how long the node took, in ms, and the most bytes that n8n held meanwhile, over what it held before */
async function imagineAll(
	host: Host,
	simulator: Simulator,
	{ name, credentials, count, isRead }: Imagining,
): Promise<{ makespan: number; held: number }> {
	simulator.reset();
	const items = prompts(count);
	const options = { maxInFlight: SLOTS, pollInterval: 1 };
	const workflow = await host.client.createWorkflow(
		manualWorkflow(name, items, [ttapi('Imagine', { options })]),
		credentials,
	);
	const before = isRead ? await host.heldBytes() : 0;
	let most = before;
	const id = await host.profiled(`13-${name}`, async () => {
		const started = await host.client.startWorkflow(workflow);
		await ended(host, workflow.id, started, async () => {
			if (isRead) most = Math.max(most, await host.heldBytes());
		});
		return started;
	});
	const execution = await host.client.getExecution(id);
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	const { jobs } = simulator.state();
	requireDone(jobs.length === count, `${jobs.length} jobs of ${count}`);
	const jobIds = new Map(jobs.map(({ prompt, jobId }) => [prompt, jobId]));
	const given = itemsOf(execution, 'Imagine');
	requireDone(given.length === count, `${given.length} items of ${count}`);
	given.forEach(({ json, pairedItem }: any, at: number) => {
		const isOwn = json.prompt === items[at].prompt && json.jobId === jobIds.get(json.prompt);
		requireDone(isOwn && json.status === 'SUCCESS', `item ${at} is ${JSON.stringify(json)}`);
		requireDone(pairedItem.item === at, `item ${at} is paired with ${pairedItem.item}`);
	});
	const makespan = execution.data.resultData.runData.Imagine[0].executionTime;
	return { makespan, held: most - before };
}
