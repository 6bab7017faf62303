import { benchmark, inTurn, type Round } from './support/benchmark.mts';
import { crowdHosts, crowdMeasures, crowdRound } from './support/crowd.mts';
import { loadOf } from './support/loads.mts';

const WAYS = ['poll', 'callback'] as const;

const { makespan, failed, refused, older } = crowdMeasures({ makespan: 1.15 });

export default benchmark({
	row: 16,
	work: '60 executions of one prompt at once on one account with 10 slots, jobs of 6 s on average',
	against: 'the ideal, and 0.1.0',
	rounds: { saved: 3, short: 1 },
	method: 'As in row 14; the node polls, or pauses until the callback, one after the other.',
	measures: Object.fromEntries(
		WAYS.flatMap((way) =>
			Object.entries({ makespan, failed, refused, older }).map(([key, measure]) => [
				`${way} ${key}`,
				{ ...measure, name: `${way}: ${measure.name}` },
			]),
		),
	),
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		const count = stage.isShort ? 20 : 60;
		return await inTurn(rounds, async (round) => {
			const all: Round = {};
			for (const way of WAYS) {
				const load = loadOf({ count, mean: 6, round });
				const parameters = { waitForResult: way };
				const measured = await crowdRound(stage, hosts, { executions: count, load, parameters });
				for (const [key, sample] of Object.entries(measured)) all[`${way} ${key}`] = sample;
			}
			return all;
		});
	},
});
