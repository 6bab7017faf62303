/** What TTAPI allows and what the nodes assume, each figure once: readers check against them, help texts are made from them. */

/** The job timeouts that TTAPI takes, in seconds. The least is also what it uses if none is sent (docs/ttapi.md, Endpoints). */
export const JOB_TIMEOUT = { least: 300, leastForRelax: 600, most: 1200 } as const;

/** How long to keep waiting after TTAPI should have given up on a job, in seconds. */
export const SECONDS_AFTER_TIMEOUT = 60;

/** How long to wait for a job whose timeout is not known, in seconds. */
export const LONGEST_WAIT_SECONDS = JOB_TIMEOUT.most + SECONDS_AFTER_TIMEOUT;

/** The unfinished jobs that TTAPI allows an account, unless agreed otherwise. */
export const ACCOUNT_SLOTS = 10;

/** When a job is polled for the first time, in seconds after its submit: a part of its usual duration, so few polls are in vain. */
export const FIRST_POLL_SECONDS = { turbo: 3, fast: 5, relax: 10 } as const;

/** How many results Job > Get Many returns unless told otherwise. */
export const USUAL_LIMIT = 50;
