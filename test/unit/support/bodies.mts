import { readJob, type Job, type JobAnswer } from '../../../nodes/TtapiMidjourney/jobs/job.ts';

export const JOB_ID = 'f5850038-90a3-8a97-0476-107ea4b8dac4';

export type Body = Record<string, unknown>;

/** A receipt, as TTAPI's pages print it. */
export const receipt = (jobId = JOB_ID): Body => ({
	status: 'SUCCESS',
	message: 'success',
	data: { jobId },
});

/** A refusal: what TTAPI says beside an error status. */
export const refusal = (message: string): Body => ({ status: 'FAILED', message, data: null });

/** A finished imagine job, with all that docs/ttapi.md names; `data` changes single fields of it. */
export const doneBody = (data: Body = {}, more: Body = {}): Body => ({
	status: 'SUCCESS',
	jobId: JOB_ID,
	message: 'success',
	data: {
		action: 'imagine',
		jobId: JOB_ID,
		progress: '100',
		prompt: 'a red lighthouse --ar 9:16',
		discordImage: 'https://cdn.discordapp.com/discord.png',
		cdnImage: 'https://cdn.ttapi.io/grid.png',
		width: 1632,
		height: 2912,
		hookUrl: '',
		components: ['upsample1', 'variation1'],
		seed: '',
		images: ['tl', 'tr', 'bl', 'br'].map((corner) => `https://cdn.ttapi.io/${corner}.png`),
		quota: 3,
		...data,
	},
	...more,
});

/** A job that waits for its turn: TTAPI's pages print `data: []` here. */
export const waitingBody = (jobId = JOB_ID): Body => ({
	status: 'PENDING_QUEUE',
	jobId,
	message: 'success',
	data: [],
});

/** A job that failed: an object full of nulls, and the reason as `message`. */
export const failedBody = (message: string, jobId = JOB_ID): Body => ({
	status: 'FAILED',
	jobId,
	message,
	data: { action: 'imagine', jobId, progress: null, cdnImage: null, images: null, quota: null },
});

/** The job in a body that is known to hold one. */
export function jobIn(body: Body, family: Job['family'] = 'image'): Job {
	const job = readJob(body, family);
	if (!job) throw new Error('This body holds no job');
	return job;
}

export const answerWith = (body: Body): JobAnswer => ({ job: jobIn(body), body });

export const doneJob = (data: Body = {}): Job => jobIn(doneBody(data));
