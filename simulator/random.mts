import { createHash } from 'node:crypto';

/** Returns a generator of random numbers in [0, 1). The same seed gives the same numbers. */
export function randomFrom(seed: string): () => number {
	let count = 0;
	return () => {
		count += 1;
		return createHash('sha256').update(`${seed}#${count}`).digest().readUInt32BE() / 2 ** 32;
	};
}

/** One of the choices, picked with `random`. */
export function pick<T>(random: () => number, choices: readonly T[]): T {
	return choices[Math.floor(random() * choices.length)];
}
