/** Whether `value` is an object, but no array and not null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A non-empty string, or a number as a string; null for anything else. */
export function text(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number from a number, `"3"` or `"100%"`; null for anything else. */
export function numeric(value: unknown): number | null {
	if (typeof value === 'string') {
		const digits = value.trim().replace(/%$/, '');
		return digits === '' ? null : numeric(Number(digits));
	}
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The non-empty strings of an array; none for anything else. */
export function texts(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}

export function firstFilled(...lists: string[][]): string[] {
	return lists.find((list) => list.length > 0) ?? [];
}

/** An object with its keys in camelCase: the history has them in snake_case. Empty for anything else. */
export function inCamelCase(data: unknown): Record<string, unknown> {
	if (!isRecord(data)) return {};
	const camel = (key: string) =>
		key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [camel(key), value]));
}
