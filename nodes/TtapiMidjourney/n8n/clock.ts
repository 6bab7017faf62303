import { sleep } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { StoppedError } from '../jobs/errors';
import { cancelSignal, type ApiContext } from './context';

/** 24 days. Node fires a timer for any longer time at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The clock of what goes on after the execution. */
const OF_PROCESS = clockOf();

/** Real time. A sleep is n8n's own, and rejects as soon as the execution is stopped (docs/n8n.md, Sleeping and Stop). */
export const n8nClock = (context?: ApiContext): Clock =>
	context ? clockOf(cancelSignal(context)) : OF_PROCESS;

function clockOf(signal?: AbortSignal): Clock {
	const sleepers = new Set<() => void>();
	// One listener for all sleeps, because Node warns of a leak if a signal has more than ten; and none without a sleep,
	// because each round of a loop has a clock, but all rounds have the same signal.
	const stopAll = () => sleepers.forEach((stop) => stop());
	return {
		now: () => performance.now(),
		date: () => Date.now(),
		get ofProcess() {
			return OF_PROCESS;
		},
		get isStopped() {
			return signal?.aborted ?? false;
		},
		sleep: async (ms) => {
			if (signal?.aborted) throw new StoppedError();
			await new Promise<void>((resolve, reject) => {
				const stop = () => reject(new StoppedError());
				if (sleepers.size === 0) signal?.addEventListener('abort', stopAll);
				sleepers.add(stop);
				void sleep(Math.min(ms, MAX_TIMER_MS)).then(() => {
					sleepers.delete(stop);
					if (sleepers.size === 0) signal?.removeEventListener('abort', stopAll);
					resolve();
				});
			});
		},
	};
}
