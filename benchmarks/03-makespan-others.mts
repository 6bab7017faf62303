import { setTimeout as delay } from 'node:timers/promises';
import { atOnce, benchmark, type Round } from './support/benchmark.mts';
import { handBuiltLoop } from './support/handBuiltLoop.mts';
import {
	BEHIND,
	makeSide,
	ownSteps,
	runSide,
	secondsOf,
	SLOTS,
	type Load,
	type Side,
} from './support/makespan.mts';
import type { Host } from './support/host.mts';
import type { Stage } from './support/stage.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

/** So that not all rounds submit and fetch in the same moment. */
const BETWEEN_ROUNDS_MS = 2_000;

export default benchmark({
	row: 3,
	work: 'makespan of 60 prompts in 10 slots, jobs of 10 s, Poll Until Done, default options',
	against: 'a loop built by hand, and one prompt after another',
	method:
		"The loop consists of n8n's own nodes: Loop Over Items takes ten prompts, an HTTP Request submits them, Wait waits 5 s, an HTTP Request fetches all ten jobs, and an IF goes back to Wait until all of them have ended, then on to the next ten. One after another is the same loop with one prompt at a time, as the nodes for other vendors work. Measured is the time from the end of the start node until the node behind all of it starts. Jobs of 10 s suit a wait of 5 s as well as jobs can, and all of a batch end together; so ours and the loop are also compared with jobs that take 5 to 15 s, the same times on both sides. All sides and rounds run at the same time in one n8n, each with a TTAPI of its own with 10 slots; the rounds begin 2 s apart.",
	measures: {
		loop: { name: 'loop', unit: 's', least: { atMost: 1 } },
		uneven: { name: 'loop, jobs of 5 to 15 s', unit: 's', least: { atMost: 1 } },
		oneByOne: { name: 'one after another', unit: 's', least: { atMost: 1 } },
	},
	async run(stage, rounds) {
		const load = stage.isShort ? { count: 20, jobMs: 3_000 } : { count: 60, jobMs: 10_000 };
		const host = await stage.n8n();
		// Not measured: what n8n loads at its first run.
		const first = await makeSides(stage, host, { count: 2, jobMs: 100 }, 0);
		await Promise.all(Object.values(first).map(runSide));
		return await atOnce(rounds, async (at): Promise<Round> => {
			const sides = await makeSides(stage, host, load, at);
			await delay(at * BETWEEN_ROUNDS_MS);
			const taken = async (name: keyof typeof sides) => {
				const seconds = secondsOf(await runSide(sides[name]));
				stage.report(`${name}: ${seconds} s`);
				return seconds;
			};
			const [ours, loop, oneByOne, oursUneven, loopUneven] = await Promise.all([
				taken('ours'),
				taken('loop'),
				taken('oneByOne'),
				taken('oursUneven'),
				taken('loopUneven'),
			]);
			return {
				loop: { ours, theirs: loop },
				uneven: { ours: oursUneven, theirs: loopUneven },
				oneByOne: { ours, theirs: oneByOne },
			};
		});
	},
});

/** @param round its number: the times of its uneven jobs depend on it */
async function makeSides(stage: Stage, host: Host, load: Load, round: number) {
	const uneven = { spread: 0.5, seed: round + 1 };
	const loopOf = (batchSize: number) => (simulator: Simulator) =>
		handBuiltLoop(simulator, batchSize, BEHIND);
	return {
		ours: await makeSide(stage, host, load, () => ownSteps()),
		loop: await makeSide(stage, host, load, loopOf(SLOTS)),
		oneByOne: await makeSide(stage, host, load, loopOf(1)),
		oursUneven: await makeSide(stage, host, load, () => ownSteps(), uneven),
		loopUneven: await makeSide(stage, host, load, loopOf(SLOTS), uneven),
	} satisfies Record<string, Side>;
}
