import { linearRegression } from 'simple-statistics';
import { benchmark, inTurn, requireDone, type Sample } from './support/benchmark.mts';
import { ended } from './support/ended.mts';
import type { Host } from './support/host.mts';
import { loadOf, type Distribution, type Load } from './support/loads.mts';
import { makeSide, nodeRuns, OURS, ownSteps, requireAllDone } from './support/makespan.mts';
import { MB } from './support/pictures.mts';
import type { Stage } from './support/stage.mts';

/** Less is lost in what n8n holds for other reasons. */
const LEAST_MB = 1;
const DISTRIBUTIONS = ['lognormal', 'even', 'equal'] as const;
const MAKESPAN = { unit: '', pointUnit: 's', goal: { atMost: 1.05 } };

/** How many items, and what they cost. */
type Point = [items: number, cost: number];

export default benchmark({
	row: 13,
	work: 'how makespan and memory grow with 10, 100 and 1,000 items, jobs of one second on average in 10 slots',
	against: 'a straight line',
	rounds: { saved: 2, short: 1 },
	method:
		'Imagine and wait for the results by polling. The makespan is how long our node takes: for jobs spread like fast ones, like turbo ones (row 1), and equal ones, all three at the same time, each with a TTAPI of its own. Memory is the most that n8n holds during another run with the first of them, in its heap and outside of it, over what it held before: all garbage is collected for each reading, some five a second at most, so that only what is in use counts (what n8n itself keeps of the items is in it); less than 1 MB counts as 1 MB. Each round has an n8n of its own, just started, that has done ten items before, and takes the sizes in ascending order. The figure is the exponent of growth: the slope of the straight line that fits the logarithms of cost and items best; 1 is a cost in proportion to the items.',
	measures: {
		lognormal: { ...MAKESPAN, name: 'makespan, spread like fast jobs' },
		even: { ...MAKESPAN, name: 'makespan, spread like turbo jobs' },
		equal: { ...MAKESPAN, name: 'makespan, equal jobs' },
		memory: { name: 'memory', unit: '', pointUnit: 'MB', goal: { atMost: 1.05 } },
	},
	async run(stage, rounds) {
		const sizes = stage.isShort ? [10, 30, 100] : [10, 100, 1_000];
		return await inTurn(rounds, async (round) => {
			const host = await stage.n8n();
			const imagine = async (distribution: Distribution, count: number, isRead = false) =>
				await imagineAll(stage, host, loadOf({ distribution, count, mean: 1, round }), isRead);
			try {
				await imagine('equal', sizes[0]);
				const points = { lognormal: [], even: [], equal: [], memory: [] } as Record<
					string,
					Point[]
				>;
				for (const count of sizes) {
					const runs = DISTRIBUTIONS.map(async (distribution) => {
						const { makespan } = await imagine(distribution, count);
						points[distribution].push([count, makespan / 1000]);
					});
					await Promise.all(runs);
					const { held } = await imagine('lognormal', count, true);
					points.memory.push([count, Math.max(held / MB, LEAST_MB)]);
					const last = Object.entries(points).map(([name, all]) => `${name} ${all.at(-1)![1]}`);
					stage.report(`${count} items: ${last.join(', ')}`);
				}
				return Object.fromEntries(Object.entries(points).map(([name, all]) => [name, growth(all)]));
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

/** @returns how long the node took, in ms, and the most bytes that n8n held meanwhile, over what it held before, if that is read */
async function imagineAll(
	stage: Stage,
	host: Host,
	load: Load,
	isRead: boolean,
): Promise<{ makespan: number; held: number }> {
	const { simulator, workflow } = await makeSide(stage, host, load, () =>
		ownSteps({ options: { pollInterval: 1 } }),
	);
	const before = isRead ? await host.heldBytes() : 0;
	let most = before;
	const id = await host.profiled(`13-${load.times.length}`, async () => {
		const started = await host.client.startWorkflow(workflow);
		await ended(host, workflow.id, started, async () => {
			if (isRead) most = Math.max(most, await host.heldBytes());
		});
		return started;
	});
	const execution = await host.client.getExecution(id);
	requireAllDone(execution, simulator, load);
	return { makespan: nodeRuns(execution, OURS)[0].executionTime, held: most - before };
}
