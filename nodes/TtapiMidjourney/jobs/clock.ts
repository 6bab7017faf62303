/** The source of time: tests pass a virtual one, so they never wait. All times in ms. */
export interface Clock {
	now(): number;
	/** Resolves after `ms`. Rejects with a StoppedError, within a second, if the execution is stopped. */
	sleep(ms: number): Promise<void>;
}
