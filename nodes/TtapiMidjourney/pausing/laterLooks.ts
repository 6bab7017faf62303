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
