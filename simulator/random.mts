import { createHash } from 'node:crypto';

/** A row of numbers from 0 (included) to 1 (excluded) that is the same for the same seed. */
export function randomFrom(seed: string): () => number {
	let drawn = 0;
	return () => {
		drawn += 1;
		return createHash('sha256').update(`${seed}#${drawn}`).digest().readUInt32BE() / 2 ** 32;
	};
}

/** One of the choices, drawn with `random`. */
export function pick<T>(random: () => number, choices: readonly T[]): T {
	return choices[Math.floor(random() * choices.length)];
}
