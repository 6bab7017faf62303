import { expect, test } from '@jest/globals';

import { executionEndsAt } from '../../../nodes/TtapiMidjourney/n8n/context.ts';
import { VirtualClock } from '../support/virtualClock.mts';

/** When the execution ends by what n8n holds, on a clock that shows 5 s where the wall clock shows 1,000 s. */
function endsAt(internals: object): number | undefined {
	const clock = Object.assign(new VirtualClock(), { now: () => 5_000, date: () => 1_000_000 });
	return executionEndsAt(internals as never, clock);
}

test("is when n8n's own timeout is over, by the clock of the waits", () => {
	const executionTimeoutTimestamp = 1_300_000;
	expect(endsAt({ additionalData: { executionTimeoutTimestamp } })).toBe(305_000);
});

test.each([
	['there is no timeout', { additionalData: { executionTimeoutTimestamp: undefined } }],
	['n8n holds nothing', {}],
	['n8n holds null', { additionalData: null }],
	['it is a text', { additionalData: { executionTimeoutTimestamp: '1300000' } }],
	['it is no time', { additionalData: { executionTimeoutTimestamp: NaN } }],
])('is not known if %s', (_title, internals) => {
	expect(endsAt(internals)).toBeUndefined();
});
