/** How many jobs there are, and what each takes: as real accounts have them, scaled to what a round can take. */
import { evenly, ideal, lognormal } from '../../simulator/jobTimes.mts';
import { randomFrom } from '../../simulator/random.mts';

/** Jobs that are unfinished at once, at most: what TTAPI gives, and what our node takes by default. */
export const SLOTS = 10;

export interface Load {
	/** What each job takes, in ms, in the order of the submits. */
	times: number[];
	slots: number;
}

/** Spread as that of fast jobs (45 s, standard deviation 15 s), as that of turbo jobs (5 to 15 s), and none at all. */
const DISTRIBUTIONS = {
	lognormal: (mean: number) => lognormal(mean, mean / 3),
	even: (mean: number) => evenly(mean / 2, 1.5 * mean),
	equal: (mean: number) => () => mean,
};

export type Distribution = keyof typeof DISTRIBUTIONS;

export interface LoadOptions {
	/** Default `lognormal`. */
	distribution?: Distribution;
	count: number;
	/** In s. */
	mean: number;
	/** Default {@link SLOTS}. */
	slots?: number;
	/** The number of the round: each has times of its own, the same for all sides. */
	round: number;
}

export function loadOf({
	distribution = 'lognormal',
	count,
	mean,
	slots = SLOTS,
	round,
}: LoadOptions): Load {
	const random = randomFrom(`${distribution} ${round}`);
	const draw = DISTRIBUTIONS[distribution](mean);
	return { slots, times: Array.from({ length: count }, () => Math.round(1000 * draw(random))) };
}

/** What is possible at best: each free slot takes the next prompt at once. In s. */
export const idealSeconds = ({ times, slots }: Load): number => ideal(times, slots) / 1000;
