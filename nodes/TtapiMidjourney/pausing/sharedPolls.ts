import type { PollResult } from './polls';

/** How long a result at an ended job is good for, in ms: the links in it do not last for ever. */
const KEPT_MS = 10 * 60_000;

/** By the id of the pause, then by that of the job. */
const pauses = new Map<string, { since: number; results: Map<string, Promise<PollResult>> }>();

/** The results at the called jobs of a pause that are under way in this process, and all that found a job ended. */
export function sharedPolls(pauseId: string): Map<string, Promise<PollResult>> {
	const now = Date.now();
	for (const [id, { since }] of pauses) {
		// A Map keeps the order of insertion: the rest is younger.
		if (now - since < KEPT_MS) break;
		pauses.delete(id);
	}
	const { results } = pauses.get(pauseId) ?? { results: new Map<string, Promise<PollResult>>() };
	if (!pauses.has(pauseId)) pauses.set(pauseId, { since: now, results });
	return results;
}

/** Nobody results at its jobs any more. */
export function forgetPolls(pauseId: string): void {
	pauses.delete(pauseId);
}
