import type { Clock } from '../jobs/clock';
import { unstoppable, type NodeContext } from '../n8n/context';
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

/** For how many jobs all pauses of this process may ask in a minute, in later looks. */
const MOST_A_MINUTE = 10;

/** When the last ones were, in ms of the clock. */
let latest: number[] = [];

/**
 * Takes one of the later looks that all pauses share. They are so seldom that they cost next to nothing, however many executions
 * are paused.
 * @returns whether it may be made now
 */
export function takeLaterLook(now: number): boolean {
	latest = latest.filter((at) => at > now - 60_000 && at <= now);
	if (latest.length >= MOST_A_MINUTE) return false;
	latest.push(now);
	return true;
}

/**
 * The context that sends the requests for all pauses. Any will do, and each keeps the data of its execution in memory: so it
 * is the newest one alone.
 */
let newest: NodeContext;

/** Lets this context send the requests from now on. */
export function sendWith(context: NodeContext): void {
	// What stops that execution must not stop the requests for all others.
	newest = unstoppable(context);
}

export const sender = (): NodeContext => newest;
