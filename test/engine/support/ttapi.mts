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
	edit: '/midjourney/image-edits/submit',
	video: '/midjourney/video/submit',
	video_extend: '/midjourney/video/extend',
};

/** Where each family of jobs is fetched. */
export const FETCH = {
	image: '/midjourney/v1/fetch',
	edit: '/midjourney/image-edits/fetch',
	video: '/midjourney/video/fetch',
};
type Family = keyof typeof FETCH;

export const HISTORY = '/midjourney/v1/fetch-list';
export const CHECK = '/midjourney/v1/promptCheck';

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
	/** Another answer to a fetch of any family; `looks` counts from 1. */
	fetch?: (sent: Sent, looks: number) => Answer | undefined;
	/** Another answer to a question for the history; `asked` counts from 1. */
	history?: (sent: Sent, asked: number) => Answer | undefined;
	/** Another answer than "allowed" to a check of a prompt. */
	check?: (sent: Sent) => Answer | undefined;
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
	const fetchJob =
		(family: Family) =>
		(sent: Sent): Answer => {
			const other = world.fetch?.(sent, ++looks);
			if (other) return other;
			const id = sent.query.jobId ?? sent.body.jobId;
			const job = jobs.find(({ jobId }) => jobId === id) ?? earlierJob(id, world);
			return job && familyOf(job.action) === family
				? { json: stateOf(job, sent.at, world) }
				: { status: 404, body: {} };
		};
	for (const [family, path] of Object.entries(FETCH)) {
		for (const method of ['GET', 'POST'] as const)
			answer(method, base + path, fetchJob(family as Family));
	}
	answer(
		'POST',
		base + CHECK,
		(sent) =>
			world.check?.(sent) ?? {
				json: { status: 'SUCCESS', message: 'success', data: 'Prompt verification successful.' },
			},
	);
	let asked = 0;
	answer('POST', base + HISTORY, { status: 404, body: {} });
	answer('GET', base + HISTORY, (sent) => {
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
			action: state.data.action ?? job.action,
			prompt: state.data.prompt,
			status: 2,
		}))
		.reverse();
}

function stateOf(job: FakeJob, now: number, { seconds = 20, data, fails, before }: World): object {
	const { jobId, action, acceptedAt } = job;
	const takes = typeof seconds === 'function' ? seconds(job) : seconds;
	if (now < acceptedAt + takes * 1000) return { status: 'ON_QUEUE', jobId, message: '', data: [] };
	const reason = fails?.(job);
	if (reason !== undefined) return { status: 'FAILED', jobId, message: reason, data: [] };
	const earlier = before && Object.hasOwn(before, jobId) ? { components: before[jobId] } : {};
	const result = { ...RESULTS[familyOf(action)](job), ...earlier, ...data?.(job) };
	return { status: 'SUCCESS', jobId, message: 'success', data: result };
}

const familyOf = (action: string): Family =>
	action === 'edit' ? 'edit' : action.startsWith('video') ? 'video' : 'image';

const CORNERS = ['tl', 'tr', 'bl', 'br'];

/** The `data` of a job of each family that has ended well. */
const RESULTS: Record<Family, (job: FakeJob) => object> = {
	image: ({ jobId, action, body }) => ({
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
