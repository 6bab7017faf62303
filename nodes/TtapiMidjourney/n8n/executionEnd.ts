import { momentOf, type Clock } from '../jobs/clock';
import type { ApiContext } from './context';

/** What n8n's contexts have beside their public methods. */
interface Internals {
	additionalData?: { executionTimeoutTimestamp?: unknown } | null;
}

/**
 * When n8n stops the execution because its own execution timeout is over, in ms of the clock. Undefined if there is no such
 * timeout, or if n8n doesn't look as expected (docs/n8n.md, The execution timeout).
 */
export function executionEndsAt(context: ApiContext, clock: Clock): number | undefined {
	const { additionalData } = context as unknown as Internals;
	const date = additionalData?.executionTimeoutTimestamp;
	return typeof date === 'number' && Number.isFinite(date) ? momentOf(clock, date) : undefined;
}
