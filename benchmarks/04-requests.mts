import { atOnce, benchmark, requireDone } from './support/benchmark.mts';
import { handBuiltLoop } from './support/handBuiltLoop.mts';
import { SLOTS, type Load } from './support/loads.mts';
import { BEHIND, makeSide, ownSteps, runSide, type Side } from './support/makespan.mts';

/** One job of 60 s. */
const LOAD: Load = { times: [60_000], slots: SLOTS };

export default benchmark({
	row: 4,
	work: 'requests to TTAPI for one finished job of 60 s, its submit counted',
	against: 'a loop built by hand that looks every 5 s',
	method:
		'One prompt each goes through a node of ours that pauses until the callback, through one that polls, and through the loop of row 3: submit, then fetch every 5 s until the job has ended. A real n8n has no virtual clock, so the job really takes its 60 s. It is the first one of its account, so nothing is known of its time: the goal for polling is 20 looks and the submit. A pause does not rely on its callback, which TTAPI sends once: it looks 2, 5 and 10 s after its start, then every 30 s, and once when the callback has come; its goal is these looks and the submit. Counted are all requests that the TTAPI of each side has got, except downloads of pictures. All sides and rounds run at the same time in one n8n.',
	measures: {
		callback: { name: 'callback', unit: 'requests', judges: 'ours', goal: { atMost: 7 } },
		poll: { name: 'poll', unit: 'requests', judges: 'ours', goal: { atMost: 21 } },
	},
	async run(stage, rounds) {
		const host = await stage.n8n();
		return await atOnce(rounds, async (at) => {
			const [callback, poll, loop] = await Promise.all([
				makeSide(stage, host, LOAD, () => ownSteps({ waitForResult: 'callback' })),
				makeSide(stage, host, LOAD, () => ownSteps()),
				makeSide(stage, host, LOAD, (simulator) => handBuiltLoop(simulator, 1, BEHIND)),
			]);
			const [ownCallback, ownPoll, theirs] = await Promise.all(
				[callback, poll, loop].map(requests),
			);
			const called = callback.simulator.state().callbacks.some(({ status }) => status === 200);
			requireDone(called, 'no callback resumed the execution');
			stage.report(`round ${at}: callback ${ownCallback}, poll ${ownPoll}, loop ${theirs}`);
			return { callback: { ours: ownCallback, theirs }, poll: { ours: ownPoll, theirs } };
		});
	},
});

/** Runs the side. @returns how many requests its TTAPI got */
async function requests(side: Side): Promise<number> {
	await runSide(side);
	return side.simulator.state().requests.filter(({ path }) => path.startsWith('/midjourney/'))
		.length;
}
