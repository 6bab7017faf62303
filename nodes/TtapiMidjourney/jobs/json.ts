/** Whether `value` is a plain object, as opposed to an array or null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** A non-empty string; numbers are written out, anything else is null. */
export function text(value: unknown): string | null {
	if (typeof value === 'number') return String(value);
	return typeof value === 'string' && value !== '' ? value : null;
}

/** A finite number from a number, `"3"` or `"100%"`; anything else is null. */
export function numeric(value: unknown): number | null {
	if (typeof value === 'string') {
		const digits = value.trim().replace(/%$/, '');
		return digits === '' ? null : numeric(Number(digits));
	}
	return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function texts(value: unknown): string[] {
	return Array.isArray(value)
		? value.filter((entry): entry is string => typeof entry === 'string' && entry !== '')
		: [];
}

export function firstFilled(...lists: string[][]): string[] {
	return lists.find((list) => list.length > 0) ?? [];
}

/** The history spells in snake_case what a fetch spells in camelCase. */
export function inCamelCase(data: unknown): Record<string, unknown> {
	if (!isRecord(data)) return {};
	const camel = (key: string) =>
		key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
	return Object.fromEntries(Object.entries(data).map(([key, value]) => [camel(key), value]));
}
