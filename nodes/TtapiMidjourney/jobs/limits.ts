/** TTAPI's limits and the nodes' defaults. Both the checks and the help texts use them. */

/** The job timeouts that TTAPI accepts, in seconds. The lowest is its default (docs/ttapi.md, Job timeouts). */
export const JOB_TIMEOUT = { least: 300, leastForRelax: 600, most: 1200 } as const;

/** How much longer to wait after TTAPI should have given up on a job, in seconds. */
export const SECONDS_AFTER_TIMEOUT = 60;

/** How long to wait for a job whose timeout is unknown, in seconds. */
export const LONGEST_WAIT_SECONDS = JOB_TIMEOUT.most + SECONDS_AFTER_TIMEOUT;

/** How many unfinished jobs TTAPI allows an account by default. */
export const ACCOUNT_SLOTS = 10;

/** When a job is first looked at, in seconds after its submit. Slower modes wait longer, so fewer looks are wasted. */
export const FIRST_POLL_SECONDS = { turbo: 3, fast: 5, relax: 10 } as const;

/** How many results Job > Get Many returns by default. */
export const USUAL_LIMIT = 50;
