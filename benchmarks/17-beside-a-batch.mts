import { setTimeout as delay } from 'node:timers/promises';
import { benchmark, inTurn, requireDone } from './support/benchmark.mts';
import { crowdHosts, imagining } from './support/crowd.mts';
import type { Host } from './support/host.mts';
import { loadOf, type Load } from './support/loads.mts';
import { UNLESS_OLDER } from './support/olderPackage.mts';
import type { Stage } from './support/stage.mts';
import { prompts } from './support/workflows.mts';

const MEAN_SECONDS = 6;
const LONE = 'a fox on its own';

export default benchmark({
	row: 17,
	work: 'one prompt beside a batch of 300 on one account with 10 slots, jobs of 6 s on average: the slot it gets',
	against: '0.1.0',
	rounds: { saved: 3, short: 1 },
	method:
		'One execution has 300 prompts in the works. When each slot has had a job or two, an execution of one prompt is called. Counted is which of the jobs that are submitted from then on is its own: 1 is the next one of all. 0.1.0 gets 60 s, and where it has no job by then, the jobs that went before it are noted.',
	measures: {
		place: {
			name: 'place in the order of the next jobs',
			unit: '',
			judges: 'ours',
			goal: { atMost: 2 },
		},
		older: { name: '0.1.0', unit: '', unless: UNLESS_OLDER },
	},
	async run(stage, rounds) {
		const hosts = await crowdHosts(stage);
		return await inTurn(rounds, async (round) => {
			const load = loadOf({ count: 301, mean: MEAN_SECONDS, round });
			const [ours, older] = await Promise.all(
				[hosts.host, hosts.older].map(async (host) => host && (await placeOf(stage, host, load))),
			);
			requireDone(ours !== undefined, 'the prompt got no place');
			stage.report(`ours ${ours}, 0.1.0 ${older ?? 'not run'}`);
			return { place: { ours }, ...(older && { older: { ours: older } }) };
		});
	},
});

const PATIENCE_SECONDS = 60;

/** @returns which of the jobs that are submitted from its call on is that of the lone prompt */
async function placeOf(stage: Stage, host: Host, { times, slots }: Load): Promise<number> {
	const simulator = await stage.simulator({ jobTimes: times, slots });
	const production = await imagining(host, simulator);
	await production.call([prompts(300)]);
	await delay(2.5 * MEAN_SECONDS * 1000);
	await production.call([[{ prompt: LONE }]]);
	const called = Date.now();
	const lone = () => simulator.state().jobs.find(({ prompt }) => prompt === LONE);
	while (!lone() && Date.now() < called + PATIENCE_SECONDS * 1000) await delay(100);

	const until = lone()?.submittedAt ?? Date.now();
	for (const { id } of await host.client.listExecutions({ status: ['running'] })) {
		await host.client.stopExecution(id);
	}
	const before = simulator
		.state()
		.jobs.filter(({ submittedAt }) => submittedAt > called && submittedAt < until);
	return before.length + 1;
}
