import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';

/** The pauses that this process resumes or has resumed. Kept longer than any callback takes. */
const claims = new Store<true>({ keptMs: 60 * 60_000 });

/**
 * Claims a pause, so that only one call resumes it: n8n 1.x would resume the execution once for each
 * (docs/n8n.md, Simultaneous callbacks on n8n 1.x).
 * @returns false if another call has claimed it
 */
export function claim(clock: Clock, pauseId: string): boolean {
	if (isClaimed(clock, pauseId)) return false;
	claims.set(clock, pauseId, true);
	return true;
}

/** Whether this process resumes the pause, or has resumed it. */
export const isClaimed = (clock: Clock, pauseId: string): boolean =>
	claims.get(clock, pauseId) !== undefined;

/** Gives up the claim, so that the next call may resume the execution. */
export const release = (pauseId: string): void => claims.delete(pauseId);

/** The pauses for which a call of the webhook stays open. */
const openCalls = new Set<string>();

/**
 * Does what an answered call has left, but for one call per pause only: each open call takes some 11 MB of n8n's memory
 * (docs/n8n.md, What a call of a webhook costs).
 * @returns what it comes to; undefined if another call of the pause is open
 */
export async function inOpenCall<T>(
	pauseId: string,
	work: () => Promise<T>,
): Promise<T | undefined> {
	if (openCalls.has(pauseId)) return undefined;
	openCalls.add(pauseId);
	return await work().finally(() => openCalls.delete(pauseId));
}
