import { benchmark, inTurn } from './support/benchmark.mts';
import { crowdHosts, crowdMeasures, crowdRound } from './support/crowd.mts';
import { loadOf } from './support/loads.mts';

export default benchmark({
	row: 15,
	work: '90 executions of one prompt at once on one account with 10 slots, jobs of 30 s on average',
	against: 'the ideal, and 0.1.0',
	rounds: { saved: 3, short: 1 },
	method: 'As in row 14.',
	measures: crowdMeasures({ makespan: 1.06, refused: 20 }),
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		const count = stage.isShort ? 30 : 90;
		return await inTurn(rounds, async (round) =>
			crowdRound(stage, hosts, { executions: count, load: loadOf({ count, mean: 30, round }) }),
		);
	},
});
