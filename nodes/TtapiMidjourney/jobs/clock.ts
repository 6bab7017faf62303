/** The source of time: tests pass a virtual one, so they never wait. All times in ms. */
export interface Clock {
	/** For waits inside the process. Only ever goes forward, from any start: the system's clock may be set while a job runs. */
	now(): number;
	/** Since 1970, by the system's clock: for what is stored with the execution or compared with TTAPI's times. */
	date(): number;
	/** Resolves after `ms`. Rejects with a StoppedError, within a second, if the execution is stopped. */
	sleep(ms: number): Promise<void>;
	/** The same time for what goes on after the execution: no Stop ends its sleeps. */
	readonly ofProcess: Clock;
	/** Whether the execution is stopped: nothing more is to be sent for it. */
	readonly isStopped: boolean;
}

/** The moment of `now()` that belongs to a stored time. */
export const momentOf = (clock: Clock, date: number): number => clock.now() - (clock.date() - date);

/** The longest sleep if something may make it needless: a sleep can't be cancelled, and stays in memory. In ms. */
export const TICK_MS = 1_000;

/**
 * What the work comes to. Throws what `tooLate` gives if that takes longer than `ms`, and a StoppedError on Stop.
 */
export async function inTime<T>(
	clock: Clock,
	ms: number,
	work: Promise<T>,
	tooLate: () => Error,
): Promise<T> {
	const until = clock.now() + ms;
	const coming = work.then((value) => ({ value }));
	for (;;) {
		const left = Math.max(0, until - clock.now());
		const ticking = clock.sleep(Math.min(TICK_MS, left)).then(() => undefined);
		const come = await Promise.race([coming, ticking]);
		if (come) return come.value;
		if (clock.now() >= until) throw tooLate();
	}
}

/** The most by which n8n's clock and TTAPI's may differ, in ms. */
export const MAX_SKEW_MS = 24 * 3_600_000;
