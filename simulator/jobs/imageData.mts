import type { Settings } from '../options.mts';
import { isGrid, quarters, sizeOf } from '../pictures/picture.mts';
import type { Addresses, Job } from './job.mts';
import type { FamilyData } from './jobAnswer.mts';
import { spellElapsed, spellMissing, spellProgress, spellQuota } from './spell.mts';

/** `data` of the jobs of `/midjourney/v1`: a grid, a single image or a text. */
export const imageData: FamilyData = {
	running(job, settings, { picture }) {
		const preview = job.picture && picture(job, 'preview');
		return {
			[settings.spelling.actionKey]: job.action,
			jobId: job.jobId,
			progress: spellElapsed(job, settings),
			prompt: job.prompt || spellMissing('', settings),
			discordImage: preview,
			cdnImage: preview,
			width: null,
			height: null,
			hookUrl: job.hookUrl || spellMissing('', settings),
			components: spellMissing([], settings),
			seed: null,
			images: null,
		};
	},

	success(job, settings, addresses) {
		const { spelling } = settings;
		const { width, height } = job.picture
			? sizeOf(job.picture, settings.pictureSize)
			: { width: null, height: null };
		const address = job.picture && addresses.picture(job);
		return {
			[spelling.actionKey]: job.action,
			jobId: job.jobId,
			progress: spellProgress(100, settings),
			prompt: job.prompt || spellMissing('', settings),
			// Discord signs its URLs in the query; TTAPI's own have none.
			discordImage: address && `${address}?ex=simulator`,
			cdnImage: address,
			width,
			height,
			hookUrl: job.hookUrl || spellMissing('', settings),
			components: job.components.length > 0 ? job.components : spellMissing([], settings),
			seed: spellMissing('', settings),
			images: imagesOf(job, settings, addresses),
			quota: spellQuota(job.quota, settings),
			...job.outcome,
		};
	},

	failed: (job, { spelling }) => ({
		[spelling.actionKey]: job.action,
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
	}),
};

function imagesOf(job: Job, settings: Settings, { picture }: Addresses): string[] | null {
	if (settings.account === 'hold') return null;
	const isGiven = job.getUImages || settings.spelling.images === 'all';
	if (!isGiven || !job.picture || !isGrid(job.picture)) return spellMissing([], settings);
	return quarters.map((quarter) => picture(job, quarter));
}
