import { atOnce, benchmark } from './support/benchmark.mts';
import { idealSeconds } from './support/loads.mts';
import {
	inAllDistributions,
	makeSide,
	MAKESPANS,
	nodeRuns,
	OURS,
	ownSteps,
	runSide,
	warmUp,
} from './support/makespan.mts';

export default benchmark({
	row: 1,
	work: 'makespan of 60 prompts in 10 slots, jobs of 20 s on average, Poll Until Done, default options',
	against: 'the ideal',
	method:
		'One node gets 60 items. Measured is how long it runs, as n8n notes it. The jobs take times as real ones do, scaled to 20 s: spread like fast jobs, which take 45 s with a standard deviation of 15 s, and like turbo jobs, which take 5 to 15 s; equal jobs, which nobody has, are beside them. Each round has times of its own, and each of its executions a TTAPI of its own; all run at the same time in one n8n, the rounds begin 2 s apart.',
	measures: MAKESPANS,
	async run(stage, rounds) {
		const host = await stage.n8n();
		await warmUp(stage, host);
		return await atOnce(rounds, async (round) =>
			inAllDistributions(stage, round, async (load) => {
				const side = await makeSide(stage, host, load, () => ownSteps());
				const [{ executionTime }] = nodeRuns(await runSide(side), OURS);
				return { ours: executionTime / 1000, theirs: idealSeconds(load) };
			}),
		);
	},
});
