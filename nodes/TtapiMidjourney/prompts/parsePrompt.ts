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
const DASH = '[-\\u2010-\\u2015\\u2212\\ufe58\\ufe63\\uff0d]';
const DASHES = new RegExp(`(${DASH}+(?:\\s+${DASH}+)*)(\\s*)`, 'g');
const NEXT_FLAG = new RegExp(`^\\s*($|${DASH}+\\s*[a-z])`, 'i');
const GLUED = /^([a-z]+)(?:[=:]|(?=[\d.{]))/i;
const ADDRESS = /^\s*(<?[a-z][a-z\d+.-]*:(?:\/\/\S+|\S+;base64,\S*))/i;

/** The words of a value; several in braces are one (Midjourney's Permutations). */
export const wordsOf = (value: string): string[] => value.match(/\{[^}]*\}\S*|\S+/g) ?? [];

/** Whether a word is a value of the flag. */
export function fits({ value }: Flag, word: string): boolean {
	if (!value?.is || word.startsWith('{')) return true;
	const bare = value.list ? word.replace(/::-?[\d.]*$/, '') : word;
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
	const before = /\S*$/.exec(prompt.slice(0, start))?.[0] ?? '';
	const behind = start + dashes.length + space.length;
	const tail = prompt.slice(behind);
	const word = /^[a-z\d][\w-]*/i.exec(tail)?.[0];
	if (!word) return undefined;
	const glued = GLUED.exec(tail);
	const gluedFlag = glued?.[1] === word || !findFlag(word) ? findFlag(glued?.[1] ?? '') : undefined;
	const isGlued = gluedFlag?.value !== undefined;
	const name = isGlued ? (glued?.[1] ?? word) : word;
	const typed: TypedFlag = {
		...{ flag: findFlag(name), name, dashes: dashes + space, value: '', start },
		isGlued: isGlued || before !== '',
		end: behind + (isGlued ? (glued?.[0] ?? word) : word).length,
	};
	const rest = prompt.slice(typed.end);
	const isProper = dashes === '--' && !space;
	if (typed.flag) {
		const isFlag = (isProper && !before) || isMeant(typed, typed.flag, before, rest, isBehind);
		return isFlag ? typed : undefined;
	}
	// A word that is no flag is one that somebody made up or misspelt where it stands as flags do, else text.
	const stands =
		isBehind || nearestName(name.toLowerCase()) || NEXT_FLAG.test(rest.replace(/^\s*\S+/, ''));
	return isProper && !before && (stands || NEXT_FLAG.test(rest)) ? typed : undefined;
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
	const [first = ''] = wordsOf(rest);
	if (!first || !fits({ names: [], value }, first)) return false;
	const isDoubtful = isSpaced || name.length === 1 || (isInWord && dashes !== '--');
	return !isDoubtful || NEXT_FLAG.test(rest.slice(rest.indexOf(first) + first.length));
}
