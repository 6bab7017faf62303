/**
 * TTAPI's fetch may lag behind its callback, so a job that a callback reports as finished is polled a few times. Not for
 * long, because a call that stays open costs n8n memory. Times in ms.
 */
export const FETCH_LAG = { firstIntervalMs: 1_000, patienceMs: 3_000, tries: 3 };
