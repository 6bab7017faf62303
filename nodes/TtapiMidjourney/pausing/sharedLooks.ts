import type { Look } from './looks';

/** How long a look at an ended job is good for, in ms: the links in it do not last for ever. */
const KEPT_MS = 10 * 60_000;

/** By the id of the pause, then by that of the job. */
const pauses = new Map<string, { since: number; looks: Map<string, Promise<Look>> }>();

/** The looks at the called jobs of a pause that are under way in this process, and all that found a job ended. */
export function sharedLooks(pauseId: string): Map<string, Promise<Look>> {
	const now = Date.now();
	for (const [id, { since }] of pauses) {
		// A Map keeps the order of insertion: the rest is younger.
		if (now - since < KEPT_MS) break;
		pauses.delete(id);
	}
	const { looks } = pauses.get(pauseId) ?? { looks: new Map<string, Promise<Look>>() };
	if (!pauses.has(pauseId)) pauses.set(pauseId, { since: now, looks });
	return looks;
}

/** Nobody looks at its jobs any more. */
export function forgetLooks(pauseId: string): void {
	pauses.delete(pauseId);
}
