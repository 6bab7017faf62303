import { atOnce, benchmark, requireDone } from './support/benchmark.mts';
import { idealSeconds } from './support/loads.mts';
import {
	BEHIND,
	inAllDistributions,
	makeSide,
	MAKESPANS,
	nodeRuns,
	OURS,
	ownSteps,
	requireAllDone,
	warmUp,
	type Side,
} from './support/makespan.mts';

export default benchmark({
	row: 2,
	work: 'makespan of 60 prompts in 10 slots, jobs of 20 s on average, Pause Until Callback, default options',
	against: 'the ideal',
	method:
		'The jobs of row 1, in one node that pauses. Measured is the time from its start until the node behind it starts; in between the execution pauses as soon as all jobs are submitted, and callbacks resume it.',
	measures: MAKESPANS,
	async run(stage, rounds) {
		const host = await stage.n8n();
		const steps = () => ownSteps({ waitForResult: 'callback' });
		await warmUp(stage, host, steps);
		return await atOnce(rounds, async (round) =>
			inAllDistributions(stage, round, async (load) => ({
				ours: await pausedSeconds(await makeSide(stage, host, load, steps)),
				theirs: idealSeconds(load),
			})),
		);
	},
});

/** Runs a side that pauses. @returns how long it took until the node behind started, in s */
async function pausedSeconds({ host, simulator, workflow, load }: Side): Promise<number> {
	const id = await host.client.startWorkflow(workflow);
	// When it has been resumed, n8n has forgotten when the node started first.
	const paused = await host.client.waitForExecution(id, { until: ['waiting'], timeout: 300 });
	const [{ startTime }] = nodeRuns(paused, OURS);
	const execution = await host.client.waitForExecution(id, { timeout: 300 });
	requireAllDone(execution, simulator, load);
	const taken = simulator.state().callbacks.filter(({ status }) => status === 200).length;
	requireDone(taken > 0, 'no callback resumed the execution');
	return (nodeRuns(execution, BEHIND)[0].startTime - startTime) / 1000;
}
