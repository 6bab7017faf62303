import { findFlag } from './flags';
import { DASH } from './parsePrompt';

const DASHES = `^(?:${DASH}\\s*)+`;

/**
 * A value without the flag in front of it: people type `--ar 16:9` into the field Aspect Ratio, which adds the flag by
 * itself. Empty if there is nothing but the flag.
 * @param name the flag, without its hyphens
 */
export function withoutFlag(name: string, typed: string): string {
	const names = findFlag(name)?.names ?? [name];
	// A number may follow without a space: `--ar16:9`.
	const own = new RegExp(`${DASHES}(?:${names.join('|')})(?:\\s*[:=]\\s*|\\s+|$|(?=[\\d.{]))`, 'i');
	return typed.replace(own, '').trim();
}

/** A value without the hyphens in front of it. */
export const withoutDashes = (typed: string): string => typed.replace(new RegExp(DASHES), '');

/** The entries of a list: an array from an expression, one entry per line, or URLs separated by commas. */
export function splitList(given: unknown): string[] {
	const entries = Array.isArray(given)
		? given
		: String(given ?? '').split(/\r?\n|,\s*(?=https?:)/i);
	return entries.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}
