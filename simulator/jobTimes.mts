/** Job times as an account has them, and what is possible with them: for tests and benchmarks. */

/** Gives numbers in [0, 1), as `randomFrom` does. */
type Random = () => number;

const normal = (random: Random) =>
	Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Most jobs take about as long as the others, a few much longer: how image models behave. */
export function lognormal(mean: number, deviation: number): (random: Random) => number {
	const variance = Math.log(1 + (deviation / mean) ** 2);
	return (random) => Math.exp(Math.log(mean) - variance / 2 + Math.sqrt(variance) * normal(random));
}

export const evenly =
	(from: number, to: number) =>
	(random: Random): number =>
		from + (to - from) * random();

/** When all have ended if each free slot takes the next job at once, in order; in the unit of the times. */
export function ideal(times: number[], slots: number): number {
	const free = Array.from({ length: slots }, () => 0);
	for (const time of times) {
		free.sort((a, b) => a - b);
		free[0] += time;
	}
	return Math.max(...free);
}
