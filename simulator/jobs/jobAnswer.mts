import type { Settings } from '../options.mts';
import { isGrid, quarters, sizeOf } from '../pictures/picture.mts';
import { elapsedShare, isEndHidden, statusOf, type Job, type PictureUrl } from './job.mts';

/** What fetch says about a job now. */
export function fetchAnswer(job: Job, settings: Settings, url: PictureUrl): object {
	return isEndHidden(job) ? runningAnswer(job, settings, url) : jobAnswer(job, settings, url);
}

/** The true state of a job: the body of its callback. */
export function jobAnswer(job: Job, settings: Settings, url: PictureUrl): object {
	const { jobId } = job;
	const { spelling } = settings;
	switch (statusOf(job, settings.pendingShare)) {
		case 'PENDING_QUEUE':
			return { status: 'PENDING_QUEUE', jobId, message: '', data: [] };
		case 'ON_QUEUE':
			return runningAnswer(job, settings, url);
		case 'FAILED':
			return {
				status: 'FAILED',
				jobId,
				message: job.end?.message,
				data: spelling.failedData === 'list' ? [] : failedData(job, settings),
			};
		case 'SUCCESS':
			return {
				status: 'SUCCESS',
				jobId,
				message: spelling.successMessage,
				data: successData(job, settings, url),
			};
	}
}

function runningAnswer(job: Job, settings: Settings, url: PictureUrl): object {
	const { jobId } = job;
	const preview = job.picture && url(job, 'preview');
	const data = {
		[settings.spelling.actionKey]: job.action,
		jobId,
		progress: progress(Math.floor(elapsedShare(job) * 100), settings),
		prompt: job.prompt,
		discordImage: preview,
		cdnImage: preview,
		width: null,
		height: null,
		hookUrl: job.hookUrl,
		components: [],
		seed: null,
		images: null,
	};
	return { status: 'ON_QUEUE', jobId, message: '', data };
}

function successData(job: Job, settings: Settings, url: PictureUrl): object {
	const { spelling } = settings;
	const { width, height } = job.picture
		? sizeOf(job.picture, settings.pictureSize)
		: { width: null, height: null };
	const address = job.picture && url(job);
	return {
		[spelling.actionKey]: job.action,
		jobId: job.jobId,
		progress: progress(100, settings),
		prompt: job.prompt,
		// Discord signs its addresses in the query; TTAPI's own are bare.
		discordImage: address && `${address}?ex=simulator`,
		cdnImage: address,
		width,
		height,
		hookUrl: job.hookUrl,
		components: job.components,
		seed: spelling.noSeed,
		images: imagesOf(job, settings, url),
		quota: spelling.quota === 'string' ? String(job.quota) : job.quota,
		...job.outcome?.(job, url),
	};
}

function failedData(job: Job, settings: Settings): object {
	return {
		[settings.spelling.actionKey]: job.action,
		jobId: job.jobId,
		progress: null,
		prompt: null,
		discordImage: null,
		cdnImage: null,
		width: null,
		height: null,
		hookUrl: job.hookUrl,
		components: null,
		seed: null,
		images: null,
		quota: null,
	};
}

function imagesOf(job: Job, settings: Settings, url: PictureUrl): string[] | null {
	if (settings.account === 'hold') return null;
	if (!job.getUImages || !job.picture || !isGrid(job.picture)) return settings.spelling.noImages;
	return quarters.map((quarter) => url(job, quarter));
}

/** A percentage as the dialect spells it. */
export function progress(percent: number, { spelling }: Settings): string | null {
	if (spelling.progress === 'none') return null;
	return spelling.progress === 'percent' ? `${percent}%` : String(percent);
}
