import { sleep } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { StoppedError } from '../jobs/errors';
import { cancelSignal, type ApiContext } from './context';

/** A timer that is set to longer fires at once. Nothing here waits for 24 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Real time, with n8n's own sleep, which ends at once when the execution is stopped. */
export function n8nClock(host: ApiContext): Clock {
	const signal = cancelSignal(host);
	const sleepers = new Set<() => void>();
	// One listener for all: Node warns of a leak when a signal has more than ten.
	signal?.addEventListener('abort', () => sleepers.forEach((stop) => stop()), { once: true });
	return {
		now: () => Date.now(),
		sleep: async (ms) => {
			if (signal?.aborted) throw new StoppedError();
			const part = Math.min(ms, LONGEST_TIMER_MS);
			await new Promise<void>((resolve, reject) => {
				const stop = () => reject(new StoppedError());
				sleepers.add(stop);
				void sleep(part).then(() => {
					sleepers.delete(stop);
					resolve();
				});
			});
		},
	};
}
