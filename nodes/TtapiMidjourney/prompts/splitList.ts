/** Splits a list as people type it, of images or of anything else: an array by expression, one a line, or addresses with a comma before `http`. */
export function splitList(given: unknown): string[] {
	const entries = Array.isArray(given)
		? given
		: String(given ?? '').split(/\r?\n|,\s*(?=https?:)/i);
	return entries.map((entry) => String(entry ?? '').trim()).filter((entry) => entry !== '');
}
