import { isRecord } from './json';

/** The key in the query of a callback URL. */
const KEY = 'reference';

/** Whether a callback URL already has a reference. */
export const hasReference = (hookUrl: string): boolean => new URL(hookUrl).searchParams.has(KEY);

/**
 * The callback URL with a reference in its query, and otherwise the same, byte for byte. The URL is the only field that TTAPI
 * passes through.
 */
export function withReference(hookUrl: string, reference: string): string {
	const [, address, fragment] = /^([^#]*)(.*)$/s.exec(hookUrl)!;
	const joint = !address.includes('?') ? '?' : /[?&]$/.test(address) ? '' : '&';
	const field = new URLSearchParams({ [KEY]: reference }).toString().replaceAll('+', '%20');
	return `${address}${joint}${field}${fragment}`;
}

/** The reference in the callback URL that TTAPI repeats in a job's body; undefined if there is none. */
export function referenceIn({ data }: Record<string, unknown>): string | undefined {
	const hookUrl = isRecord(data) ? (data.hookUrl ?? data.hook_url) : undefined;
	if (typeof hookUrl !== 'string' || !URL.canParse(hookUrl)) return undefined;
	return new URL(hookUrl).searchParams.get(KEY) || undefined;
}
