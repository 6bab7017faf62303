import { isRecord, jobIdOf } from '../jobs/job';
import type { TtapiClient } from './client';
import { read } from './read';

const PATH = '/midjourney/v1/fetch-list';

/** The most rows that TTAPI gives at once. */
const ROWS = 100;

/** As many as it gives to whoever does not ask for a number. */
const USUAL_ROWS = 10;

/** A job as the account's history has it. */
export interface PastJob {
	jobId: string;
	action: string | null;
	prompt: string | null;
	/** When it was submitted at the latest, in ms since 1970; undefined where the history does not say. */
	submittedBy?: number;
}

/** The account's latest jobs. */
export interface History {
	jobs: PastJob[];
	/** How many rows there were, those too that say no job ID. */
	rows: number;
	/** How many the account has, where the history says so. */
	total?: number;
}

/**
 * The account's latest jobs, the youngest first, as far as TTAPI gives them at once: free of charge. By default it lists
 * jobs that ended well (docs/ttapi.md, History). Undefined where the host has no history. Throws ReadAgainError where
 * another try may work.
 */
export async function latestJobs(client: TtapiClient): Promise<History | undefined> {
	const query = { page: '1', limit: String(ROWS), order: 'desc' };
	const { httpStatus, body } = await read(client, { method: 'GET', path: PATH, query }, 'its jobs');
	if (httpStatus >= 300) return undefined;
	const { data } = body;
	const rows: unknown = isRecord(data) ? data.list : data;
	if (!Array.isArray(rows)) return undefined;
	const total = isRecord(data) && typeof data.total === 'number' ? data.total : undefined;
	return { jobs: rows.filter(isRecord).flatMap(pastJob), rows: rows.length, total };
}

/**
 * Whether these are all of the account's jobs since then, as far as the history lists them. A row that says no job ID may be
 * any job, and a host may give fewer rows than it was asked for, or in another order.
 */
export function reachesBackTo({ jobs, rows, total }: History, since: number): boolean {
	if (jobs.length < rows) return false;
	if (total === undefined ? rows < USUAL_ROWS : total <= rows) return true;
	const { submittedBy: youngest = 0 } = jobs[0] ?? {};
	const { submittedBy: oldest = Infinity } = jobs.at(-1) ?? {};
	return oldest < since && oldest <= youngest;
}

function pastJob(row: Record<string, unknown>): PastJob[] {
	const jobId = jobIdOf({ data: row, jobId: row.jobId });
	if (jobId === undefined) return [];
	const { action, prompt } = row;
	const submittedBy = latestTimeOf(
		row.created_at ?? row.createdAt ?? row.submit_time ?? row.submitTime,
	);
	return [{ jobId, action: textOf(action), prompt: textOf(prompt), submittedBy }];
}

const textOf = (value: unknown): string | null =>
	typeof value === 'string' && value !== '' ? value : null;

/** The end of the zone that is the furthest behind UTC. */
const FURTHEST_ZONE_MS = 12 * 3_600_000;

/** The latest moment that a time can mean: one without its zone may be of any. */
function latestTimeOf(value: unknown): number | undefined {
	if (typeof value === 'number') return value < 1e11 ? value * 1000 : value;
	const [, date, time, zone] =
		/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d(?:\.\d+)?)(Z|[+-]\d\d:?\d\d)?$/.exec(String(value)) ??
		[];
	const ms = Date.parse(`${date}T${time}${zone ?? 'Z'}`);
	if (Number.isNaN(ms)) return undefined;
	return zone ? ms : ms + FURTHEST_ZONE_MS;
}
