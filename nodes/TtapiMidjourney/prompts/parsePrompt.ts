import { findFlag, nearestName, type Flag } from './flags';

/** A flag as somebody typed it. */
export interface TypedFlag {
	/** Its row in the table; undefined if Midjourney has no such flag. */
	flag?: Flag;
	/** As typed, without dashes. */
	name: string;
	/** The dashes before the name, as typed: `--`, `—`, `- - `. */
	dashes: string;
	/** Whether a space is missing before the dashes, or before the value. */
	isGlued: boolean;
	/** Everything up to the next flag. */
	value: string;
	/** Where its dashes start in the prompt. */
	start: number;
	/** Where its value ends in the prompt. */
	end: number;
}

export interface ParsedPrompt {
	/** The URLs at the beginning. */
	images: string[];
	/** What is between them and the first flag. */
	text: string;
	flags: TypedFlag[];
}

/** Anything that may be meant as a hyphen, and dashes that editors make of two hyphens. */
export const DASH = '[-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d]';
const DASHES = new RegExp(`(${DASH}+(?:\\s+${DASH}+)*)(\\s*)`, 'g');
const NEXT_FLAG = new RegExp(`^\\s*($|${DASH}+\\s*[a-z])`, 'i');
const FIRST_WORD = /^\s*(\{[^}]*\}\S*|\S+)/;
/** A name that its value follows without a space: `ar16:9`, `ar=16:9`. */
const GLUED = /^([a-z]+)(?:[=:]|(?=[\d.{]))/i;
const ADDRESS = /^\s*(<?[a-z][a-z\d+.-]*:(?:\/\/\S+|\S+;base64,\S*))/i;

/** The words of a value. Text in braces counts as one word (Midjourney's Permutations). */
export const wordsOf = (value: string): string[] => value.match(/\{[^}]*\}\S*|\S+/g) ?? [];

/** `a` for `a::2`. */
export const withoutWeight = (word: string): string => word.replace(/::-?[\d.]*$/, '');

/** Whether a word can be a value of the flag. */
export function fits({ value }: Flag, word: string): boolean {
	if (!value?.is || word.startsWith('{')) return true;
	const bare = value.list ? withoutWeight(word) : word;
	return value.is.test(bare) || (value.images === true && ADDRESS.test(bare));
}

/** Splits a prompt into images, text and flags. Tolerant: also finds flags that are misspelt or written with other dashes. */
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
 * The flag that starts with these dashes; undefined if they are part of the text.
 * @param followsFlag whether there is a flag before it
 */
function flagAt(
	prompt: string,
	start: number,
	dashes: string,
	space: string,
	followsFlag: boolean,
): TypedFlag | undefined {
	const before = /\S*$/.exec(prompt.slice(Math.max(0, start - 300), start))?.[0] ?? '';
	const nameStart = start + dashes.length + space.length;
	const tail = prompt.slice(nameStart);
	const word = /^[a-z\d][\w-]{0,40}/i.exec(tail)?.[0];
	if (!word) return undefined;
	const [nameAndSign = '', letters = ''] = GLUED.exec(tail) ?? [];
	const hasGluedValue =
		(letters === word || !findFlag(word)) && findFlag(letters)?.value !== undefined;
	const name = hasGluedValue ? letters : word;
	const typed: TypedFlag = {
		flag: findFlag(name),
		name,
		dashes: dashes + space,
		isGlued: hasGluedValue || before !== '',
		value: '',
		start,
		end: nameStart + (hasGluedValue ? nameAndSign : word).length,
	};
	const rest = prompt.slice(typed.end);
	const isProper = dashes === '--' && !space && !before;
	if (typed.flag)
		return isProper || isMeant(typed, typed.flag, before, rest, followsFlag) ? typed : undefined;
	// An unknown name is only a flag if it is among flags, or similar to one.
	const isFlag =
		isProper &&
		(followsFlag ||
			NEXT_FLAG.test(rest) ||
			NEXT_FLAG.test(rest.replace(FIRST_WORD, '')) ||
			nearestName(name.toLowerCase()) !== undefined);
	return isFlag ? typed : undefined;
}

/** Whether a flag is meant, although its name doesn't follow a space and two hyphens. */
function isMeant(
	{ name, dashes }: TypedFlag,
	{ value, optional }: Flag,
	before: string,
	rest: string,
	followsFlag: boolean,
): boolean {
	const isSpaced = /\s/.test(dashes);
	const isInWord = before !== '';
	// A hyphen in a word, or hyphens in a URL.
	if (isInWord && (/^[-\u2010\u2011]$/.test(dashes) || /:\/\/(?!.*\.\w{3,4}$)/.test(before)))
		return false;
	const isLast = NEXT_FLAG.test(rest);
	if (value && !value.is) return followsFlag || (!isInWord && !isSpaced && !isLast);
	if (!value || (optional && isLast))
		return isLast && (followsFlag || !isSpaced) && (!isInWord || dashes === '--');
	const first = FIRST_WORD.exec(rest)?.[1];
	if (!first || !fits({ names: [], value }, first)) return false;
	const isDoubtful = isSpaced || name.length === 1 || (isInWord && dashes !== '--');
	return !isDoubtful || NEXT_FLAG.test(rest.slice(rest.indexOf(first) + first.length));
}
