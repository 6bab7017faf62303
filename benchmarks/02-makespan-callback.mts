import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import {
	BEHIND,
	idealSeconds,
	makeSide,
	nodeRuns,
	OURS,
	ownSteps,
	requireAllDone,
	type Side,
} from './support/makespan.mts';

export default benchmark({
	row: 2,
	work: 'makespan of 60 prompts in 10 slots, jobs of 10 s, Pause Until Callback, default options',
	against: 'the ideal: 6 x 10 s',
	method:
		'One node gets 60 items. Measured is the time from its start until the node behind it starts; in between the execution pauses as soon as all jobs are submitted, and callbacks resume it. The ideal is a new job in each slot in the very moment in which the last one ends. Rounds run one after another in one n8n: all callbacks of a last wave come at the same moment.',
	measures: { makespan: { unit: 's', least: { atMost: 1.1 } } },
	async run(stage, rounds) {
		// Jobs of the full length also in the short form: a look every 5 s would dwarf shorter ones.
		const load = { count: stage.isShort ? 20 : 60, jobMs: 10_000 };
		const host = await stage.n8n();
		const steps = () => ownSteps({ waitForResult: 'callback' });
		// Not measured: what n8n loads at its first run.
		await pausedSeconds(await makeSide(stage, host, { count: 2, jobMs: 3_000 }, steps));
		return await inTurn(rounds, async () => {
			const ours = await pausedSeconds(await makeSide(stage, host, load, steps));
			stage.report(`makespan: ${ours} s, ideal ${idealSeconds(load)} s`);
			return { makespan: { ours, theirs: idealSeconds(load) } };
		});
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
