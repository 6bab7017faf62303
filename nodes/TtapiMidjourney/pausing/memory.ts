import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import type { SharedPolls } from './polls';

/** How long callbacks share polls, in ms. Not longer, because the links in a result expire. */
const SHARED_MS = 10 * 60_000;

/** The pauses that this process resumes or has resumed. Kept longer than any callback takes. */
const claims = new Store<true>({ keptMs: 60 * 60_000 });

/** By the ID of the pause. */
const polls = new Store<SharedPolls>({ keptMs: SHARED_MS });

/**
 * Claims a pause, so that only one callback resumes it: n8n 1.x would resume the execution once for each
 * (docs/n8n.md, Simultaneous callbacks on n8n 1.x).
 * @returns false if another callback has claimed it
 */
export function claim(clock: Clock, pauseId: string): boolean {
	if (claims.get(clock, pauseId)) return false;
	claims.set(clock, pauseId, true);
	return true;
}

/** Gives up the claim, so that the next callback may resume the execution. */
export const release = (pauseId: string): void => claims.delete(pauseId);

/** The polls that the callbacks to a pause share. */
export const sharedPolls = (clock: Clock, pauseId: string): SharedPolls =>
	polls.share(clock, pauseId, () => new Store({ keptMs: SHARED_MS }));

/** Forgets the polls of a resumed pause. */
export const forgetPolls = (pauseId: string): void => polls.delete(pauseId);
