/** What a benchmark is: one row of docs/benchmarks.md, one file in this folder. */
import type { Stage } from './stage.mts';

/** What each side of a comparison took, in the measure's unit. */
export interface Sample {
	ours: number;
	/** Not there: ours is held against nothing. */
	theirs?: number;
	/** For a plot of how the cost grows, where that is measured: items, and what they cost. */
	points?: Array<[items: number, cost: number]>;
}

/** One round of a benchmark: a sample of each of its measures, by their keys. */
export type Round = Record<string, Sample>;

/** One figure of a row. */
export interface Measure {
	/** What is compared, where the row compares several things. */
	name?: string;
	/** What the figures of both sides are in, such as `s` or `MB`. */
	unit: string;
	/** What the costs of {@link Sample.points} are in. */
	pointUnit?: string;
	/** What the goal is about: ours through theirs, or ours alone. Default `ratio`. */
	judges?: 'ratio' | 'ours';
	/** What we want to reach; without it the figure is only reported. */
	goal?: { atMost: number } | { atLeast: number };
	/** Why the measure may be missing, for the page; one without this has to be there in each round. */
	unless?: string;
}

export interface Benchmark {
	/** Its number in docs/benchmarks.md. */
	row: number;
	/** What is done, in a few words. */
	work: string;
	/** What it is held against. */
	against: string;
	/** How it is measured, in sentences for docs/benchmarks.md. */
	method: string;
	measures: Record<string, Measure>;
	/** How often it is measured for what is saved, and in the short form. */
	rounds?: { saved: number; short: number };
	/**
	 * Measures both sides.
	 * @returns the rounds, in order
	 * @throws when a side did not do the work
	 */
	run(stage: Stage, rounds: number): Promise<Round[]>;
}

/** Where a row says nothing else. */
const ROUNDS = { saved: 3, short: 2 };

/** Says a benchmark's type where it is written. */
export const benchmark = (made: Benchmark): Benchmark => made;

/** How often a row is measured. */
export const roundsOf = ({ rounds = ROUNDS }: Benchmark, isShort: boolean): number =>
	isShort ? rounds.short : rounds.saved;

/** Runs the rounds one after another. @param round gets its number, from 0: odd ones may swap the order of the sides */
export async function inTurn(
	rounds: number,
	round: (at: number) => Promise<Round>,
): Promise<Round[]> {
	const done: Round[] = [];
	for (let at = 0; at < rounds; at++) done.push(await round(at));
	return done;
}

/** Runs all rounds at the same moment: for work that mostly waits. */
export async function atOnce(
	rounds: number,
	round: (at: number) => Promise<Round>,
): Promise<Round[]> {
	const running = Array.from({ length: rounds }, async (_, at) => await round(at));
	// One that fails must not leave others behind that go on beside the next row.
	await Promise.allSettled(running);
	return await Promise.all(running);
}

/** Does two things one after the other, in an order that changes with each round, so that neither always comes first. */
export async function takingTurns(
	at: number,
	ours: () => Promise<number>,
	theirs: () => Promise<number>,
): Promise<Sample> {
	if (at % 2 === 0) return { ours: await ours(), theirs: await theirs() };
	const second = await theirs();
	return { ours: await ours(), theirs: second };
}

/** Throws where a side did not do what it is measured for. */
export function requireDone(isDone: boolean, what: string): asserts isDone {
	if (!isDone) throw new Error(`A side did not do its work: ${what}`);
}
