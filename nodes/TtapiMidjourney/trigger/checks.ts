import { createHash, timingSafeEqual } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';

import { jobIdOf, readJob, type JobAnswer } from '../jobs/job';
import { isRecord } from '../jobs/json';

/** Far more than any callback has: they are a few kB. */
const MOST_BYTES = 1024 ** 2;

/** TTAPI's IDs are UUIDs. Anything similar is accepted, but no number, and no character that means something in a URL. */
const JOB_ID = /^(?!-?\d+$)[\w-]{1,100}$/;

/** How deeply objects and lists may be nested. TTAPI's callbacks have 3 levels. */
const MOST_LEVELS = 20;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether the caller knows the token. Digests are compared, because a comparison in constant time needs equal lengths. */
export function hasToken(context: IWebhookFunctions, token: string): boolean {
	if (token === '') return true;
	const { token: given } = context.getQueryData() as { token?: unknown };
	return typeof given === 'string' && timingSafeEqual(digest(given), digest(token));
}

/** Whether the body is larger than any callback of TTAPI. */
export function isTooLarge(context: IWebhookFunctions): boolean {
	const { rawBody } = context.getRequestObject() as { rawBody?: Buffer };
	const bytes = rawBody?.length ?? Number(context.getHeaderData()['content-length'] ?? 0);
	return bytes > MOST_BYTES;
}

/** The job as the caller describes it, in any of TTAPI's dialects. Undefined if the body is not a callback of TTAPI. */
export function toldJob(context: IWebhookFunctions): JobAnswer | undefined {
	const body: unknown = context.getBodyData();
	if (!isRecord(body) || !isShallow(body)) return undefined;
	const job = JOB_ID.test(jobIdOf(body) ?? '') ? readJob(body, 'image') : undefined;
	return job && { job, body };
}

function isShallow(value: unknown, levels = MOST_LEVELS): boolean {
	if (typeof value !== 'object' || value === null) return true;
	return levels > 0 && Object.values(value).every((each) => isShallow(each, levels - 1));
}
