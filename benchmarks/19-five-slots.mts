import { benchmark, inTurn, type Round } from './support/benchmark.mts';
import { crowdHosts, crowdMeasures, crowdRound } from './support/crowd.mts';
import { loadOf } from './support/loads.mts';

const KINDS = {
	told: { name: 'a host that tells the slots', isSilent: false, most: 0 },
	silent: { name: 'a host that does not', isSilent: true, most: 5 },
};

export default benchmark({
	row: 19,
	work: 'one execution of 60 prompts on an account with 5 slots, jobs of 6 s on average',
	against: 'the ideal, and 0.1.0',
	rounds: { saved: 3, short: 1 },
	method:
		'As in row 14, with all defaults: the node believes in ten slots before it knows better. One host tells at `/v1/info` how many there are, the other answers 404.',
	measures: Object.fromEntries(
		Object.entries(KINDS).flatMap(([kind, { name, most }]) => {
			const { makespan, refused, failed } = crowdMeasures({ makespan: 1.15, refused: most });
			return Object.entries({ makespan, refused, failed }).map(([key, measure]) => [
				`${kind} ${key}`,
				{ ...measure, name: `${name}: ${measure.name}` },
			]);
		}),
	),
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		const count = stage.isShort ? 20 : 60;
		return await inTurn(rounds, async (round): Promise<Round> => {
			const load = loadOf({ count, mean: 6, slots: 5, round });
			const both = Object.entries(KINDS).map(async ([kind, { isSilent }]) => {
				const measured = await crowdRound(stage, hosts, { executions: 1, load, isSilent });
				return Object.entries(measured).map(([key, sample]) => [`${kind} ${key}`, sample]);
			});
			return Object.fromEntries((await Promise.all(both)).flat());
		});
	},
});
