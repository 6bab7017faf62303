import { createHash, timingSafeEqual } from 'node:crypto';
import type { IWebhookFunctions } from 'n8n-workflow';

import { jobIdOf, readJob, type JobAnswer } from '../jobs/job';
import { isRecord } from '../jobs/json';

/** A callback is some kB; this is far more than any. */
const MOST_BYTES = 1024 ** 2;

/** TTAPI's ids are UUIDs; anything of that kind is taken, but no number, and nothing that could mean something in a URL. */
const JOB_ID = /^(?!-?\d+$)[\w-]{1,100}$/;

/** How many levels of objects and lists in each other a callback has at most: TTAPI's have 3. */
const MOST_LEVELS = 20;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** Whether the caller knows the token. Digests, as a comparison in constant time wants equal lengths. */
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

/** What the caller says of a job, in any of TTAPI's dialects; undefined where the body is no callback of TTAPI. */
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
