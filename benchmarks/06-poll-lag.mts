import { mean, quantile } from 'simple-statistics';
import { atOnce, benchmark, requireDone, type Round } from './support/benchmark.mts';
import { loadOf } from './support/loads.mts';
import { makeSide, ownSteps, runSide, warmUp } from './support/makespan.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

export default benchmark({
	row: 6,
	work: 'lag from the end of a job until it is noticed, Poll Until Done, 60 prompts in 10 slots, jobs of 20 s on average',
	against: 'half of the interval between two looks at that moment',
	method:
		'The jobs of row 1. The lag of a job is the time from its end until the look that notices it arrives at TTAPI; the interval is the time between that look and the one before it. Ours is the mean lag of all jobs of a round, theirs half of their mean interval: any way of asking at intervals comes to about 1. Beside it, the lag that 95 % of the jobs do not exceed, as a part of the mean job time, and the looks a job. All rounds run at the same time in one n8n, each with TTAPIs of its own.',
	measures: {
		lognormal: { name: 'spread like fast jobs', unit: 'ms', goal: { atMost: 1.2 } },
		lognormalLag: {
			name: '95 % of the lags, spread like fast jobs',
			unit: '% of the mean job time',
			goal: { atMost: 8 },
		},
		lognormalLooks: {
			name: 'looks, spread like fast jobs',
			unit: 'looks a job',
			goal: { atMost: 40 },
		},
		even: { name: 'spread like turbo jobs', unit: 'ms', goal: { atMost: 1.2 } },
		evenLag: {
			name: '95 % of the lags, spread like turbo jobs',
			unit: '% of the mean job time',
			goal: { atMost: 8 },
		},
		evenLooks: { name: 'looks, spread like turbo jobs', unit: 'looks a job', goal: { atMost: 40 } },
	},
	async run(stage, rounds) {
		const host = await stage.n8n();
		await warmUp(stage, host);
		return await atOnce(rounds, async (round) => {
			const [count, seconds] = stage.isShort ? [20, 10] : [60, 20];
			const samples = (['lognormal', 'even'] as const).map(async (distribution): Promise<Round> => {
				const load = loadOf({ distribution, count, mean: seconds, round });
				const side = await makeSide(stage, host, load, () => ownSteps());
				await runSide(side);
				const looks = looksOf(side.simulator);
				const lags = looks.map(({ lag }) => lag);
				const interval = mean(looks.map((each) => each.interval));
				stage.report(`${distribution}: lag ${mean(lags)} ms, half an interval ${interval / 2} ms`);
				return {
					[distribution]: { ours: mean(lags), theirs: interval / 2 },
					[`${distribution}Lag`]: { ours: (100 * quantile(lags, 0.95)) / mean(load.times) },
					[`${distribution}Looks`]: { ours: mean(looks.map((each) => each.count)) },
				};
			});
			return Object.assign({}, ...(await Promise.all(samples)));
		});
	},
});

/** For each job: how often it was looked at, and the last look: its lag and how long after the one before it, in ms. */
function looksOf(simulator: Simulator) {
	const { jobs, requests } = simulator.state();
	return jobs.map(({ jobId, submittedAt, endedAt }) => {
		const fetches = requests.filter(
			({ query, endpoint }) => endpoint === 'fetch' && query.jobId === jobId,
		);
		requireDone(fetches.length > 0, 'a job was not looked at');
		const [before, noticed] = [submittedAt, ...fetches.map((fetch) => fetch.at)].slice(-2);
		// Nobody looks again at a job that is known to have ended; a request of the very millisecond may do.
		requireDone(
			before <= endedAt! && noticed >= endedAt! - 1,
			'a job was looked at after its end was known',
		);
		return { count: fetches.length, lag: noticed - endedAt!, interval: noticed - before };
	});
}
