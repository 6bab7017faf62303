/** A TTAPI for one test: accepts jobs, lets them run for a while in virtual time, and answers fetch as docs/ttapi.md says. */
import {
	CHECK,
	ENDED,
	FETCH,
	HISTORY,
	INFO,
	STATUS,
	SUBMITTING,
	type Family,
	type OperationName,
} from '../../operations.mts';
import { answer, type Answer, type Sent } from './http.mts';

export const API = 'https://api.ttapi.io';

/** Where jobs are submitted: what they cost quota for. */
export const PAID = Object.fromEntries(SUBMITTING.map(({ name, path }) => [name, path])) as Record<
	OperationName,
	string
>;

/** A job that the fake accepted. */
export interface FakeJob {
	jobId: string;
	family: Family;
	/** As TTAPI says it when the job has ended. */
	action: string;
	/** The body of the submit. */
	body: any;
	/** In ms since the test's start. */
	acceptedAt: number;
}

export interface World {
	/** The API's address. */
	base?: string;
	/** Jobs that have ended before the test, by their id, with their components. */
	before?: Record<string, string[] | null>;
	/** How many jobs the account may have unfinished; 10 by default. */
	slots?: number;
	/** How long a job runs; 20 s by default. */
	seconds?: number | ((job: FakeJob) => number);
	/** Fields of a successful job's `data` that are not the usual ones. */
	data?: (job: FakeJob) => object;
	/** TTAPI's reason why the job fails; undefined where it does not. */
	fails?: (job: FakeJob) => string | undefined;
	/** Another answer than acceptance to a submit; `tries` counts from 1. */
	submit?: (sent: Sent, tries: number) => Answer | undefined;
	/** Another answer to a fetch of any family; `looks` counts from 1. */
	fetch?: (sent: Sent, looks: number) => Answer | undefined;
	/** Another answer to a question for the history; `asked` counts from 1. */
	history?: (sent: Sent, asked: number) => Answer | undefined;
	/** Another answer than "allowed" to a check of a prompt. */
	check?: (sent: Sent) => Answer | undefined;
}

/** How TTAPI refuses a request. */
export const refused = (status: number, message = 'no'): Answer => ({
	status,
	body: { status: 'FAILED', message, data: null },
});

/** TTAPI's answer about a job that it does not know. */
export const UNKNOWN_JOB = refused(404, 'job not found');

/** What anybody may ask for. */
const FREE = {
	[INFO]: { email: 'me@example.com', balance: 12.5, freeze_balance: 0, max_queue: 10 },
	[STATUS]: { fast: { status: 200, runningMessage: 'fine', averageExecute: 42.5 } },
};

/** Lets `world` answer every request of the test. Gives the jobs that were accepted, filled as they come: job-1, job-2... */
export function playTtapi(world: World = {}): FakeJob[] {
	const jobs: FakeJob[] = [];
	const base = world.base ?? API;
	let tries = 0;
	let looks = 0;
	for (const { path, submits, gives } of SUBMITTING) {
		answer('POST', base + path, (sent) => {
			const other = world.submit?.(sent, ++tries);
			if (other) return other;
			const { body, at: acceptedAt } = sent;
			const jobId = `job-${jobs.length + 1}`;
			jobs.push({ jobId, family: submits, action: body.action ?? gives.action, body, acceptedAt });
			return { json: { status: 'SUCCESS', message: 'success', data: { jobId } } };
		});
	}
	const fetchJob =
		(family: Family) =>
		(sent: Sent): Answer => {
			const other = world.fetch?.(sent, ++looks);
			if (other) return other;
			const id = sent.query.jobId ?? sent.body.jobId;
			const job = jobs.find(({ jobId }) => jobId === id) ?? earlierJob(id, world);
			return job?.family === family ? { json: stateOf(job, sent.at, world) } : UNKNOWN_JOB;
		};
	for (const [family, path] of Object.entries(FETCH) as Array<[Family, string]>) {
		for (const method of ['GET', 'POST'] as const) answer(method, base + path, fetchJob(family));
	}
	answer(
		'POST',
		base + CHECK,
		(sent) =>
			world.check?.(sent) ?? {
				json: { status: 'SUCCESS', message: 'success', data: 'Prompt verification successful.' },
			},
	);
	const free = { ...FREE, [INFO]: { ...FREE[INFO], max_queue: world.slots ?? 10 } };
	for (const [path, data] of Object.entries(free))
		answer('GET', base + path, { json: { status: 'SUCCESS', message: 'success', data } });
	let asked = 0;
	answer('POST', base + HISTORY, refused(404));
	answer('GET', base + HISTORY, (sent) => {
		const other = world.history?.(sent, ++asked);
		return (
			other ?? { json: { status: 'SUCCESS', message: 'success', data: rowsOf(jobs, sent, world) } }
		);
	});
	return jobs;
}

