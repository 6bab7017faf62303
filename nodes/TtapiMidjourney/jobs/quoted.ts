/** Error texts repeat what was given, but not a whole image in base64. */
const MOST_QUOTED = 100;

/** TTAPI's own words are worth more room: why Midjourney refuses a prompt may take some sentences. */
const MOST_SAID = 300;

/** A text, short enough for an error: at most 100 characters of it. */
export const inShort = (text: string): string => cut(text, MOST_QUOTED);

/** A message of TTAPI's, short enough for an error: at most 300 characters of it. */
export const saidInShort = (message: string): string => cut(message, MOST_SAID);

/** A value in quotation marks, short enough for an error. */
export function quoted(given: unknown): string {
	if (Array.isArray(given)) return 'a list';
	if (typeof given === 'object' && given !== null) return 'an object';
	return typeof given === 'string' ? `"${inShort(given)}"` : String(given);
}

/** Without half a character at the end. */
const cut = (text: string, most: number): string =>
	text.length <= most ? text : `${text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '')}...`;

/** Whether a text is a file in the form of a URL, as it is not taken where a URL or an ID is wanted. */
export const isDataUrl = (text: string): boolean => /^\s*data:/i.test(text);
