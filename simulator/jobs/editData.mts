import type { Settings } from '../options.mts';
import { quarters } from '../pictures/picture.mts';
import type { Job } from './job.mts';
import type { FamilyData } from './jobAnswer.mts';
import { spellElapsed, spellProgress, spellQuota, spellTime } from './spell.mts';

/** `data` of image edits. Both lists hold the same pictures; only `cdnImages` can be downloaded. */
export const editData: FamilyData = {
	running: (job, settings) => ({
		...common(job, settings),
		progress: spellElapsed(job, settings),
		finishTime: null,
		images: [],
		cdnImages: [],
	}),

	success: (job, settings, { picture, protectedPicture }) => ({
		...common(job, settings),
		progress: spellProgress(100, settings),
		finishTime: spellTime(job.endedAt!, settings),
		images: quarters.map((_quarter, index) => protectedPicture(job, index)),
		cdnImages: quarters.map((quarter) => picture(job, quarter)),
	}),

	failed: (job, settings) => ({
		...common(job, settings),
		mode: null,
		prompt: null,
		progress: null,
		quota: null,
		finishTime: spellTime(job.endedAt!, settings),
		images: null,
		cdnImages: null,
	}),
};

const common = (job: Job, settings: Settings) => ({
	jobId: job.jobId,
	mode: job.mode,
	prompt: job.prompt,
	quota: spellQuota(job.quota, settings),
	submitTime: spellTime(job.submittedAt, settings),
});
