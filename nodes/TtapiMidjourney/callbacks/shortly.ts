/**
 * How often and how long a job is looked at that is said to have ended, in ms: TTAPI's fetch may lag behind its callback
 * (n8n-engine.md 10), but TTAPI waits for the answer to it.
 */
export const SHORTLY = { firstIntervalMs: 1_000, patienceMs: 3_000, tries: 3 };
