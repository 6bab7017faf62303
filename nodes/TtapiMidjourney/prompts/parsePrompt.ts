import { findFlag, nearestName, type Flag } from './flags';

/** A flag as somebody typed it. */
export interface TypedFlag {
	/** Its row in the table, undefined where Midjourney has no such flag. */
	flag?: Flag;
	/** Its name as typed, without what is before and behind it. */
	name: string;
	/** What it begins with as typed: `--`, `—`, `- - `. */
	dashes: string;
	/** Whether a space is missing, before it or before its value. */
	isGlued: boolean;
	/** Everything up to the next flag. */
	value: string;
	/** Where it begins in the prompt. */
	start: number;
	/** Where its value ends in the prompt. */
	end: number;
}

export interface ParsedPrompt {
	/** The addresses at the beginning. */
	images: string[];
	/** What is between them and the first flag. */
	text: string;
	flags: TypedFlag[];
}

/** Anything that is meant as a hyphen, or that an editor makes of two of them. */
export const DASH = '[-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d]';
const DASHES = new RegExp(`(${DASH}+(?:\\s+${DASH}+)*)(\\s*)`, 'g');
const NEXT_FLAG = new RegExp(`^\\s*($|${DASH}+\\s*[a-z])`, 'i');
const FIRST_WORD = /^\s*(\{[^}]*\}\S*|\S+)/;
const GLUED = /^([a-z]+)(?:[=:]|(?=[\d.{]))/i;
const ADDRESS = /^\s*(<?[a-z][a-z\d+.-]*:(?:\/\/\S+|\S+;base64,\S*))/i;

/** The words of a value; several in braces are one (Midjourney's Permutations). */
export const wordsOf = (value: string): string[] => value.match(/\{[^}]*\}\S*|\S+/g) ?? [];

/** `a::2` is `a`, twice as strong. */
export const withoutWeight = (word: string): string => word.replace(/::-?[\d.]*$/, '');

/** Whether a word is a value of the flag. */
export function fits({ value }: Flag, word: string): boolean {
	if (!value?.is || word.startsWith('{')) return true;
	const bare = value.list ? withoutWeight(word) : word;
	return value.is.test(bare) || (value.images === true && ADDRESS.test(bare));
}

export function parsePrompt(prompt: string): ParsedPrompt {
	const images: string[] = [];
	let textStart = 0;
	for (;;) {
		const found = ADDRESS.exec(prompt.slice(textStart));
		if (!found) break;
		images.push(found[1].replace(/^<|>?,*$/g, ''));
		textStart += found[0].length;
	}
	const flags: TypedFlag[] = [];
	for (const match of prompt.slice(textStart).matchAll(DASHES)) {
		const start = textStart + match.index;
		const found = flagAt(prompt, start, match[1], match[2], flags.length > 0);
		if (found) flags.push(found);
	}
	flags.forEach((flag, index) => {
		const next = flags[index + 1]?.start ?? prompt.length;
		flag.value = prompt.slice(flag.end, next).trim();
		flag.end = prompt.slice(0, next).trimEnd().length;
	});
	return { images, text: prompt.slice(textStart, flags[0]?.start).trim(), flags };
}

/**
 * The flag that begins with these dashes, undefined where they are part of the text.
 * @param isBehind whether there is a flag before it
 */
function flagAt(
	prompt: string,
	start: number,
	dashes: string,
	space: string,
	isBehind: boolean,
): TypedFlag | undefined {
	const before = /\S*$/.exec(prompt.slice(Math.max(0, start - 300), start))?.[0] ?? '';
	const behind = start + dashes.length + space.length;
	const tail = prompt.slice(behind);
	const word = /^[a-z\d][\w-]{0,40}/i.exec(tail)?.[0];
	if (!word) return undefined;
	// `ar16:9` is no name, `ar=16:9` begins with one: either way the value begins within the word.
	const [joint = '', letters = ''] = GLUED.exec(tail) ?? [];
	const isJoint = (letters === word || !findFlag(word)) && findFlag(letters)?.value !== undefined;
	const name = isJoint ? letters : word;
	const typed: TypedFlag = {
		...{ flag: findFlag(name), name, dashes: dashes + space, value: '', start },
		isGlued: isJoint || before !== '',
		end: behind + (isJoint ? joint : word).length,
	};
	const rest = prompt.slice(typed.end);
	const isProper = dashes === '--' && !space && !before;
	if (typed.flag)
		return isProper || isMeant(typed, typed.flag, before, rest, isBehind) ? typed : undefined;
	// One that somebody made up or misspelt stands where flags do; else it is text.
	const isFlag =
		isProper &&
		(isBehind ||
			NEXT_FLAG.test(rest) ||
			NEXT_FLAG.test(rest.replace(FIRST_WORD, '')) ||
			nearestName(name.toLowerCase()) !== undefined);
	return isFlag ? typed : undefined;
}

/** Whether somebody meant a flag, though the dashes before its name are not two hyphens behind a space. */
function isMeant(
	{ name, dashes }: TypedFlag,
	{ value, optional }: Flag,
	before: string,
	rest: string,
	isBehind: boolean,
): boolean {
	const isSpaced = /\s/.test(dashes);
	const isInWord = before !== '';
	// A hyphen in a word, or hyphens in an address.
	if (isInWord && (/^[-\u2010\u2011]$/.test(dashes) || /:\/\/(?!.*\.\w{3,4}$)/.test(before)))
		return false;
	const isLast = NEXT_FLAG.test(rest);
	if (value && !value.is) return isBehind || (!isInWord && !isSpaced && !isLast);
	if (!value || (optional && isLast))
		return isLast && (isBehind || !isSpaced) && (!isInWord || dashes === '--');
	const first = FIRST_WORD.exec(rest)?.[1];
	if (!first || !fits({ names: [], value }, first)) return false;
	const isDoubtful = isSpaced || name.length === 1 || (isInWord && dashes !== '--');
	return !isDoubtful || NEXT_FLAG.test(rest.slice(rest.indexOf(first) + first.length));
}
