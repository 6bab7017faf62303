import type { Settings } from '../options.mts';
import { elapsedShare, type Job } from './job.mts';

/** A percentage as the dialect spells it. */
export function spellProgress(percent: number, { spelling }: Settings): string | null {
	if (spelling.progress === 'none') return null;
	return spelling.progress === 'percent' ? `${percent}%` : String(percent);
}

/** The progress of a running job as the dialect spells it. */
export const spellElapsed = (job: Job, settings: Settings): string | null =>
	spellProgress(Math.floor(elapsedShare(job) * 100), settings);

/** An amount of quota as the dialect spells it. */
export const spellQuota = (quota: number, { spelling }: Settings): number | string =>
	spelling.quota === 'string' ? String(quota) : quota;
