/** A TTAPI for one test: accepts jobs, lets them run for a while in virtual time, and answers fetch as docs/ttapi.md says. */
import { answer, type Answer, type Sent } from './http.mts';

export const API = 'https://api.ttapi.io';

export const PAID = {
	imagine: '/midjourney/v1/imagine',
	action: '/midjourney/v1/action',
	blend: '/midjourney/v1/blend',
	describe: '/midjourney/v1/describe',
	inpaint: '/midjourney/v1/inpaint',
	seed: '/midjourney/v1/seed',
};

/** A job that the fake accepted. */
export interface FakeJob {
	jobId: string;
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
	/** How long a job runs; 20 s by default. */
	seconds?: number | ((job: FakeJob) => number);
	/** Fields of a successful job's `data` that are not the usual ones. */
	data?: (job: FakeJob) => object;
	/** TTAPI's reason why the job fails; undefined where it does not. */
	fails?: (job: FakeJob) => string | undefined;
	/** Another answer than acceptance to a submit; `tries` counts from 1. */
	submit?: (sent: Sent, tries: number) => Answer | undefined;
	/** Another answer to a fetch; `looks` counts from 1. */
	fetch?: (sent: Sent, looks: number) => Answer | undefined;
	/** Another answer to a question for the history; `asked` counts from 1. */
	history?: (sent: Sent, asked: number) => Answer | undefined;
}

/** Lets `world` answer every request of the test. Gives the jobs that were accepted, filled as they come: job-1, job-2... */
export function playTtapi(world: World = {}): FakeJob[] {
	const jobs: FakeJob[] = [];
	const base = world.base ?? API;
	let tries = 0;
	let looks = 0;
	for (const [action, path] of Object.entries(PAID)) {
		answer('POST', base + path, (sent) => {
			const other = world.submit?.(sent, ++tries);
			if (other) return other;
			const job = { jobId: `job-${jobs.length + 1}`, action, body: sent.body, acceptedAt: sent.at };
			jobs.push(job);
			return { json: { status: 'SUCCESS', message: 'success', data: { jobId: job.jobId } } };
		});
	}
	const fetchJob = (sent: Sent): Answer => {
		const other = world.fetch?.(sent, ++looks);
		if (other) return other;
		const asked = sent.query.jobId ?? sent.body.jobId;
		const job = jobs.find(({ jobId }) => jobId === asked) ?? earlierJob(asked, world);
		return job ? { json: stateOf(job, sent.at, world) } : { status: 404, body: {} };
	};
	answer('GET', `${base}/midjourney/v1/fetch`, fetchJob);
	let asked = 0;
	answer('GET', `${base}/midjourney/v1/fetch-list`, (sent) => {
		const other = world.history?.(sent, ++asked);
		return (
			other ?? { json: { status: 'SUCCESS', message: 'success', data: rowsOf(jobs, sent, world) } }
		);
	});
	return jobs;
}

function earlierJob(jobId: string, { before = {} }: World): FakeJob | undefined {
	if (!Object.hasOwn(before, jobId)) return undefined;
	return { jobId, action: 'imagine', body: {}, acceptedAt: -Infinity };
}

/** The history as TTAPI gives it: jobs that have ended well, the youngest first. */
function rowsOf(jobs: FakeJob[], { at }: Sent, world: World): object[] {
	return jobs
		.map((job) => ({ job, state: stateOf(job, at, world) as any }))
		.filter(({ state }) => state.status === 'SUCCESS')
		.map(({ job, state }) => ({
			job_id: job.jobId,
			action: state.data.action,
			prompt: state.data.prompt,
			status: 2,
		}))
		.reverse();
}

function stateOf(job: FakeJob, now: number, { seconds = 20, data, fails, before }: World): object {
	const { jobId, action, body, acceptedAt } = job;
	const takes = typeof seconds === 'function' ? seconds(job) : seconds;
	if (now < acceptedAt + takes * 1000) return { status: 'ON_QUEUE', jobId, message: '', data: [] };
	const reason = fails?.(job);
	if (reason !== undefined) return { status: 'FAILED', jobId, message: reason, data: [] };
	return {
		status: 'SUCCESS',
		jobId,
		message: 'success',
		data: {
			action: action === 'action' ? body.action : action,
			jobId,
			progress: '100',
			prompt: body.prompt ?? '',
			discordImage: `https://cdn.discordapp.com/${jobId}.png`,
			cdnImage: `https://cdn.ttapi.io/${jobId}.png`,
			width: 1024,
			height: 768,
			hookUrl: body.hookUrl ?? '',
			components: ['upsample1', 'variation1'],
			seed: '',
			images: body.getUImages
				? ['tl', 'tr', 'bl', 'br'].map((corner) => `https://cdn.ttapi.io/${jobId}_${corner}.png`)
				: [],
			quota: 3,
			...(before && Object.hasOwn(before, jobId) ? { components: before[jobId] } : {}),
			...data?.(job),
		},
	};
}
