import type { Settings } from '../options.mts';
import { editData } from './editData.mts';
import { imageData } from './imageData.mts';
import { isEndHidden, statusOf, type Addresses, type Family, type Job } from './job.mts';
import { videoData } from './videoData.mts';

type Data = (job: Job, settings: Settings, addresses: Addresses) => object;

/** Makes the `data` of answers about the jobs of one family. */
export interface FamilyData {
	running: Data;
	success: Data;
	/** Only used if the dialect has an object here. */
	failed: Data;
}

const families: Record<Family, FamilyData> = {
	image: imageData,
	edit: editData,
	video: videoData,
};

/** What fetch answers about a job now. */
export const fetchAnswer: Data = (job, settings, addresses) =>
	isEndHidden(job) ? runningAnswer(job, settings, addresses) : jobAnswer(job, settings, addresses);

/** The true state of a job, which its callback sends. */
export const jobAnswer: Data = (job, settings, addresses) => {
	const { jobId, family } = job;
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
				message: job.end?.message,
				data: spelling.failedData === 'list' ? [] : failed(job, settings, addresses),
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

const runningAnswer: Data = (job, settings, addresses) => {
	const data = families[job.family].running(job, settings, addresses);
	return { status: 'ON_QUEUE', jobId: job.jobId, message: '', data };
};
