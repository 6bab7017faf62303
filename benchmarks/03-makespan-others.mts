import { atOnce, benchmark, type Round, type Sample } from './support/benchmark.mts';
import { handBuiltLoop, LOOP_SECONDS } from './support/handBuiltLoop.mts';
import { loadOf, SLOTS, type Distribution, type Load } from './support/loads.mts';
import { BEHIND, makeSide, ownSteps, runSide, secondsOf, warmUp } from './support/makespan.mts';
import { UNLESS_OLDER } from './support/olderPackage.mts';
import type { Host } from './support/host.mts';
import type { Step } from './support/workflows.mts';
import type { Simulator } from '../simulator/startSimulator.mts';

const goal = { atMost: 1 };

export default benchmark({
	row: 3,
	work: 'makespan of 60 prompts in 10 slots, jobs of 20 s on average, Poll Until Done, default options',
	against: 'a loop built by hand, one prompt after another, and 0.1.0',
	method:
		"The loop consists of n8n's own nodes: Loop Over Items takes ten prompts, an HTTP Request submits them, Wait waits 5 s, an HTTP Request fetches all ten jobs, and an IF goes back to Wait until all of them have ended, then on to the next ten. Equal jobs of 10 s suit a wait of 5 s as well as jobs can, and are only reported; the other times are those of row 1 and equal jobs of 11.3 s, the same on all sides. One after another is calculated, not run: each job until the loop's next look, and nothing else. 0.1.0 runs in an n8n of its own. Measured is the time from the end of the start node until the node behind all of it starts. Everything runs at the same time, each execution with a TTAPI of its own.",
	measures: {
		loopLognormal: { name: 'loop, spread like fast jobs', unit: 's', goal },
		loopEven: { name: 'loop, spread like turbo jobs', unit: 's', goal },
		loop11: { name: 'loop, equal jobs of 11.3 s', unit: 's', goal },
		loop10: { name: 'loop, equal jobs of 10 s', unit: 's' },
		oneByOne: { name: 'one after another (calculated), spread like fast jobs', unit: 's', goal },
		olderLognormal: {
			name: '0.1.0, spread like fast jobs',
			unit: 's',
			goal,
			unless: UNLESS_OLDER,
		},
		olderEven: { name: '0.1.0, spread like turbo jobs', unit: 's', goal, unless: UNLESS_OLDER },
	},
	async run(stage, rounds) {
		const host = await stage.n8n();
		const older = await stage.olderN8n();
		for (const each of [host, older]) if (each) await warmUp(stage, each);
		return await atOnce(rounds, async (round): Promise<Round> => {
			const taken = async (on: Host, load: Load, steps: (simulator: Simulator) => Step[]) =>
				secondsOf(await runSide(await makeSide(stage, on, load, steps)));
			const ours = async (load: Load) => await taken(host, load, () => ownSteps());
			const loop = async (load: Load) =>
				await taken(host, load, (simulator) => handBuiltLoop(simulator, SLOTS, BEHIND));
			const of = (distribution: Distribution, mean: number) =>
				loadOf({ distribution, mean, round, count: stage.isShort ? 20 : 60 });
			const loads = {
				Lognormal: of('lognormal', stage.isShort ? 10 : 20),
				Even: of('even', stage.isShort ? 10 : 20),
				11: of('equal', 11.3),
				10: of('equal', 10),
			};

			const compared = Object.entries(loads).map(async ([name, load]) => {
				const sides = [ours(load), loop(load)];
				if (older && name in { Lognormal: 1, Even: 1 })
					sides.push(taken(older, load, () => ownSteps()));
				const [own, looped, old] = await Promise.all(sides);
				stage.report(`${name}: ours ${own} s, loop ${looped} s, 0.1.0 ${old ?? 'not run'}`);
				const samples: Round = { [`loop${name}`]: { ours: own, theirs: looped } };
				if (old) samples[`older${name}`] = { ours: own, theirs: old };
				if (name === 'Lognormal') samples.oneByOne = oneByOne(own, load);
				return samples;
			});
			return Object.assign({}, ...(await Promise.all(compared)));
		});
	},
});

/** The loop with one prompt at a time looks at its job every 5 s. */
const oneByOne = (ours: number, { times }: Load): Sample => ({
	ours,
	theirs: times.reduce((sum, ms) => sum + Math.ceil(ms / 1000 / LOOP_SECONDS) * LOOP_SECONDS, 0),
});
