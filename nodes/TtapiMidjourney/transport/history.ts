import { isRecord, jobIdOf } from '../jobs/job';
import type { TtapiClient } from './client';
import { read } from './read';

const PATH = '/midjourney/v1/fetch-list';

/** The most rows that TTAPI gives at once. */
const ROWS = 100;

/** A job as the account's history has it. */
export interface PastJob {
	jobId: string;
	action: string | null;
	prompt: string | null;
	/** In ms since 1970; undefined where the history does not say it so that it can be read in one way only. */
	submittedAt?: number;
}

/**
 * The account's latest jobs, the youngest first, as far as TTAPI gives them at once: free of charge. By default it lists
 * jobs that ended well (docs/ttapi.md, History). Undefined where the host has no history. Throws ReadAgainError where
 * another try may work.
 */
export async function latestJobs(client: TtapiClient): Promise<PastJob[] | undefined> {
	const query = { page: '1', limit: String(ROWS), order: 'desc' };
	const { httpStatus, body } = await read(client, { method: 'GET', path: PATH, query }, 'its jobs');
	if (httpStatus >= 300) return undefined;
	const { data } = body;
	const rows: unknown = isRecord(data) ? data.list : data;
	return Array.isArray(rows) ? rows.filter(isRecord).flatMap(pastJob) : undefined;
}

/** Whether these are all of the account's jobs since then, as far as the history lists them. */
export const reachBackTo = (jobs: PastJob[], since: number): boolean =>
	jobs.length < ROWS || jobs.some(({ submittedAt = Infinity }) => submittedAt < since);

function pastJob(row: Record<string, unknown>): PastJob[] {
	const jobId = jobIdOf({ data: row, jobId: row.jobId });
	if (jobId === undefined) return [];
	const { action, prompt } = row;
	const submittedAt = timeOf(row.created_at ?? row.createdAt ?? row.submit_time ?? row.submitTime);
	return [{ jobId, action: textOf(action), prompt: textOf(prompt), submittedAt }];
}

const textOf = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value : null;

/** A date without a time zone could be any of 26 hours, so it is none. */
function timeOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value < 1e11 ? value * 1000 : value;
	const isExact = typeof value === 'string' && /T.*(?:Z|[+-]\d\d:?\d\d)$/.test(value);
	const ms = isExact ? Date.parse(value) : NaN;
	return Number.isNaN(ms) ? undefined : ms;
}
