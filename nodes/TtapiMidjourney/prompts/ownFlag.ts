import { findFlag } from './flags';
import { DASH } from './parsePrompt';

/**
 * A value without the flag in front of it: people type `--ar 16:9` into the field Aspect Ratio, which adds the flag by
 * itself. Empty if there is nothing but the flag.
 * @param name the flag, without its hyphens
 */
export function withoutFlag(name: string, typed: string): string {
	const names = findFlag(name)?.names ?? [name];
	const own = new RegExp(`^${DASH}+\\s*(?:${names.join('|')})(?:\\s*[:=]\\s*|\\s+|$)`, 'i');
	return typed.replace(own, '').trim();
}

/** Of `--niji 6` only the hyphens go: the name is part of the version. */
export const withoutDashes = (typed: string): string =>
	typed.replace(new RegExp(`^${DASH}+\\s*`), '');
