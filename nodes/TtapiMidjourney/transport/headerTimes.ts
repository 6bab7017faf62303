import { MAX_SKEW_MS } from '../jobs/clock';

const MIN_RETRY_MS = 1_000;

/**
 * How long TTAPI asks to wait, in ms. Undefined if it doesn't, or if that is over.
 * @param header Retry-After: a number of seconds or a date
 * @param now by TTAPI's clock, in ms since 1970
 */
export function retryAfterMs(header: unknown, now: number): number | undefined {
	if (typeof header !== 'string' || header === '') return undefined;
	const seconds = Number(header);
	const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
	// For 0, or a date in the past, the usual growing waits are better.
	return ms > 0 ? Math.max(MIN_RETRY_MS, ms) : undefined;
}

/**
 * How far TTAPI's clock is ahead of n8n's, in ms, but for a second or two. Undefined if the answer doesn't say it, or nonsense: a proxy may have no
 * clock of its own, and a cache answers with an old date.
 * @param headers those of an answer
 * @param now in the middle of the request, by n8n's clock, in ms since 1970
 */
export function skewMs(
	headers: Record<string, unknown> | undefined,
	now: number,
): number | undefined {
	const { date, age } = headers ?? {};
	if (typeof date !== 'string' || age !== undefined) return undefined;
	const skew = Date.parse(date) - now;
	return Math.abs(skew) <= MAX_SKEW_MS ? skew : undefined;
}
