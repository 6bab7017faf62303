/** Time, handed in from outside so that waiting can be tested without waiting. All times in ms. */
export interface Clock {
	now(): number;
	/** Resolves after `ms`. Rejects with StoppedError within a second once the execution is stopped. */
	sleep(ms: number): Promise<void>;
}
