import type { Spelling } from '../dialect.mts';
import type { Settings } from '../options.mts';
import type { Job, VideoPlan } from './job.mts';
import type { FamilyData } from './jobAnswer.mts';
import { spellElapsed, spellMissing, spellProgress, spellQuota } from './spell.mts';

/** `data` of video jobs. TTAPI doesn't document it, so all of it is a guess. */
export const videoData: FamilyData = {
	running: (job, settings) => ({
		...common(job, settings),
		progress: spellElapsed(job, settings),
	}),

	success(job, settings, { video }) {
		const { count, resolution, seconds, imageUrl } = job.video as VideoPlan;
		const urls = Array.from({ length: count }, (_, index) => video(job, index));
		return {
			...common(job, settings),
			progress: spellProgress(100, settings),
			quota: spellQuota(job.quota, settings),
			...shapes[settings.spelling.videos](urls, imageUrl),
			resolution,
			fps: 24,
			duration: seconds,
		};
	},

	failed: (job, settings) => ({
		...common(job, settings),
		progress: null,
		prompt: null,
		quota: null,
		videos: null,
	}),
};

const common = (job: Job, settings: Settings) => ({
	[settings.spelling.actionKey]: job.action,
	jobId: job.jobId,
	prompt: job.prompt,
	hookUrl: job.hookUrl || spellMissing('', settings),
});

const shapes: Record<Spelling['videos'], (urls: string[], cover: string) => object> = {
	list: (urls) => ({ videos: urls }),
	objects: (urls, cover) => ({ video_urls: urls.map((url, index) => ({ index, url, cover })) }),
	first: (urls) => ({ videoUrl: urls[0], videoList: urls }),
};
