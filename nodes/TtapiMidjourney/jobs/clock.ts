/** The source of time: tests pass a virtual one, so they never wait. All times in ms. */
export interface Clock {
	/** For waits inside the process. Only ever goes forward, from any start: the system's clock may be set while a job runs. */
	now(): number;
	/** Since 1970, by the system's clock: for what is stored with the execution or compared with TTAPI's times. */
	date(): number;
	/** Resolves after `ms`. Rejects with a StoppedError, within a second, if the execution is stopped. */
	sleep(ms: number): Promise<void>;
}

/** The moment of `now()` that belongs to a stored time. */
export const momentOf = (clock: Clock, date: number): number => clock.now() - (clock.date() - date);

/** The most by which n8n's clock and TTAPI's may differ, in ms. */
export const MAX_SKEW_MS = 24 * 3_600_000;
