import { benchmark, inTurn } from './support/benchmark.mts';
import { crowdHosts, crowdMeasures, crowdRound } from './support/crowd.mts';
import { loadOf } from './support/loads.mts';

export default benchmark({
	row: 18,
	work: 'one execution of 200 prompts with Max Jobs in Flight 200 on an account with 10 slots, jobs of 6 s on average',
	against: 'the ideal, and 0.1.0',
	rounds: { saved: 3, short: 1 },
	method: 'As in row 14.',
	measures: crowdMeasures({ makespan: 1.15 }),
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		const count = stage.isShort ? 40 : 200;
		const parameters = { options: { maxInFlight: 200 } };
		return await inTurn(rounds, async (round) =>
			crowdRound(stage, hosts, {
				executions: 1,
				load: loadOf({ count, mean: 6, round }),
				parameters,
			}),
		);
	},
});
