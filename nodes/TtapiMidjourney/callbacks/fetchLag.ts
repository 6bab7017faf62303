/**
 * TTAPI's fetch may lag behind its callback. So a job that a callback reports as finished is polled a few times, but not for
 * long: TTAPI waits for the answer to its callback. Times in ms.
 */
export const FETCH_LAG = { firstIntervalMs: 1_000, patienceMs: 3_000, tries: 3 };
