/** The entries of a list: an array from an expression, one entry per line, or URLs separated by commas. */
export function splitList(given: unknown): string[] {
	const entries = Array.isArray(given)
		? given
		: String(given ?? '').split(/\r?\n|,\s*(?=https?:)/i);
	return entries.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}
