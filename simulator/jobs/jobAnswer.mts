import type { Spelling } from '../dialect.mts';
import type { Settings } from '../options.mts';
import { editData } from './editData.mts';
import { imageData } from './imageData.mts';
import { isEndHidden, statusOf, type Addresses, type Family, type Job } from './job.mts';
import { videoData } from './videoData.mts';

type Of<T> = (job: Job, settings: Settings, addresses: Addresses) => T;
type Data = Of<object>;

/** What fetch and callbacks say about a job. */
interface JobAnswer {
	status: string;
	jobId: string;
	message: string;
	data: object;
}

/** Makes the `data` of answers about the jobs of one family. */
export interface FamilyData {
	running: Data;
	success: Data;
	/** What is known of it, and nulls. */
	failed: Data;
}

const families: Record<Family, FamilyData> = {
	image: imageData,
	edit: editData,
	video: videoData,
};

/** What fetch answers about a job now. */
export const fetchAnswer: Of<JobAnswer> = (job, settings, addresses) =>
	isEndHidden(job) ? runningAnswer(job, settings, addresses) : jobAnswer(job, settings, addresses);

/** The true state of a job, which its callback sends. */
export const jobAnswer: Of<JobAnswer> = (job, settings, addresses) => {
	const { jobId, family, end } = job;
	const { spelling } = settings;
	const { success, failed } = families[family];
	switch (statusOf(job, settings.pendingShare)) {
		case 'PENDING_QUEUE':
			return { status: 'PENDING_QUEUE', jobId, message: '', data: [] };
		case 'ON_QUEUE':
			return runningAnswer(job, settings, addresses);
		case 'FAILED':
			return {
				status: 'FAILED',
				jobId,
				message: end?.message ?? '',
				data: failedDatas[spelling.failedData](failed(job, settings, addresses)),
			};
		case 'SUCCESS':
			return {
				status: 'SUCCESS',
				jobId,
				message: spelling.successMessage,
				data: success(job, settings, addresses),
			};
	}
};

const failedDatas: Record<Spelling['failedData'], (data: object) => object> = {
	list: () => [],
	nulls: (data) => data,
	onlyNulls: (data) => Object.fromEntries(Object.keys(data).map((key) => [key, null])),
};

const runningAnswer: Of<JobAnswer> = (job, settings, addresses) => {
	const data = families[job.family].running(job, settings, addresses);
	return { status: 'ON_QUEUE', jobId: job.jobId, message: '', data };
};
