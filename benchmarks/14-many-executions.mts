import { benchmark, inTurn } from './support/benchmark.mts';
import { crowdHosts, crowdMeasures, crowdRound } from './support/crowd.mts';
import { loadOf } from './support/loads.mts';

export default benchmark({
	row: 14,
	work: '20 executions of 10 prompts at once on one account with 10 slots, jobs of 6 s on average',
	against: 'the ideal, and 0.1.0',
	rounds: { saved: 3, short: 1 },
	method:
		'An active workflow (Webhook, Split Out, a node of ours with default options that continues on errors, NoOp) is called 20 times in the same moment. Jobs are spread like fast ones. The makespan counts from the first call until the last execution has ended. Questions are all requests to TTAPI that are no submits, through the number of prompts. 0.1.0 does the same at the same moment in an n8n of its own; a makespan of its own means little where it leaves prompts without a result.',
	measures: crowdMeasures({}),
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		const [executions, count] = stage.isShort ? [6, 30] : [20, 200];
		return await inTurn(rounds, async (round) =>
			crowdRound(stage, hosts, { executions, load: loadOf({ count, mean: 6, round }) }),
		);
	},
});
