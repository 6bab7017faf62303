import { benchmark, inTurn } from './support/benchmark.mts';
import { idealSeconds, makeSide, nodeRuns, OURS, ownSteps, runSide } from './support/makespan.mts';

export default benchmark({
	row: 1,
	work: 'makespan of 60 prompts in 10 slots, jobs of 10 s, Poll Until Done, default options',
	against: 'the ideal: 6 x 10 s',
	method:
		'One node gets 60 items. Measured is how long it runs, as n8n notes it; the ideal is a new job in each slot in the very moment in which the last one ends. Rounds run one after another in one n8n.',
	measures: { makespan: { unit: 's', least: { atMost: 1.1 } } },
	async run(stage, rounds) {
		// Jobs of the full length also in the short form: a look every 5 s would dwarf shorter ones.
		const load = { count: stage.isShort ? 20 : 60, jobMs: 10_000 };
		const host = await stage.n8n();
		// Not measured: what n8n loads at its first run.
		await runSide(await makeSide(stage, host, { count: 2, jobMs: 100 }, () => ownSteps()));
		return await inTurn(rounds, async () => {
			const side = await makeSide(stage, host, load, () => ownSteps());
			const [{ executionTime }] = nodeRuns(await runSide(side), OURS);
			const makespan = { ours: executionTime / 1000, theirs: idealSeconds(load) };
			stage.report(`makespan: ${makespan.ours} s, ideal ${makespan.theirs} s`);
			return { makespan };
		});
	},
});
