import { sleep, type IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../jobs/clock';
import { StoppedError } from '../jobs/errors';

/** Real time, with n8n's own sleep, which ends at once when the execution is stopped. */
export function n8nClock(context: IExecuteFunctions): Clock {
	const signal = context.getExecutionCancelSignal();
	return {
		now: () => Date.now(),
		sleep: async (ms) => {
			if (signal?.aborted) throw new StoppedError();
			await new Promise<void>((resolve, reject) => {
				const stop = () => reject(new StoppedError());
				signal?.addEventListener('abort', stop, { once: true });
				void sleep(ms).then(() => {
					// Taken back, or a long run would collect one listener a look.
					signal?.removeEventListener('abort', stop);
					resolve();
				});
			});
		},
	};
}
