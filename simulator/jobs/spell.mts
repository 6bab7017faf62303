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

/** What stands for something missing: the dialect's choice between something empty and null. */
export const spellMissing = <T,>(empty: T, { spelling }: Settings): T | null =>
	spelling.missing === 'null' ? null : empty;

/** A time of TTAPI's clock. @param ms since 1970 */
export function spellTime(ms: number, { spelling, clockOffsetMs }: Settings): string {
	const time = new Date(ms + clockOffsetMs).toISOString().slice(0, 19);
	return spelling.times === 'iso' ? `${time}Z` : time.replace('T', ' ');
}

/** An amount of quota as the dialect spells it. */
export const spellQuota = (quota: number, { spelling }: Settings): number | string =>
	spelling.quota === 'string' ? String(quota) : quota;
