import { ANSWERS } from '../jobs/answers';
import { TtapiError } from '../jobs/errors';
import { isFinished, readJob, type Job, type JobStatus } from '../jobs/job';
import { isRecord, numeric, text } from '../jobs/json';
import { Store } from '../n8n/store';
import type { TtapiClient } from './client';
import { getOrPost } from './getOrPost';
import { withRetries, type Patience } from './read';
import { meaningOf, refusalError, saysNoSuchPage } from './refusals';

const PATH = '/midjourney/v1/fetch-list';

/** The most rows that TTAPI gives at once. */
const MOST_ROWS = 100;

/** More than any account has: a host that never ends must not keep the node for ever. */
const MOST_PAGES = 1000;

/** As many as it gives to whoever does not ask for a number. */
const USUAL_ROWS = 10;

/** The hosts that take the filter in upper case only (docs/ttapi.md, History). */
const filterInCapitals = new Store<true>({ most: 100 });

/** A job as the account's history has it. */
export interface PastJob {
	job: Job;
	/** The latest time at which it may have been submitted, in ms since 1970. Undefined if the history doesn't say. */
	submittedBy?: number;
}

/** A page of the account's jobs. */
export interface History {
	jobs: PastJob[];
	/** How many rows there were, those too that say no job ID. */
	rows: number;
	/** How many jobs the account has, if the history says so. */
	total?: number;
}

/** Which of the account's jobs are asked for. */
export interface HistoryQuery {
	/** TTAPI's name of their state; `success` is the one that it documents. */
	status?: string;
	order?: 'asc' | 'desc';
	/** From 1. */
	page?: number;
	/** At most 100. */
	limit?: number;
}

/**
 * A page of the account's jobs, free of charge: by default the latest that ended well (docs/ttapi.md, History). Throws a
 * TtapiError if the host has no history, and a TransientError if another try may work.
 */
export async function history(
	client: TtapiClient,
	{ status, order = 'desc', page = 1, limit = MOST_ROWS }: HistoryQuery = {},
): Promise<History> {
	const query = { page: String(page), limit: String(limit), order };
	const ask = async (filter?: string) =>
		await getOrPost(client, PATH, { ...query, ...(filter ? { status: filter } : {}) }, 'its jobs');
	const { baseUrl, clock } = client;
	const isInCapitals = filterInCapitals.get(clock, baseUrl) !== undefined;
	let envelope = await ask(isInCapitals ? status?.toUpperCase() : status);
	if (status && !isInCapitals && meaningOf(envelope) === ANSWERS.wrong) {
		envelope = await ask(status.toUpperCase());
		if (meaningOf(envelope) !== ANSWERS.wrong) filterInCapitals.set(clock, baseUrl, true);
	}
	const { httpStatus, body } = envelope;
	const data = body.data ?? body;
	const total = isRecord(data) ? (numeric(data.total) ?? undefined) : undefined;
	const rows: unknown = isRecord(data) ? (data.list ?? (total === 0 ? [] : null)) : data;
	if (httpStatus >= 300 || !Array.isArray(rows)) throw refusalError(envelope);
	const jobs = rows.filter(isRecord).flatMap((row) => pastJob(row, status));
	for (const { job } of jobs) if (isFinished(job)) client.account.saw(job);
	return { jobs, rows: rows.length, total };
}

/**
 * The same, with retries. Throws a TtapiError that says so if the host has no history.
 * @param patience how often and how long it is retried; by default as any other read
 */
export async function patientHistory(
	client: TtapiClient,
	query: HistoryQuery,
	patience?: Patience,
): Promise<History> {
	const look = async () => await history(client, query);
	return await withRetries(client.clock, look, patience).catch((error: unknown) => {
		if (!saysNoSuchPage(error)) throw error;
		throw new TtapiError('This TTAPI host has no job history', {
			description: 'Use the ID of a job, for example in Job > Get.',
			httpStatus: error.httpStatus,
		});
	});
}

/**
 * The account's jobs, each once.
 * @param most how many at most
 */
export async function manyJobs(
	client: TtapiClient,
	query: HistoryQuery,
	most: number,
): Promise<Job[]> {
	const limit = Math.min(most, MOST_ROWS);
	const look = async (page: number) => await patientHistory(client, { ...query, page, limit });
	const found: Job[] = [];
	for await (const jobs of eachPage(look, limit)) {
		found.push(...jobs);
		if (found.length >= most) break;
	}
	return found.slice(0, most);
}

/**
 * Yields the jobs of each page up to the last one. Each job is yielded once: jobs that finish meanwhile move the others to the
 * next page.
 * @param look gives a page, from 1
 * @param limit how many rows it asks for
 */
export async function* eachPage(
	look: (page: number) => Promise<History>,
	limit = MOST_ROWS,
): AsyncGenerator<Job[]> {
	const known = new Map<string, Job>();
	let seen = 0;
	let pageSize = Math.min(USUAL_ROWS, limit);
	for (let page = 1; page <= MOST_PAGES; page++) {
		const before = known.size;
		const { jobs, rows, total } = await look(page);
		for (const { job } of jobs) known.set(job.jobId, job);
		yield [...known.values()].slice(before);
		seen += rows;
		// A host may give fewer rows than it was asked for; it gives as many on each page but the last one.
		const isLast = total === undefined ? rows < pageSize : seen >= total;
		if (isLast || known.size === before) return;
		pageSize = rows;
	}
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

/** @param asked the state that was asked for, which a row without one has */
function pastJob(row: Record<string, unknown>, asked = 'success'): PastJob[] {
	const code = numeric(row.status);
	const said = code === null ? (text(row.status) ?? asked) : (STATUSES[code] ?? 'ON_QUEUE');
	const job = readJob({ status: said, message: row.message, data: row }, 'image');
	if (!job) return [];
	const submittedBy = latestTimeOf(
		row.created_at ?? row.createdAt ?? row.submit_time ?? row.submitTime,
	);
	return [{ job, submittedBy }];
}

/** What the numbers of states mean (docs/ttapi.md, History). One that TTAPI has added since is not the end. */
const STATUSES: Record<number, JobStatus> = {
	0: 'PENDING_QUEUE',
	1: 'ON_QUEUE',
	2: 'SUCCESS',
	3: 'FAILED',
};

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
