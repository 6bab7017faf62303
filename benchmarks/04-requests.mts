import { atOnce, benchmark, requireDone } from './support/benchmark.mts';
import { handBuiltLoop } from './support/handBuiltLoop.mts';
import { BEHIND, makeSide, ownSteps, runSide, type Side } from './support/makespan.mts';

const JOB_MS = 60_000;

export default benchmark({
	row: 4,
	work: 'requests to TTAPI for one finished job of 60 s, its submit counted',
	against: 'a loop built by hand that looks every 5 s',
	method:
		'One prompt each goes through a node of ours that pauses until the callback, through one that polls, and through the loop of row 3: submit, then fetch every 5 s until the job has ended. A real n8n has no virtual clock, so the job really takes its 60 s. Counted are all requests that the TTAPI of each side has got, except downloads of pictures. All sides and rounds run at the same time in one n8n.',
	measures: {
		callback: { name: 'callback', unit: 'requests', judges: 'ours', least: { atMost: 3 } },
		poll: { name: 'poll', unit: 'requests', judges: 'ours', least: { atMost: 9 } },
	},
	async run(stage, rounds) {
		const load = { count: 1, jobMs: JOB_MS };
		const host = await stage.n8n();
		return await atOnce(rounds, async (at) => {
			const [callback, poll, loop] = await Promise.all([
				makeSide(stage, host, load, () => ownSteps({ waitForResult: 'callback' })),
				makeSide(stage, host, load, () => ownSteps()),
				makeSide(stage, host, load, (simulator) => handBuiltLoop(simulator, 1, BEHIND)),
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