/** A job that ended before the test. */
function earlierJob(jobId: string, { before = {} }: World): FakeJob | undefined {
	const job = { jobId, body: {}, acceptedAt: -Infinity };
	if (jobId === ENDED.videos) return { ...job, family: 'video', action: 'video' };
	if (jobId === ENDED.single) return { ...job, family: 'image', action: 'upsample1' };
	const isKnown = jobId === ENDED.grid || Object.hasOwn(before, jobId);
	return isKnown ? { ...job, family: 'image', action: 'imagine' } : undefined;
}

/** The history as TTAPI gives it: jobs that have ended well, the youngest first. */
function rowsOf(jobs: FakeJob[], { at }: Sent, world: World): object[] {
	return jobs
		.map((job) => ({ job, state: stateOf(job, at, world) as any }))
		.filter(({ state }) => state.status === 'SUCCESS')
		.map(({ job, state }) => ({
			job_id: job.jobId,
			action: state.data.action ?? job.action,
			prompt: state.data.prompt,
			status: 2,
		}))
		.reverse();
}

function stateOf(job: FakeJob, now: number, { seconds = 20, data, fails, before }: World): object {
	const { jobId, family, acceptedAt } = job;
	const takes = typeof seconds === 'function' ? seconds(job) : seconds;
	if (now < acceptedAt + takes * 1000) return { status: 'ON_QUEUE', jobId, message: '', data: [] };
	const reason = fails?.(job);
	if (reason !== undefined) return { status: 'FAILED', jobId, message: reason, data: [] };
	const earlier = before && Object.hasOwn(before, jobId) ? { components: before[jobId] } : {};
	const result = { ...RESULTS[family](job), ...earlier, ...data?.(job) };
	return { status: 'SUCCESS', jobId, message: 'success', data: result };
}

const PROMPTS = '1️⃣ a cat\n\n2️⃣ a dog\n\n3️⃣ a fox\n\n4️⃣ an owl';
const CORNERS = ['tl', 'tr', 'bl', 'br'];

/** The `data` of a job of each family that has ended well. */
const RESULTS: Record<Family, (job: FakeJob) => object> = {
	image: ({ jobId, action, body, acceptedAt }) => ({
		action,
		jobId,
		progress: '100',
		prompt: action === 'describe' ? PROMPTS : (body.prompt ?? ''),
		discordImage: `https://cdn.discordapp.com/${jobId}.png`,
		cdnImage: `https://cdn.ttapi.io/${jobId}.png`,
		width: 1024,
		height: 768,
		hookUrl: body.hookUrl ?? '',
		components: action.startsWith('upsample') ? ['upscale_subtle'] : ['upsample1', 'variation1'],
		seed: action === 'seed' ? '42' : '',
		// How the jobs before the test were submitted is not known.
		images:
			(body.getUImages || acceptedAt < 0) && !action.startsWith('upsample')
				? CORNERS.map((corner) => `https://cdn.ttapi.io/${jobId}_${corner}.png`)
				: [],
		quota: 3,
	}),
	edit: ({ jobId, body, acceptedAt }) => ({
		images: CORNERS.map((corner) => `https://cdn.midjourney.com/${jobId}_${corner}.png`),
		cdnImages: CORNERS.map((corner) => `https://cdn.ttapi.io/${jobId}_${corner}.png`),
		mode: body.mode,
		prompt: body.prompt,
		quota: 3,
		submitTime: acceptedAt,
		finishTime: acceptedAt + 1000,
	}),
	video: ({ jobId, action, body }) => ({
		action,
		jobId,
		prompt: body.prompt ?? '',
		progress: '100',
		hookUrl: body.hookUrl ?? '',
		videos: Array.from(
			{ length: body.bs ?? 4 },
			(_, n) => `https://cdn.ttapi.io/${jobId}_${n}.mp4`,
		),
		quota: 3,
	}),
};
