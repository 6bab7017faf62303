import type { Clock } from '../jobs/clock';
import { Store } from '../n8n/store';
import type { SharedPolls } from './polls';

/** How long callbacks share polls, in ms: the links in a result expire. */
const SHARED_MS = 10 * 60_000;

/** The pauses that this process resumes or has resumed. Kept longer than any call that read the same pause can last. */
const claims = new Store<true>({ keptMs: 60 * 60_000 });

/** By the ID of the pause. */
const polls = new Store<SharedPolls>({ keptMs: SHARED_MS });

/**
 * Claims the right to resume a pause. n8n 1.x resumes an execution once for each callback that asks for it
 * (docs/n8n.md, Simultaneous callbacks on n8n 1.x), so only one of them may.
 * @returns false if another callback has claimed it
 */
export function claim(clock: Clock, pauseId: string): boolean {
	if (claims.get(clock, pauseId)) return false;
	claims.set(clock, pauseId, true);
	return true;
}

/** Gives the claim back if the execution could not be resumed after all: the next callback may. */
export const release = (pauseId: string): void => claims.delete(pauseId);

/** What callbacks to this pause have found out about its jobs, or are finding out. */
export const sharedPolls = (clock: Clock, pauseId: string): SharedPolls =>
	polls.share(clock, pauseId, () => new Store({ keptMs: SHARED_MS }));

/** Forgets the polls of a pause once it is resumed. */
export const forgetPolls = (pauseId: string): void => polls.delete(pauseId);
