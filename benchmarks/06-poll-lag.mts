import { mean } from 'simple-statistics';
import { benchmark, inTurn, requireDone, type Sample } from './support/benchmark.mts';
import type { Host } from './support/host.mts';
import { manualWorkflow, prompts, ttapi } from './support/workflows.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 6,
	work: 'lag from the end of a job until it is noticed, Poll Until Done',
	against: 'half of the interval between two looks at that moment',
	method:
		'One node has 120 jobs in flight at once, which take 10 to 40 s. The lag of a job is the time from its end until the look that notices it arrives at TTAPI; the interval is the time between that look and the one before it. Ours is the mean lag of all jobs of a round, theirs half of their mean interval. All jobs are submitted together, so the node knows nothing of their time when it looks first; their times differ too much for it to hurry later looks for long. Any way of asking at intervals comes to about 1 here.',
	measures: { lag: { unit: 'ms', least: { atMost: 1.2 } } },
	async run(stage, rounds) {
		const count = stage.isShort ? 60 : 120;
		const jobMs = stage.isShort ? 12_000 : 25_000;
		const host = await stage.n8n();
		return await inTurn(rounds, async (at) => {
			const simulator = await stage.simulator({
				jobMs,
				jobSpread: 0.6,
				seed: at + 1,
				slots: Infinity,
			});
			const lag = await lagOf(host, simulator, count);
			stage.report(`lag ${lag.ours.toFixed(0)} ms, half an interval ${lag.theirs.toFixed(0)} ms`);
			return { lag };
		});
	},
});

async function lagOf(host: Host, simulator: Simulator, count: number): Promise<Sample> {
	const workflow = await host.client.createWorkflow(
		manualWorkflow('lag', prompts(count), [ttapi('Imagine', { options: { maxInFlight: count } })]),
		await host.credentialsFor(simulator),
	);
	const execution = await host.client.runWorkflow(workflow, { timeout: 600 });
	requireDone(execution.status === 'success', `execution ${execution.status}`);
	const { jobs, requests, mostUnfinished } = simulator.state();
	requireDone(jobs.length === count, `${jobs.length} jobs of ${count}`);
	requireDone(mostUnfinished === count, `only ${mostUnfinished} jobs were in flight at once`);

	const seen = jobs.map(({ jobId, status, submittedAt, endedAt }) => {
		requireDone(status === 'SUCCESS', `a job is ${status}`);
		const fetches = requests.filter(
			({ query, endpoint }) => endpoint === 'fetch' && query.jobId === jobId,
		);
		const looks = [submittedAt, ...fetches.map((fetch) => fetch.at)];
		requireDone(fetches.length > 0, 'a job was not looked at');
		const [before, noticed] = looks.slice(-2);
		// Nobody looks again at a job that is known to have ended; a request of the very millisecond may do.
		requireDone(
			before <= endedAt! && noticed >= endedAt! - 1,
			'a job was looked at after its end was known',
		);
		return { lag: noticed - endedAt!, interval: noticed - before };
	});
	return {
		ours: mean(seen.map(({ lag }) => lag)),
		theirs: mean(seen.map(({ interval }) => interval)) / 2,
	};
}
